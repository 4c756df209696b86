import { readFileSync } from "node:fs";
import { fromColumns, type LabelledDataset, Matrix, numeric, tensor } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { DecisionTreeClassifier } from "./decision-tree-classifier.js";
import { DecisionTreeRegressor } from "./decision-tree-regressor.js";
import type { Tree } from "./tree.js";

type Cell = number | null | "inf";

interface Case {
  readonly name: string;
  readonly data: "x" | "holes";
  readonly weighted: boolean;
  readonly params: Record<string, unknown>;
  readonly tree: Record<"feature" | "threshold" | "left" | "right" | "missingLeft" | "impurity", Cell[]> &
    Record<"weight" | "count", number[]> & { readonly value: number[][] };
  readonly depth: number;
  readonly leaves: number;
  readonly importances: number[];
  readonly prediction: number[] | number[][];
  readonly leaf: number[];
}

const golden = JSON.parse(readFileSync(new URL("../../golden/tree.json", import.meta.url), "utf8")) as {
  readonly x: Cell[][];
  readonly holes: Cell[][];
  readonly test: Cell[][];
  readonly classes: number[];
  readonly target: number[];
  readonly weights: number[];
  readonly classifiers: Case[];
  readonly regressors: Case[];
};

const number = (cell: Cell): number =>
  cell === null ? Number.NaN : cell === "inf" ? Number.POSITIVE_INFINITY : cell;
const features = (rows: Cell[][]): Record<string, ReturnType<typeof tensor>> => {
  const x = Matrix.fromRows(rows.map((row) => row.map(number)));
  return { x: tensor(x.data, [x.columns]) };
};
const unseen = fromColumns(features(golden.test));

function dataOf({ data, weighted }: Case, target: number[]): LabelledDataset {
  const columns = { ...features(golden[data]), y: numeric(target) };
  return weighted
    ? fromColumns({ ...columns, w: numeric(golden.weights) }, { target: "y", weight: "w" })
    : fromColumns(columns, { target: "y" });
}

function expectTree(tree: Tree, { tree: expected, depth, leaves, importances }: Case): void {
  for (const name of ["feature", "left", "right", "count", "missingLeft"] as const)
    assertClose(tree.nodes[name], expected[name].map(number), { absolute: 0, label: name });
  assertClose(tree.nodes.threshold, expected.threshold.map(number), { absolute: 0, label: "threshold" });
  assertClose(tree.nodes.value, expected.value.flat(), { absolute: 1e-12, label: "value" });
  assertClose(tree.nodes.impurity, expected.impurity.map(number), { absolute: 1e-12, label: "impurity" });
  assertClose(tree.nodes.weight, expected.weight, { relative: 1e-12, label: "weight" });
  expect(tree.depth).toBe(depth);
  expect(tree.leafCount).toBe(leaves);
  assertClose(tree.importances(importances.length), importances, { absolute: 1e-12, label: "importances" });
}

describe("golden values of scikit-learn", () => {
  test.for(golden.classifiers)("DecisionTreeClassifier: $name", async (golden1) => {
    const model = await new DecisionTreeClassifier(golden1.params).fit(dataOf(golden1, golden.classes));
    expectTree(model.tree, golden1);
    assertClose(model.predictProba(unseen).data, golden1.prediction.flat(), { absolute: 1e-12 });
    expect([...model.apply(unseen)]).toEqual(golden1.leaf);
  });

  test.for(golden.regressors)("DecisionTreeRegressor: $name", async (golden1) => {
    const model = await new DecisionTreeRegressor(golden1.params).fit(dataOf(golden1, golden.target));
    expectTree(model.tree, golden1);
    assertClose(model.predict(unseen), golden1.prediction.flat(), { absolute: 1e-12 });
    expect([...model.apply(unseen)]).toEqual(golden1.leaf);
  });
});

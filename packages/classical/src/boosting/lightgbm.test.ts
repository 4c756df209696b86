import { readFileSync } from "node:fs";
import { fromColumns, type LabelledDataset } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import { HistGradientBoostingRegressor } from "./hist-gradient-boosting-regressor.js";

const golden = JSON.parse(readFileSync(new URL("../../golden/lightgbm.json", import.meta.url), "utf8")) as {
  readonly x: number[][];
  readonly targets: Record<string, number[]>;
  readonly weights: number[];
  readonly cases: readonly {
    readonly name: string;
    readonly target: string;
    readonly weighted: boolean;
    readonly params: Record<string, unknown>;
    readonly leaves: number[];
    readonly prediction: number[];
  }[];
};

const columns = (rows: number[][]): Record<string, number[]> =>
  Object.fromEntries(rows[0].map((_, f) => [`f${f}`, rows.map((row) => row[f])]));
const common = { learningRate: 0.1, maxLeafNodes: 15, minSamplesLeaf: 10, maxIter: 12, earlyStopping: false };

test.each(golden.cases)("LightGBM: $name", async ({ target, weighted, params, leaves, prediction }) => {
  const all = { ...columns(golden.x), y: golden.targets[target] };
  const data: LabelledDataset = weighted
    ? fromColumns({ ...all, w: golden.weights }, { target: "y", weight: "w" })
    : fromColumns(all, { target: "y" });
  const model = await new HistGradientBoostingRegressor({ ...common, ...params }).fit(data);
  const { roots, feature } = model.boosted.trees.nodes;
  const ends = [...roots.subarray(1), feature.length];
  expect(Array.from(roots, (root, tree) => (ends[tree] - root + 1) / 2)).toEqual(leaves);
  assertClose(model.predict(data), prediction, { absolute: 1e-5 });
});

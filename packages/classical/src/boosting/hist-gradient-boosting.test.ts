import { readFileSync } from "node:fs";
import {
  categorical,
  type Dataset,
  fromColumns,
  type LabelledDataset,
  Matrix,
  numeric,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import type { Boosted } from "./booster.js";
import { HistGradientBoostingClassifier } from "./hist-gradient-boosting-classifier.js";
import { HistGradientBoostingRegressor } from "./hist-gradient-boosting-regressor.js";

type Cell = number | null;

interface Case {
  readonly name: string;
  readonly target: "binary" | "classes" | "number" | "counts";
  readonly data: "x" | "holes";
  readonly weighted: boolean;
  readonly categorical: boolean;
  readonly params: Record<string, unknown>;
  readonly baseline: number[];
  readonly leaves: number[];
  readonly splits: number[][];
  readonly trainPrediction: number[] | number[][];
  readonly prediction: number[] | number[][];
}

const golden = JSON.parse(readFileSync(new URL("../../golden/boosting.json", import.meta.url), "utf8")) as {
  readonly x: Cell[][];
  readonly holes: Cell[][];
  readonly group: number[];
  readonly test: Cell[][];
  readonly testGroup: number[];
  readonly targets: Record<Case["target"], number[]>;
  readonly weights: number[];
  readonly cases: Case[];
};

function features(rows: Cell[][], group: number[] | undefined): Dataset {
  const x = Matrix.fromRows(rows.map((row) => row.map((cell) => cell ?? Number.NaN)));
  return fromColumns({
    x: tensor(x.data, [x.columns]),
    ...(group && { group: categorical(group.map((code) => `g${code}`)) }),
  });
}

function trainingData({ data, target, weighted, categorical: grouped }: Case): LabelledDataset {
  const labelled = features(golden[data], grouped ? golden.group : undefined).with({
    y: numeric(golden.targets[target]),
    w: numeric(golden.weights),
  });
  return weighted
    ? labelled.withRoles({ target: "y", weight: "w" })
    : labelled.withRoles({ target: "y", id: "w" });
}

/** Leaves of every tree, and feature and threshold of the first one's splits between numbers. */
function shape({ trees: { nodes } }: Boosted): { leaves: number[]; splits: number[][] } {
  const ends = [...nodes.roots.slice(1), nodes.left.length];
  const leaves = Array.from(nodes.roots, (root, t) => (ends[t] - root + 1) / 2);
  const splits: number[][] = [];
  for (let node = 0; node < ends[0]; node++) {
    if (nodes.left[node] >= 0 && nodes.bitsetAt[node] < 0 && nodes.threshold[node] < Number.POSITIVE_INFINITY)
      splits.push([nodes.feature[node], nodes.threshold[node]]);
  }
  return { leaves, splits: splits.sort(([f, t], [g, u]) => f - g || t - u) };
}

test.for(golden.cases)("scikit-learn: $name", async (golden1) => {
  const train = trainingData(golden1);
  const known = features(
    golden[golden1.data].slice(0, 60),
    golden1.categorical ? golden.group.slice(0, 60) : undefined,
  );
  const unseen = features(golden.test, golden1.categorical ? golden.testGroup : undefined);
  const params = { ...golden1.params, earlyStopping: false };
  let boosted: Boosted;
  let predicted: Float64Array[];
  if (golden1.target === "binary" || golden1.target === "classes") {
    const model = await new HistGradientBoostingClassifier(params).fit(train);
    boosted = model.boosted;
    predicted = [known, unseen].map((data) => model.predictProba(data).data);
  } else {
    const model = await new HistGradientBoostingRegressor(params).fit(train);
    boosted = model.boosted;
    predicted = [known, unseen].map((data) => model.predict(data));
  }
  assertClose(boosted.baseline, golden1.baseline, { absolute: 1e-12, label: "baseline" });
  const { leaves, splits } = shape(boosted);
  expect(splits).toEqual(golden1.splits);
  assertClose(predicted[0], golden1.trainPrediction.flat(), { absolute: 1e-8, label: "train" });
  assertClose(predicted[1], golden1.prediction.flat(), { absolute: 1e-8, label: "test" });
  expect(leaves).toEqual(golden1.leaves);
});

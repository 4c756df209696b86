import { readFileSync } from "node:fs";
import { type Dataset, fromColumns, type LabelledDataset, logLoss, Matrix, tensor } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { ExtraTreesClassifier } from "./extra-trees-classifier.js";
import { ExtraTreesRegressor } from "./extra-trees-regressor.js";
import type { ForestClassifierModel } from "./forest-classifier-model.js";
import type { ForestRegressorModel } from "./forest-regressor-model.js";
import { RandomForestClassifier } from "./random-forest-classifier.js";
import { RandomForestRegressor } from "./random-forest-regressor.js";

interface Spread<T> {
  readonly mean: T;
  readonly sd: T;
}

interface Case {
  readonly name: string;
  readonly params: Record<string, unknown>;
  readonly weighted: boolean;
  readonly holes: boolean;
  readonly truth: "y" | "binary" | "target";
  readonly loss: Spread<number>;
  readonly importances: Spread<number[]>;
  readonly oob?: Spread<number>;
}

const estimators = {
  RandomForestClassifier,
  ExtraTreesClassifier,
  RandomForestRegressor,
  ExtraTreesRegressor,
};
type Name = keyof typeof estimators;
type AnyForestModel = ForestClassifierModel<never> | ForestRegressorModel<never>;

const golden = JSON.parse(
  readFileSync(new URL("../../golden/ensemble.json", import.meta.url), "utf8"),
) as Readonly<{
  x: number[][];
  holes: (number | null)[][];
  y: number[];
  binary: number[];
  target: number[];
  weights: number[];
  rows: number;
  trees: number;
  forests: Record<Name, readonly Case[]>;
}>;
const { rows, trees } = golden;

function dataOf({ holes, truth, weighted }: Case, name: Name): { train: LabelledDataset; unseen: Dataset } {
  const all = (holes ? golden.holes : golden.x).map((row) => row.map((cell) => cell ?? Number.NaN));
  const x = (part: number[][]) => ({ x: tensor(Matrix.fromRows(part).data, [part[0].length]) });
  const y = (name.endsWith("Regressor") ? golden.target : golden[truth]).slice(0, rows);
  const columns = { ...x(all.slice(0, rows)), y };
  const train = weighted
    ? fromColumns({ ...columns, w: golden.weights }, { target: "y", weight: "w" })
    : fromColumns(columns, { target: "y" });
  return { train, unseen: fromColumns(x(all.slice(rows))) };
}

function lossOf(model: AnyForestModel, unseen: Dataset, { truth }: Case): number {
  if (!("classes" in model)) {
    const errors = model.predict(unseen).map((value, i) => (value - golden.target[rows + i]) ** 2);
    return mean([...errors]);
  }
  const proba = model.predictProba(unseen).toRows();
  const clipped = proba.map((row) => row.map((p) => Math.min(0.998, Math.max(0.002, p))));
  const sums = clipped.map((row) => row.reduce((a, b) => a + b));
  return logLoss(
    golden[truth].slice(rows),
    Matrix.fromRows(clipped.map((row, i) => row.map((p) => p / sums[i]))),
  );
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const seeds = [0, 1, 2, 3, 4, 5];
// Four standard errors of the difference of a mean of 6 seeds and one of 60.
const errors = 4 * Math.sqrt(1 / seeds.length + 1 / 60);

describe.each(Object.keys(estimators) as Name[])("%s is distributed as scikit-learn's", (name) => {
  test.each(golden.forests[name])("$name", async (golden1) => {
    const { train, unseen } = dataOf(golden1, name);
    const fits: AnyForestModel[] = [];
    for (const seed of seeds) {
      const estimator = new estimators[name]({ ...golden1.params, nEstimators: trees, seed });
      fits.push((await estimator.fit(train, { onWarning: () => {} })) as unknown as AnyForestModel);
    }
    const losses = mean(fits.map((model) => lossOf(model, unseen, golden1)));
    expect(Math.abs(losses - golden1.loss.mean)).toBeLessThan(errors * golden1.loss.sd);
    golden1.importances.mean.forEach((theirs, j) => {
      const ours = mean(fits.map((model) => model.featureImportances[j]));
      expect(Math.abs(ours - theirs)).toBeLessThan(errors * golden1.importances.sd[j]);
    });
    expect(fits.every((model) => (model.oobScore !== undefined) === (golden1.oob !== undefined))).toBe(true);
    if (golden1.oob !== undefined) {
      const score = mean(fits.map((model) => model.oobScore ?? Number.NaN));
      expect(Math.abs(score - golden1.oob.mean)).toBeLessThan(errors * golden1.oob.sd);
    }
  });
});

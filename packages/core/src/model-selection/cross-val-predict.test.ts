import { describe, expect, it } from "vitest";
import golden from "../../golden/splits.json" with { type: "json" };
import { fromColumns } from "../dataset/from-columns.js";
import { DataError } from "../errors.js";
import { crossValPredict } from "./cross-val-predict.js";
import { crossValidate } from "./cross-validate.js";
import { MeanRegressor } from "./fixtures/mean-regressor.js";
import { NearestMean } from "./fixtures/nearest-mean.js";
import { NearestNeighbour } from "./fixtures/nearest-neighbour.js";
import { KFold } from "./splits/k-fold.js";
import { ShuffleSplit } from "./splits/shuffle-split.js";
import { StratifiedKFold } from "./splits/stratified-k-fold.js";
import { TimeSeriesSplit } from "./splits/time-series-split.js";

const [a, b] = golden.x;
const flowers = fromColumns({ a, b, label: golden.three }, { target: "label" });

describe("crossValPredict", () => {
  it("predicts every row by a model that did not see it, as scikit-learn does", async () => {
    expect(await crossValPredict(new NearestMean(), flowers)).toEqual(golden.nearestMean.predicted);
    const cv = new StratifiedKFold({ shuffle: true });
    const shuffled = await crossValPredict(new NearestMean(), flowers, { cv });
    const { folds } = await crossValidate(new NearestMean(), flowers, {
      scoring: "accuracy",
      cv,
      returnPredictions: true,
    });
    for (const { split, predictions } of folds)
      expect(Array.from(split.test, (row) => shuffled[row])).toEqual(predictions!.predict);
  });

  it("gives a regressor's numbers as a typed array", async () => {
    const data = fromColumns({ x: [1, 2, 3, 4], y: [0, 2, 4, 6] }, { target: "y" });
    expect(await crossValPredict(new MeanRegressor(), data, { cv: 2 })).toEqual(Float64Array.of(5, 5, 1, 1));
  });

  it("gives probabilities a column a class, 0 for one that a fold did not train on", async () => {
    const data = fromColumns(
      { x: [1, 2, 3, 10, 11, 20], y: ["a", "b", "b", "b", "b", "c"] },
      { target: "y" },
    );
    const cv = new KFold({ nSplits: 3 });
    const proba = await crossValPredict(new NearestNeighbour(), data, { cv, method: "predictProba" });
    expect(proba.toRows()).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
    ]);
    await expect(
      crossValPredict(new NearestMean(), data, { cv, method: "decisionFunction" }),
    ).rejects.toThrow(/the same classes for decisionFunction, received "a", "b", "c" after "b", "c"/);
  });

  it("gives decisions", async () => {
    const two = flowers.with({ label: golden.rare });
    const decisions = await crossValPredict(new NearestMean(), two, { method: "decisionFunction" });
    const labels = await crossValPredict(new NearestMean(), two);
    expect(labels).toEqual(Array.from(decisions.data, (score) => (score > 0 ? 1 : 0)));
    await expect(
      crossValPredict(new NearestNeighbour(), two, { method: "decisionFunction" }),
    ).rejects.toThrow(/NearestNeighbour: the model must have decisionFunction, received one without/);
  });

  it("refuses folds that don't hold every row once", async () => {
    for (const cv of [new TimeSeriesSplit(), new ShuffleSplit(), new KFold({ shuffle: true, repeats: 2 })]) {
      await expect(crossValPredict(new NearestMean(), flowers, { cv })).rejects.toThrow(DataError);
      await expect(crossValPredict(new NearestMean(), flowers, { cv })).rejects.toThrow(
        /every row must be in exactly one test part, received row \d+ in [02]/,
      );
    }
  });
});

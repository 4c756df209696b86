import { type AnyEstimator, Registry } from "@strata-ml/core";
import { checkEstimator, type CheckOptions } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import { DummyClassifier, dummyClassifierCodec } from "./dummy-classifier.js";
import { DummyRegressor, dummyRegressorCodec } from "./dummy-regressor.js";

const registry = new Registry([dummyClassifierCodec, dummyRegressorCodec]);

const skip = {
  infinityRefused: "it reads no feature but to tell rows apart",
  learns: "a baseline learns nothing from features",
  learnsFromSortedRows: "a baseline learns nothing from features",
};
const classifierSkip = {
  ...skip,
  labelsEquivalent:
    "of equally frequent classes the first is predicted, and draws go through classes in order",
};

const cases: readonly [string, () => AnyEstimator, CheckOptions["skip"]?][] = [
  ["DummyClassifier", () => new DummyClassifier(), classifierSkip],
  ["DummyClassifier, stratified", () => new DummyClassifier({ strategy: "stratified" }), classifierSkip],
  ["DummyRegressor", () => new DummyRegressor(), skip],
  ["DummyRegressor, median", () => new DummyRegressor({ strategy: "median" }), skip],
];

test.each(cases)("%s keeps the contract", async (_, make, skip = {}) => {
  const report = await checkEstimator(make, { registry, skip });
  expect(report.skipped).toEqual(skip);
});

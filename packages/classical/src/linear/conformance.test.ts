import { type AnyEstimator, Registry } from "@strata-ml/core";
import { checkEstimator, type CheckOptions } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import { LinearRegression, linearRegressionCodec } from "./linear-regression.js";
import { LogisticRegression, logisticRegressionCodec } from "./logistic-regression.js";
import { Ridge, ridgeCodec } from "./ridge.js";

const registry = new Registry([ridgeCodec, linearRegressionCodec, logisticRegressionCodec]);

const cases: readonly [string, () => AnyEstimator, CheckOptions["skip"]?][] = [
  ["LogisticRegression", () => new LogisticRegression()],
  ["LogisticRegression, balanced", () => new LogisticRegression({ classWeight: "balanced", C: 10 })],
  ["Ridge", () => new Ridge()],
  ["LinearRegression", () => new LinearRegression()],
];

test.each(cases)("%s keeps the contract", async (_, make, skip = {}) => {
  const report = await checkEstimator(make, { registry, skip });
  expect(report.skipped).toEqual(skip);
});

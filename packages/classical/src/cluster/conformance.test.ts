import { type AnyEstimator, Registry } from "@strata-ml/core";
import { checkEstimator, type CheckOptions } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import { KMeans, kMeansCodec } from "./k-means.js";

const registry = new Registry([kMeansCodec]);

const cases: readonly [string, () => AnyEstimator, CheckOptions["skip"]?][] = [
  ["KMeans", () => new KMeans({ nClusters: 3 })],
  [
    "KMeans from random rows",
    () => new KMeans({ nClusters: 3, init: "random" }),
    { integerWeights: "a copy of a row may be drawn beside it" },
  ],
];

test.each(cases)("%s keeps the contract", async (_, make, skip = {}) => {
  const report = await checkEstimator(make, { registry, skip });
  expect(report.skipped).toEqual(skip);
});

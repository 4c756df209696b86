import { Registry } from "@strata-ml/core";
import { checkEstimator } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import {
  HistGradientBoostingClassifier,
  histGradientBoostingClassifierCodec,
} from "./hist-gradient-boosting-classifier.js";
import {
  HistGradientBoostingRegressor,
  histGradientBoostingRegressorCodec,
} from "./hist-gradient-boosting-regressor.js";

const registry = new Registry([histGradientBoostingClassifierCodec, histGradientBoostingRegressorCodec]);

const leafRows = "minSamplesLeaf counts rows, not their weights, as in scikit-learn and LightGBM";
const drawnRows = "rows are held out at random, and more rows draw other ones";

test.each([
  {
    name: "classifier",
    make: () => new HistGradientBoostingClassifier({ maxIter: 12 }),
    skip: { integerWeights: leafRows },
  },
  {
    name: "classifier, leaves of one row",
    make: () => new HistGradientBoostingClassifier({ maxIter: 12, minSamplesLeaf: 1 }),
    skip: {},
  },
  {
    name: "regressor",
    make: () => new HistGradientBoostingRegressor({ maxIter: 12 }),
    skip: { integerWeights: leafRows },
  },
  // Few leaves, because the last bits of float32 gradients tell equally good splits of the smallest nodes apart.
  {
    name: "regressor, small trees",
    make: () => new HistGradientBoostingRegressor({ maxIter: 12, minSamplesLeaf: 1, maxLeafNodes: 5 }),
    skip: {},
  },
  {
    name: "regressor that stops early, absolute error",
    make: () =>
      new HistGradientBoostingRegressor({ earlyStopping: true, maxFeatures: 0.5, loss: "absoluteError" }),
    skip: { integerWeights: drawnRows },
  },
])("$name", async ({ make, skip }) => {
  const report = await checkEstimator(make, { registry, skip });
  expect(report.skipped).toEqual(skip);
});

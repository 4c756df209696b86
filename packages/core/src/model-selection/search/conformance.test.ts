import { describe, it } from "vitest";
import type { AnyEstimator } from "../../estimator/estimator.js";
import { type CheckOptions, estimatorChecks } from "../../testing/check-estimator.js";
import { NearestMean } from "../fixtures/nearest-mean.js";
import { fixtureRegistry } from "../fixtures/registry.js";
import { logUniform } from "./distributions.js";
import { GridSearch } from "./grid-search.js";
import { RandomizedSearch } from "./randomized-search.js";

const zeroWeights = "folds are cut by rows whatever they weigh, so one may train on rows of weight 0 alone";

const suites: readonly [name: string, make: () => AnyEstimator, skip: CheckOptions["skip"]][] = [
  ["NearestMean", () => new NearestMean(), {}],
  [
    "GridSearch",
    () =>
      new GridSearch({
        estimator: new NearestMean(),
        paramGrid: { shrinkage: [0, 0.1] },
        scoring: "accuracy",
        cv: 2,
      }),
    { zeroWeights },
  ],
  [
    "RandomizedSearch",
    () =>
      new RandomizedSearch({
        estimator: new NearestMean(),
        paramDistributions: { shrinkage: logUniform(0.001, 0.5) },
        scoring: "negLogLoss",
        nIter: 3,
        cv: 2,
      }),
    { zeroWeights },
  ],
];

describe.each(suites)("%s", (_, make, skip) => {
  for (const check of estimatorChecks(make, { registry: fixtureRegistry, ...(skip && { skip }) })) {
    it.skipIf(check.skip !== undefined)(`${check.name}: ${check.skip ?? check.about}`, check.run);
  }
});

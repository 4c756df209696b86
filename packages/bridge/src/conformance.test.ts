import {
  HistGradientBoostingClassifier,
  LogisticRegression,
  Pipeline,
  StandardScaler,
} from "@strata-ml/classical";
import type { AnyEstimator } from "@strata-ml/core";
import { type CheckOptions, estimatorChecks } from "@strata-ml/core/testing";
import { aliveTensors, NeuralClassifier, selectBackend } from "@strata-ml/deep";
import { beforeAll, describe, test } from "vitest";
import { DeepEmbedder } from "./embedding/deep-embedder.js";
import { hybrid } from "./hybrid.js";
import { TensorInput } from "./input/tensor-input.js";
import { keepKinds } from "./ladder/standard-rungs.js";
import { strataRegistry } from "./registry.js";

beforeAll(async () => void (await selectBackend("wasm")));

const network = new NeuralClassifier({
  epochs: 10,
  hiddenUnits: [8],
  validationFraction: null,
  learningRate: 0.02,
});
const handsOn = {
  missingRefused: "missing text is handed on too: a network takes it as empty",
  infinityRefused: "it hands columns that the network reads on as they are; the network refuses",
  categoriesByValue: "it hands dictionaries on as they are; the network matches by value",
};
const crossFits = {
  zeroWeights: "rows of weight 0 are dealt into folds too, which changes the folds of the others",
  otherRolesIgnored: "folds keep the rows of a group together",
};
const batches = {
  integerWeights: "a row that is there twice falls into other batches than one row of twice the weight",
};

/** One line an estimator: how to make it, and what the suite must know of it besides its tags. */
const estimators: readonly (readonly [make: () => AnyEstimator, options?: CheckOptions])[] = [
  [
    () => new DeepEmbedder({ network, folds: 2, decision: true }),
    { skip: { ...batches, fitRowOrderIgnored: "a network learns from rows in batches" } },
  ],
  [
    () => new TensorInput({ preprocessing: new StandardScaler() }),
    { kinds: ["numeric", "text", "sequence"], skip: handsOn },
  ],
  [
    () =>
      hybrid({
        network,
        tabular: keepKinds(["numeric", "tensor", "categorical"]),
        head: new HistGradientBoostingClassifier({ maxIter: 10, minSamplesLeaf: 3 }),
        folds: 2,
      }),
    { skip: { ...batches, ...crossFits } },
  ],
  [
    () =>
      new Pipeline({
        steps: [
          ["embed", new DeepEmbedder({ network, folds: 2 })],
          ["model", new LogisticRegression()],
        ],
      }),
    { skip: { ...batches, ...crossFits } },
  ],
];

describe.each(estimators.map(([make, options]) => ({ name: nameOf(make()), make, options })))(
  "$name",
  ({ make, options }) => {
    const settings = { registry: strataRegistry, rows: 60, aliveTensors, tolerance: 1e-4, ...options };
    for (const { name, about, skip, run } of estimatorChecks(make, settings))
      test.skipIf(skip !== undefined)(`${name}: ${skip ?? about}`, { timeout: 120_000 }, run);
  },
);

function nameOf(estimator: AnyEstimator): string {
  return `${estimator.owner} ${JSON.stringify(estimator.params)}`.slice(0, 100);
}

import { type AnyEstimator, Registry } from "@strata-ml/core";
import { type CheckOptions, estimatorChecks } from "@strata-ml/core/testing";
import { beforeAll, describe, test } from "vitest";
import { selectBackend } from "./backend/select-backend.js";
import { deepCodecs } from "./codecs.js";
import { Autoencoder } from "./estimators/autoencoder.js";
import { ContrastiveSequenceEncoder } from "./estimators/contrastive-sequence-encoder.js";
import { MlpClassifier } from "./estimators/mlp-classifier.js";
import { MlpRegressor } from "./estimators/mlp-regressor.js";
import { NeuralClassifier } from "./estimators/neural-classifier.js";
import { NeuralMultiTask } from "./estimators/neural-multi-task.js";
import { NeuralRegressor } from "./estimators/neural-regressor.js";
import { VariationalAutoencoder } from "./estimators/variational-autoencoder.js";
import { aliveTensors } from "./backend/alive-tensors.js";
import { testBackend } from "./testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const shared = {
  registry: new Registry(deepCodecs()),
  aliveTensors,
  // A matrix product adds up in another order for one row than for many.
  tolerance: 1e-5,
  skip: {
    integerWeights: "a repeated row falls into other batches than one row of twice the weight",
  },
} as const satisfies CheckOptions;

/** Small and quick to learn: the suite fits some eighty times. */
const small = {
  hiddenUnits: [16],
  dropout: 0,
  epochs: 20,
  learningRate: 0.02,
  maxTokens: 64,
  sequenceUnits: 8,
} as const;

const quick = { hiddenLayerSizes: [16], maxIter: 40, batchSize: 16, learningRateInit: 0.02 } as const;

/** Convex, so that nearly equal rows give nearly equal models. */
const minimised = { solver: "lbfgs", hiddenLayerSizes: [], alpha: 1, tol: 1e-6 } as const;

const transformer = {
  ...small,
  network: "tabularTransformer",
  transformerUnits: 8,
  transformerHeads: 2,
  transformerBlocks: 1,
} as const;

const squeezed = {
  latentUnits: 2,
  encoderUnits: [8],
  epochs: 20,
  batchSize: 16,
  learningRate: 0.02,
} as const;

const tasks = {
  ...small,
  heads: { taskLabel: { kind: "classification" }, taskNumber: { kind: "regression" } },
} as const;

const estimators: readonly (readonly [make: () => AnyEstimator, options: CheckOptions])[] = [
  [() => new NeuralClassifier(small), shared],
  [() => new NeuralRegressor(small), shared],
  [() => new NeuralClassifier(transformer), shared],
  [() => new NeuralMultiTask(tasks), shared],
  [() => new MlpClassifier(quick), shared],
  [() => new MlpRegressor(quick), shared],
  [() => new MlpClassifier(minimised), { ...shared, skip: {} }],
  [() => new MlpRegressor(minimised), { ...shared, skip: {} }],
  [() => new Autoencoder(squeezed), shared],
  [() => new VariationalAutoencoder(squeezed), shared],
  [
    () =>
      new ContrastiveSequenceEncoder({ units: 4, sequenceUnits: 8, slices: 2, minSliceLength: 1, epochs: 4 }),
    {
      ...shared,
      skip: {
        ...shared.skip,
        fitRowOrderIgnored: "slices are drawn, and batches made, in the order of the rows",
      },
    },
  ],
];

for (const [make, options] of estimators) {
  const { owner, params } = make();
  const solver = "solver" in params ? ` by ${params.solver}` : "";
  describe(owner + solver, () => {
    for (const check of estimatorChecks(make, options))
      test.skipIf(check.skip !== undefined)(`${check.name}: ${check.skip ?? check.about}`, check.run);
  });
}

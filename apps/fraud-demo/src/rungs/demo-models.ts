import type { StandardRungsOptions } from "@strata-ml/bridge";
import { HistGradientBoostingClassifier } from "@strata-ml/classical";
import { NeuralClassifier } from "@strata-ml/deep";

/**
 * The boosting and the network of the demo. There are some 450 known frauds to learn from, so trees are small and
 * strongly regularised, every fraud trains the network (none is held out for early stopping), and an epoch draws 50
 * honest rows for each. Chosen on simulations of other seeds than the demo's.
 */
export function demoModels(seed: number): StandardRungsOptions {
  return {
    seed,
    boosting: new HistGradientBoostingClassifier({
      seed,
      maxIter: 150,
      learningRate: 0.05,
      maxLeafNodes: 8,
      minSamplesLeaf: 50,
      l2Regularization: 5,
      maxFeatures: 0.4,
      earlyStopping: false,
    }),
    network: new NeuralClassifier({
      seed,
      epochs: 12,
      validationFraction: null,
      majorityRatio: 50,
      batchSize: 256,
      learningRate: 0.005,
      schedule: { name: "cosine" },
      dropout: 0.2,
      sequenceUnits: 16,
      textNgram: 2,
    }),
    folds: 5,
  };
}

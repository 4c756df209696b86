import type { StandardRungsOptions } from "@strata-ml/bridge";
import { HistGradientBoostingClassifier } from "@strata-ml/classical";
import { NeuralClassifier } from "@strata-ml/deep";

/** The boosting and the network of the demo, sized so that every rung trains in minutes on two cores. */
export function demoModels(seed: number): StandardRungsOptions {
  return {
    seed,
    boosting: new HistGradientBoostingClassifier({
      seed,
      maxIter: 200,
      learningRate: 0.06,
      maxLeafNodes: 15,
      earlyStopping: false,
    }),
    network: new NeuralClassifier({
      seed,
      epochs: 20,
      majorityRatio: 25,
      batchSize: 256,
      sequenceUnits: 16,
      textNgram: 2,
      learningRate: 0.003,
    }),
  };
}

import type { AnyCodec } from "@strata-ml/core";
import { autoencoderCodec } from "./estimators/autoencoder.js";
import { contrastiveSequenceEncoderCodec } from "./estimators/contrastive-sequence-encoder.js";
import { mlpClassifierCodec } from "./estimators/mlp-classifier.js";
import { mlpRegressorCodec } from "./estimators/mlp-regressor.js";
import { neuralClassifierCodec } from "./estimators/neural-classifier.js";
import { neuralMultiTaskCodec } from "./estimators/neural-multi-task.js";
import { neuralRegressorCodec } from "./estimators/neural-regressor.js";
import { variationalAutoencoderCodec } from "./estimators/variational-autoencoder.js";
import type { NetworkOptions } from "./network/network-list.js";

/**
 * Codecs of every estimator of this package. Models of your own networks load only where their definitions are passed.
 *
 * @example
 * const linear = defineNetwork("linear", (n) => n.dense("output", n.inputs.numeric!, { units: n.outputs }));
 * const registry = new Registry(deepCodecs({ networks: [linear] }));
 */
export function deepCodecs(options: NetworkOptions = {}): readonly AnyCodec[] {
  return [
    neuralClassifierCodec(options),
    neuralRegressorCodec(options),
    neuralMultiTaskCodec(options),
    mlpClassifierCodec,
    mlpRegressorCodec,
    autoencoderCodec,
    variationalAutoencoderCodec,
    contrastiveSequenceEncoderCodec,
  ];
}

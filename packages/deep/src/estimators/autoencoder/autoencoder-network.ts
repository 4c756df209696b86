import { ops, type Tensor } from "../../custom/ops.js";
import { categoryUnits } from "../../network/branches.js";
import type { NetworkDefinition } from "../../network/define-network.js";
import type { NetworkBuilder } from "../../network/network-builder.js";
import type { Vector } from "../../network/node.js";
import { uniformInitializer } from "../../network/initializer.js";
import { type AutoencoderParams, autoencoderSettings } from "./autoencoder-params.js";

/** The layer between encoder and decoder. */
export const latentLayer = "latent";

/** Log variances are held within this either way, so that their exponents stay finite. */
const widest = 20;

/** Encoder, the layer `latent`, decoder. `squeeze` makes that layer of the encoder's last. */
function between(
  name: string,
  params: AutoencoderParams,
  squeeze: (n: NetworkBuilder, encoded: Vector) => Vector,
): NetworkDefinition {
  const { encoderUnits, activation, noise } = params;
  const decoderUnits = params.decoderUnits ?? [...encoderUnits].reverse();
  const settings = autoencoderSettings(params);
  const hidden = (n: NetworkBuilder, part: string, input: Vector, layers: readonly number[]): Vector =>
    layers.reduce((before, units, i) => n.dense(`${part}${i + 1}`, before, { units, activation }), input);
  return {
    name,
    build: (n) => {
      const parts = n.inputs.numeric ? [n.inputs.numeric] : [];
      for (const [column, codes] of n.inputs.categorical) {
        const units = categoryUnits(codes.width, settings);
        // Wide enough for categories to stand apart from the noise.
        const initializer = uniformInitializer(1 / Math.sqrt(units));
        parts.push(n.embedding(`categorical:${column}`, codes, { units, initializer }));
      }
      const joined = n.named("joined", n.concat(parts));
      const noisy = noise > 0 ? n.gaussianNoise("noise", joined, { stddev: noise }) : joined;
      const latent = squeeze(n, hidden(n, "encoder", noisy, encoderUnits));
      return n.dense("reconstruction", hidden(n, "decoder", latent, decoderUnits), { units: n.outputs });
    },
  };
}

export function autoencoderNetwork(params: AutoencoderParams): NetworkDefinition {
  return between("autoencoder", params, (n, encoded) =>
    n.dense(latentLayer, encoded, { units: params.latentUnits }),
  );
}

/**
 * An encoder that gives a normal distribution (Kingma and Welling 2014): while training `latent` is drawn from it, otherwise
 * it is its mean, and the loss gets `beta` times the distance of the distribution from the standard one (their appendix B).
 */
export function variationalNetwork(params: AutoencoderParams & { readonly beta: number }): NetworkDefinition {
  const { latentUnits: units, beta } = params;
  return between("variational autoencoder", params, (n, encoded) => {
    const mean = n.dense("mean", encoded, { units });
    const logVariance = n.dense("logVariance", encoded, { units });
    return n.layer(latentLayer, [mean, logVariance], {
      kind: "vector",
      width: units,
      run: ([m, given], { training, random, addLoss }) => {
        const log = ops.minimum(ops.maximum(given, -widest), widest);
        addLoss(ops.mul(divergence(m, log), beta));
        if (!training) return m;
        const noise = Array.from({ length: m.size }, () => random!.normal());
        return ops.add(m, ops.mul(ops.exp(ops.mul(log, 0.5)), ops.tensor(noise, m.shape)));
      },
    });
  });
}

/** By row Kullback and Leibler's divergence of N(mean, variance) from N(0, 1). */
function divergence(mean: Tensor, logVariance: Tensor): Tensor {
  const terms = ops.sub(ops.sub(ops.add(ops.square(mean), ops.exp(logVariance)), logVariance), 1);
  return ops.mul(ops.sum(terms, 1), 0.5);
}

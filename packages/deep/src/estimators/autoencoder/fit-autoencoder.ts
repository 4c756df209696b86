import {
  alignFeatures,
  ArtifactError,
  type Dataset,
  type DatasetSchema,
  FitRun,
  requireKinds,
  requireRows,
  sampleWeights,
  type TensorReader,
} from "@strata-ml/core";
import { z } from "zod";
import type { NetworkDefinition } from "../../network/define-network.js";
import { FeatureEncoder } from "../../preprocessing/feature-encoder.js";
import { requireNoHuge } from "../../preprocessing/huge-values.js";
import { EpochSampler } from "../../training/epoch-sampler.js";
import type { RowLoss } from "../../training/losses/row-loss.js";
import { fitNetwork, splitRows } from "../fit-network.js";
import { type LearningRows, weightedRows } from "../learning-rows.js";
import type { FittedNetwork } from "../fitted-network.js";
import { decodeFittedNetwork, encodeFittedNetwork, fittedNetworkState } from "../fitted-network-codec.js";
import type { NetworkFitOptions } from "../network-fit-options.js";
import { type AutoencoderParams, autoencoderSettings } from "./autoencoder-params.js";
import { Reconstruction } from "./reconstruction.js";

/** Kinds of feature columns that can be made again. */
export const autoencoderKinds = ["numeric", "tensor", "categorical"] as const;

/** What makes one autoencoder differ from another. */
export interface AutoencoderDesign {
  readonly owner: string;
  readonly params: AutoencoderParams;
  readonly definition: NetworkDefinition;
  readonly lossOf: (reconstruction: Reconstruction) => RowLoss;
}

/** What a model is made of. */
export interface FittedAutoencoder {
  readonly fitted: FittedNetwork;
  readonly reconstruction: Reconstruction;
  readonly loss: RowLoss;
  readonly offset: number;
}

/** A model that training goes on from. */
interface Updated {
  readonly features: DatasetSchema;
  readonly fitted: FittedNetwork;
}

/** The params that an autoencoder must share with one that it goes on from. */
export const autoencoderShapeNames = [
  "latentUnits",
  "encoderUnits",
  "decoderUnits",
  "activation",
  "categoricalUnits",
  "minCategoryCount",
] as const satisfies readonly (keyof AutoencoderParams)[];

/** Fits preprocessing and network, or goes on training those of a model. */
export async function fitAutoencoder(
  { owner, params, definition, lossOf }: AutoencoderDesign,
  data: Dataset,
  options: NetworkFitOptions<Dataset>,
  start?: Updated,
): Promise<FittedAutoencoder> {
  const run = new FitRun(owner, options);
  requireRows(owner, data);
  requireKinds(owner, data, autoencoderKinds);
  const weights = sampleWeights(owner, data);
  requireNoHuge(owner, data, weights);
  const used = weightedRows(data, weights);
  const settings = autoencoderSettings(params);
  const features = start?.features ?? data.featureSchema;
  const { train, validation } = splitRows(used, options.validation, settings);
  const encoder =
    start?.fitted.encoder ??
    (await FeatureEncoder.fit(owner, train, settings, sampleWeights(owner, train), () => run.breathe()));
  const reconstruction = new Reconstruction(features, encoder);
  const loss = lossOf(reconstruction);
  const targetsOf = (rows: Dataset): Float32Array =>
    reconstruction.targetsOf(owner, alignFeatures(owner, features, rows));
  const rowsOf = (rows: Dataset): LearningRows => ({
    data: rows,
    targets: targetsOf(rows),
    weights: sampleWeights(owner, rows),
  });
  const zero = new Float32Array(reconstruction.width);
  const fitted = await fitNetwork(
    {
      definition,
      settings,
      loss,
      features,
      train: rowsOf(train),
      validation: validation && rowsOf(validation),
      sampler: new EpochSampler(train.rows),
      start: start?.fitted,
      encoder,
      offsets: { training: zero, prediction: zero },
    },
    run,
    options,
  );
  const aligned = alignFeatures(owner, features, used);
  const losses = await fitted.losses(owner, aligned, targetsOf(used), loss, () => run.breathe());
  return { fitted, reconstruction, loss, offset: lineOf(losses, params.contamination) };
}

/** The score below which rows are outliers; scores are losses the other way round. */
function lineOf(losses: Float32Array, contamination: AutoencoderParams["contamination"]): number {
  const scores = Float64Array.from(losses, (loss) => -loss).sort();
  if (contamination !== "auto") {
    // Interpolated between order statistics, as numpy's percentile.
    const at = contamination * (scores.length - 1);
    const low = scores[Math.floor(at)];
    return low + (scores[Math.ceil(at)] - low) * (at - Math.floor(at));
  }
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  return mean - 3 * Math.sqrt(variance);
}

export const autoencoderState = fittedNetworkState.extend({
  outputs: z
    .int()
    .min(1)
    .max(2 ** 24),
  offset: z.number(),
});

export function encodeAutoencoder(fitted: FittedNetwork, offset: number) {
  const { state, tensors } = encodeFittedNetwork(fitted);
  return { state: { ...state, outputs: fitted.offset.length, offset }, tensors };
}

/** Throws {@link ArtifactError} where the parts don't fit each other. */
export function decodeAutoencoder(
  { owner, params, definition, lossOf }: AutoencoderDesign,
  parts: {
    readonly features: DatasetSchema;
    readonly state: z.output<typeof autoencoderState>;
    readonly tensors: TensorReader;
  },
): FittedAutoencoder {
  const { outputs, offset, ...state } = parts.state;
  if (parts.features.some(({ kind }) => !(autoencoderKinds as readonly string[]).includes(kind)))
    throw new ArtifactError(owner, `features must be ${autoencoderKinds.join(", ")}`);
  const settings = autoencoderSettings(params);
  const fitted = decodeFittedNetwork(owner, definition, settings, outputs, { ...parts, state });
  const reconstruction = new Reconstruction(parts.features, fitted.encoder);
  if (reconstruction.width !== outputs)
    throw new ArtifactError(
      owner,
      `outputs must be ${reconstruction.width}, as the features, received ${outputs}`,
    );
  return { fitted, reconstruction, loss: lossOf(reconstruction), offset };
}

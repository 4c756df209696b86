import {
  alignFeatures,
  DataError,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  FitRun,
  ParamError,
  Random,
  requireKinds,
  requireRows,
  sampleWeights,
  type Transforms,
  type Updates,
} from "@strata-ml/core";
import { z } from "zod";
import { sequenceBranch } from "../network/branches.js";
import type { NetworkDefinition } from "../network/define-network.js";
import { type NetworkSettings, networkSettingsShape } from "../network/network-settings.js";
import { FeatureEncoder } from "../preprocessing/feature-encoder.js";
import { embeddingLoss, embeddingLossSchema } from "../training/losses/embedding-loss.js";
import { type SlicePlan, Slices } from "./contrastive/slices.js";
import { fitNetwork, splitRows } from "./fit-network.js";
import { type LearningRows, weightedRows } from "./learning-rows.js";
import { decodeFittedNetwork, encodeFittedNetwork, fittedNetworkState } from "./fitted-network-codec.js";
import type { NetworkFitOptions } from "./network-fit-options.js";
import { NetworkModel } from "./network-model.js";
import { requireSameParams } from "./require-same-network.js";
import { trainingShape } from "./training-params.js";

const accepts = ["sequence"] as const;
const embeddingLayer = "embedding";
const {
  sequenceEncoder,
  sequenceUnits,
  transformerHeads,
  transformerBlocks,
  maxSequenceLength,
  categoricalUnits,
  minCategoryCount,
} = networkSettingsShape;

const params = z.strictObject({
  units: z.int().min(1).max(4096).default(32).describe("Numbers of an embedding"),
  sequenceEncoder,
  sequenceUnits,
  transformerHeads,
  transformerBlocks,
  dropout: networkSettingsShape.dropout.describe("Part of a transformer's values that training drops"),
  maxSequenceLength,
  categoricalUnits,
  minCategoryCount,
  slices: z
    .int()
    .min(2)
    .max(64)
    .default(4)
    .describe("Slices that each epoch draws anew from a row's history"),
  minSliceLength: z
    .int()
    .min(1)
    .default(3)
    .describe("Least steps of a slice; a shorter history is taken whole"),
  maxSliceLength: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("Most steps of a slice; null takes maxSequenceLength, which is the most in any case"),
  loss: embeddingLossSchema
    .default("infoNce")
    .describe(
      "What draws slices of one row together and those of others apart, by name or with its own settings",
    ),
  ...trainingShape,
  batchSize: z
    .union([z.literal("auto"), z.int().min(2)])
    .default("auto")
    .describe("Rows of a step, each with all its slices; auto takes an 8th of the rows, between 16 and 64"),
});
type Params = z.output<typeof params>;

/** The params that it must share with a model that it goes on from. */
const shapeNames = [
  "units",
  "sequenceEncoder",
  "sequenceUnits",
  "transformerHeads",
  "transformerBlocks",
  "maxSequenceLength",
  "categoricalUnits",
  "minCategoryCount",
] as const satisfies readonly (keyof Params)[];

/** One branch a sequence column as in the default network, joined and made one long. */
const network: NetworkDefinition = {
  name: "contrastive sequence encoder",
  build: (n, settings) => {
    const branches = [...n.inputs.sequence].map(([column, steps]) =>
      sequenceBranch(n, `sequence:${column}`, steps, settings),
    );
    const projected = n.dense("projection", n.named("joined", n.concat(branches)), { units: n.outputs });
    return n.named(embeddingLayer, n.unitNorm(projected));
  },
};

/**
 * Embeddings of histories learned without labels (CoLES; Babaev and others 2022): slices of one row's history should come
 * out near each other, and far from those of other rows. What stays the same along a history is what the embedding tells:
 * whose it could be. The embedding of a whole history, one long, is the feature block `embedding`.
 *
 * Slices have a random length and a random place, and each epoch draws others; all depend on `seed` alone. Rows without any
 * step are not learned from, and have an embedding that is the same for all of them.
 *
 * @throws DataError for columns that are no sequences, infinite numbers, and fewer than two rows with steps; ParamError for a
 * maxSliceLength below minSliceLength; StrataError for a loss that is not finite.
 * @example
 * const histories = Array.from({ length: 40 }, (_, i) => Array.from({ length: 12 }, (_, t) => [i % 2 ? t % 3 : t % 4]));
 * const data = fromColumns({ history: sequence(histories, [{ name: "size", kind: "numeric" }]) });
 * const model = await new ContrastiveSequenceEncoder({ units: 8, epochs: 5 }).fit(data);
 * await model.embed(data); // Matrix of 40 x 8
 */
export class ContrastiveSequenceEncoder
  extends Estimator<typeof params, ContrastiveSequenceEncoderModel>
  implements Updates<ContrastiveSequenceEncoderModel>
{
  readonly type = "deep/contrastive-sequence-encoder";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts,
    target: "none",
    missing: true,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
    const { minLength, maxLength } = planOf(this.params);
    if (maxLength < minLength)
      throw new ParamError(
        this.owner,
        `minSliceLength must be at most maxSliceLength and maxSequenceLength, here ${maxLength}, received ${minLength}`,
      );
  }

  async fit(
    data: Dataset,
    options: NetworkFitOptions<Dataset> = {},
  ): Promise<ContrastiveSequenceEncoderModel> {
    return this.train(data, options);
  }

  /**
   * Goes on training a model: up to `epochs` more over these rows, from its weights and with its preprocessing as it is. The
   * optimizer begins anew.
   *
   * @throws DataError as fit does, and for rows that lack a feature of the model; ParamError where params that shape the network
   * are not the model's.
   */
  async update(
    model: ContrastiveSequenceEncoderModel,
    data: Dataset,
    options: NetworkFitOptions<Dataset> = {},
  ): Promise<ContrastiveSequenceEncoderModel> {
    requireSameParams(this.owner, this.params, model.estimator.params, shapeNames);
    return this.train(data, options, model);
  }

  private async train(
    data: Dataset,
    options: NetworkFitOptions<Dataset>,
    start?: ContrastiveSequenceEncoderModel,
  ): Promise<ContrastiveSequenceEncoderModel> {
    const run = new FitRun(this.owner, options);
    const { owner, params: given } = this;
    requireRows(owner, data);
    requireKinds(owner, data, accepts);
    const weights = sampleWeights(owner, data);
    const features = start?.features ?? data.featureSchema;
    const used = withSteps(owner, features, weightedRows(data, weights));
    if (used.rows < 2)
      throw new DataError(owner, `there must be at least 2 rows with steps, received ${used.rows}`);
    const held = options.validation && withSteps(owner, features, options.validation);
    // Among fewer rows there is nothing to tell apart.
    const split = splitRows(used, held && held.rows > 1 ? held : undefined, given);
    const settings = settingsOf(given, split.train.rows);
    const own = sampleWeights(owner, split.train);
    const encoder =
      start?.fitted.encoder ??
      (await FeatureEncoder.fit(owner, split.train, settings, own, () => run.breathe()));
    const slicesOf = (rows: Dataset): Slices => new Slices(owner, rows, encoder.sequence, planOf(given));
    const train = slicesOf(split.train);
    const heldOut = split.validation && slicesOf(split.validation);
    // A checkpoint is named by what its fit reads.
    train.draw(new Random(given.seed).fork("first slices"));
    heldOut?.draw(new Random(given.seed).fork("validation slices"));
    const zero = new Float32Array(given.units);
    const fitted = await fitNetwork(
      {
        definition: network,
        settings,
        loss: embeddingLoss(owner, given.loss),
        features,
        train: learningRows(owner, train),
        validation: heldOut && learningRows(owner, heldOut),
        sampler: train,
        start: start?.fitted,
        encoder,
        offsets: { training: zero, prediction: zero },
      },
      run,
      options,
    );
    return new ContrastiveSequenceEncoderModel(this, features, fitted);
  }
}

function planOf({
  slices,
  minSliceLength: minLength,
  maxSliceLength,
  maxSequenceLength: longest,
}: Params): SlicePlan {
  return { slices, minLength, maxLength: Math.min(maxSliceLength ?? longest, longest) };
}

const networkSettings = z.strictObject(networkSettingsShape);

/** The params as networks and training take them, for so many rows. */
function settingsOf(given: Params, rows: number): NetworkSettings & Params {
  const batchSize = given.slices * rowsOfStep(given.batchSize, rows);
  return { ...networkSettings.parse({}), ...given, batchSize };
}

function rowsOfStep(batchSize: Params["batchSize"], rows: number): number {
  if (batchSize !== "auto") return batchSize;
  return Math.min(64, Math.max(16, 2 ** Math.round(Math.log2(rows / 8))));
}

/** Rows that have a step in some column; throws {@link DataError} where columns are not those of fit. */
function withSteps(owner: string, features: DatasetSchema, data: Dataset): Dataset {
  const aligned = alignFeatures(owner, features, data);
  const all = features.map(({ name }) => aligned.column(name, "sequence").offsets);
  return data.filter((row) => all.some((offsets) => offsets[row + 1] > offsets[row]));
}

function learningRows(owner: string, encoded: Slices): LearningRows {
  const { data } = encoded;
  const own = sampleWeights(owner, data);
  const { entities } = encoded;
  const weights = own && Float64Array.from(entities, (row) => own[row]);
  return { data, targets: entities, weights, encoded };
}

export class ContrastiveSequenceEncoderModel
  extends NetworkModel<ContrastiveSequenceEncoder>
  implements Transforms
{
  /** The features replaced by the block `embedding`. */
  async transform(data: Dataset): Promise<Dataset> {
    const { data: values, columns } = await this.embed(data);
    const names = Array.from({ length: columns }, (_, k) => `${embeddingLayer}${k}`);
    return data.withFeatures({ [embeddingLayer]: { kind: "tensor", values, shape: [columns], names } });
  }
}

export const contrastiveSequenceEncoderCodec = defineCodec({
  type: "deep/contrastive-sequence-encoder",
  state: fittedNetworkState,
  estimator: (input) => new ContrastiveSequenceEncoder(input),
  encode: (model: ContrastiveSequenceEncoderModel) => encodeFittedNetwork(model.fitted),
  decode: ({ estimator, ...parts }) => {
    const { owner, params: given } = estimator;
    const fitted = decodeFittedNetwork(owner, network, settingsOf(given, 1), given.units, parts);
    return new ContrastiveSequenceEncoderModel(estimator, parts.features, fitted);
  },
});

import {
  type AnyEstimator,
  ArtifactError,
  alignFeatures,
  canEmbed,
  type Column,
  type Composite,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  type Embeds,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type FitTransforms,
  type Matrix,
  Model,
  nestedOptions,
  tensor,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { crossFit } from "./cross-fit.js";
import { type Embedding, embedRows, fitAndEmbed } from "./fit-and-embed.js";

const params = z.strictObject({
  network: z
    .custom<AnyEstimator>((value) => value instanceof Estimator, "must be an estimator whose model embeds")
    .describe("The network to fit, such as a NeuralClassifier"),
  layer: z
    .string()
    .nullable()
    .default(null)
    .describe("Layer whose activations become columns; null: the network's default"),
  decision: z
    .boolean()
    .default(false)
    .describe("Whether the network's decision (its logits) comes along as columns"),
  crossFit: z
    .boolean()
    .default(true)
    .describe(
      "Whether fitTransform embeds each row by a network that was not trained on it; false leaks, and says so",
    ),
  folds: z
    .int()
    .min(2)
    .default(3)
    .describe("Networks that cross-fitting trains besides the one for new rows"),
  seed: z.number().default(0).describe("Seeds the folds"),
});

/**
 * A network's embedding as a transformer: its output columns are a layer's activations, for classical classifiers and
 * clusterers to learn from.
 *
 * `fitTransform`, which is what pipelines call for training rows, is cross-fitted: each row is embedded by a network
 * that was trained without it (folds are stratified by class, and keep groups together where the dataset has a group
 * column). Embedding spaces of the folds' networks are turned into that of the network for new rows by an orthogonal
 * map (Procrustes), where there are 20 training rows for each unit; with fewer they stay as they are, alike as far as
 * they began from the same weights. Validation data reaches every network, for early stopping.
 *
 * @example
 * new Pipeline({
 *   steps: [
 *     ["embed", new DeepEmbedder({ network: new NeuralClassifier({ epochs: 10 }) })],
 *     ["cluster", new KMeans({ nClusters: 8 })],
 *   ],
 * });
 */
export class DeepEmbedder<N extends AnyEstimator = AnyEstimator>
  extends Estimator<typeof params, DeepEmbedderModel<N>>
  implements Composite<{ readonly network: N }>, FitTransforms<DeepEmbedderModel<N>>
{
  readonly type = "bridge/deep-embedder";

  constructor(input: { readonly network: N } & Partial<Omit<z.input<typeof params>, "network">>) {
    super(params, input);
  }

  get parts(): { readonly network: N } {
    return { network: this.params.network as N };
  }

  withParts(patch: { readonly network?: AnyEstimator }): this {
    return this.with({ network: patch.network ?? this.params.network });
  }

  get tags(): EstimatorTags {
    const { accepts, target, missing, sampleWeight } = this.params.network.tags;
    return { kind: "transformer", accepts, target, missing, imputes: true, sampleWeight };
  }

  /** Fits one network on all rows. Embedding those same rows with it is up to the caller; `fitTransform` does not. */
  async fit(data: Dataset, options: FitOptions = {}): Promise<DeepEmbedderModel<N>> {
    const run = new FitRun(this.owner, options);
    const nested = nestedOptions(options, this.owner, "network", options.validation);
    const { model } = await fitAndEmbed(this.owner, this.params.network, data, null, this.params, nested);
    await run.step("network", 1, 1);
    return new DeepEmbedderModel(this, data.featureSchema, model);
  }

  async fitTransform(
    data: Dataset,
    options: FitOptions = {},
  ): Promise<{ readonly model: DeepEmbedderModel<N>; readonly data: Dataset }> {
    if (!this.params.crossFit) {
      const model = await this.fit(data, options);
      return { model, data: await model.transform(data) };
    }
    const { model, embedding } = await crossFit(this.owner, this.params, data, options);
    return {
      model: new DeepEmbedderModel(this, data.featureSchema, model),
      data: withEmbedding(data, embedding),
    };
  }
}

function withEmbedding(data: Dataset, { activations, decision }: Embedding): Dataset {
  const columns: Record<string, Column> = { embedding: block("embedding", activations) };
  if (decision !== null) columns.decision = block("decision", decision);
  return data.withFeatures(columns);
}

function block(name: string, values: Matrix): Column {
  const names = Array.from({ length: values.columns }, (_, j) => `${name}${j}`);
  return tensor(values.data, [values.columns], names);
}

export class DeepEmbedderModel<N extends AnyEstimator = AnyEstimator>
  extends Model<DeepEmbedder<N>>
  implements Transforms
{
  constructor(
    estimator: DeepEmbedder<N>,
    features: DatasetSchema,
    /** The network for new rows, fitted on all rows. */
    readonly network: Model & Embeds,
  ) {
    super(estimator, features);
  }

  /** Columns `embedding` (and `decision`) in place of the features. For the rows of fit this is not cross-fitted: see `fitTransform`. */
  async transform(data: Dataset): Promise<Dataset> {
    alignFeatures(this.owner, this.features, data);
    return withEmbedding(data, await embedRows(this.network, data, this.estimator.params));
  }
}

export const deepEmbedderCodec = defineCodec({
  type: "bridge/deep-embedder",
  state: z.null(),
  estimator: ({ network, ...rest }: z.input<typeof params>, restore) =>
    new DeepEmbedder({ ...rest, network: restore(network) }),
  encode: (model: DeepEmbedderModel) => ({ state: null, children: { network: model.network } }),
  decode: ({ estimator, features, children: { network } }) => {
    if (network?.type !== estimator.params.network.type || !canEmbed(network)) {
      throw new ArtifactError(
        estimator.owner,
        `its network must be ${estimator.params.network.type}, received ${network?.type ?? "none"}`,
      );
    }
    return new DeepEmbedderModel(estimator, features, network);
  },
});

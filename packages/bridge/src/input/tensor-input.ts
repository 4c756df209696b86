import {
  type AnyEstimator,
  alignFeatures,
  ArtifactError,
  type ColumnKind,
  type Composite,
  canTransform,
  type Dataset,
  type DatasetSchema,
  DataError,
  defineCodec,
  denseFeatures,
  denseNames,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type FitTransforms,
  fitTransform,
  Model,
  nestedOptions,
  requireDataset,
  tensor,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";

const rawKinds = ["text", "sequence", "tensor", "categorical"] as const satisfies ColumnKind[];

const params = z.strictObject({
  preprocessing: z
    .custom<AnyEstimator>((value) => value instanceof Estimator, "must be an estimator that transforms")
    .describe("Classical preprocessing whose numeric output feeds the network, such as a ColumnTransformer"),
  passthrough: z
    .array(z.enum(rawKinds))
    .readonly()
    .default(["text", "sequence"])
    .describe("Kinds of columns that reach the network as they are; the preprocessing does not see them"),
  name: z.string().min(1).default("input").describe("Name of the tensor column"),
});

/**
 * Classical preprocessing in front of a network: what the fitted preprocessing gives becomes one float32 tensor column,
 * and columns that a network reads itself (text, sequences) pass by.
 *
 * @throws DataError where the preprocessing gives anything but numbers, or NaN.
 * @example
 * new Pipeline({
 *   steps: [
 *     ["input", new TensorInput({ preprocessing: new StandardScaler() })],
 *     ["network", new NeuralClassifier()],
 *   ],
 * });
 */
export class TensorInput<P extends AnyEstimator = AnyEstimator>
  extends Estimator<typeof params, TensorInputModel<P>>
  implements Composite<{ readonly preprocessing: P }>, FitTransforms<TensorInputModel<P>>
{
  readonly type = "bridge/tensor-input";

  constructor(input: {
    readonly preprocessing: P;
    readonly passthrough?: readonly (typeof rawKinds)[number][];
    readonly name?: string;
  }) {
    super(params, input);
  }

  get parts(): { readonly preprocessing: P } {
    return { preprocessing: this.params.preprocessing as P };
  }

  withParts(patch: { readonly preprocessing?: AnyEstimator }): this {
    return this.with({ preprocessing: patch.preprocessing ?? this.params.preprocessing });
  }

  get tags(): EstimatorTags {
    const { accepts, target, missing, imputes, sampleWeight } = this.params.preprocessing.tags;
    return {
      kind: "transformer",
      accepts: [...new Set([...accepts, ...this.params.passthrough])],
      target,
      missing: missing && imputes === true,
      imputes: true,
      sampleWeight,
    };
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<TensorInputModel<P>> {
    const { model } = await this.fitPreprocessing(data, options, async (part, given, nested) => ({
      model: await part.fit(given, nested),
    }));
    return model;
  }

  async fitTransform(
    data: Dataset,
    options: FitOptions = {},
  ): Promise<{ readonly model: TensorInputModel<P>; readonly data: Dataset }> {
    const { model, output } = await this.fitPreprocessing(data, options, async (part, given, nested) => {
      const fitted = await fitTransform(part, given, nested);
      return { model: fitted.model, output: fitted.data };
    });
    return { model, data: model.join(data, output ?? data) };
  }

  private async fitPreprocessing(
    data: Dataset,
    options: FitOptions,
    fit: (
      part: AnyEstimator,
      given: Dataset,
      nested: FitOptions,
    ) => Promise<{ model: Model; output?: Dataset }>,
  ): Promise<{ model: TensorInputModel<P>; output?: Dataset }> {
    const run = new FitRun(this.owner, options);
    requireDataset(this.owner, data);
    const seen = seenByPreprocessing(data.featureSchema, this.params.passthrough);
    const nested = nestedOptions(
      options,
      this.owner,
      "preprocessing",
      options.validation?.selectFeatures(seen),
    );
    const { model, output } = await fit(this.params.preprocessing, data.selectFeatures(seen), nested);
    await run.step("preprocessing", 1, 1);
    return {
      model: new TensorInputModel(this, data.featureSchema, requireTransforms(this.owner, model)),
      output,
    };
  }
}

function seenByPreprocessing(features: DatasetSchema, passthrough: readonly ColumnKind[]): string[] {
  return features.filter(({ kind }) => !passthrough.includes(kind)).map(({ name }) => name);
}

function requireTransforms(owner: string, model: Model): Model & Transforms {
  if (!canTransform(model))
    throw new DataError(owner, `preprocessing must transform, received ${model.owner}, which does not`);
  return model;
}

export class TensorInputModel<P extends AnyEstimator = AnyEstimator>
  extends Model<TensorInput<P>>
  implements Transforms
{
  private readonly seen: readonly string[];

  constructor(
    estimator: TensorInput<P>,
    features: DatasetSchema,
    readonly preprocessing: Model & Transforms,
  ) {
    super(estimator, features);
    this.seen = seenByPreprocessing(features, estimator.params.passthrough);
  }

  /** The tensor column, and what passes by. */
  async transform(data: Dataset): Promise<Dataset> {
    alignFeatures(this.owner, this.features, data);
    return this.join(data, await this.preprocessing.transform(data.selectFeatures(this.seen)));
  }

  /** What the preprocessing gave as one tensor, beside the columns of `data` that pass by. */
  join(data: Dataset, output: Dataset): Dataset {
    const { name } = this.estimator.params;
    const block = denseFeatures(this.owner, output);
    const seen = new Set(this.seen);
    const passed = this.features.filter((feature) => !seen.has(feature.name)).map((feature) => feature.name);
    if (output.rows !== data.rows) {
      throw new DataError(
        this.owner,
        `preprocessing must keep all ${data.rows} rows, received ${output.rows} from it`,
      );
    }
    return data.withFeatures({
      [name]: tensor(Float32Array.from(block.data), [block.columns], denseNames(output.featureSchema)),
      ...Object.fromEntries(passed.map((feature) => [feature, data.column(feature)])),
    });
  }
}

export const tensorInputCodec = defineCodec({
  type: "bridge/tensor-input",
  state: z.null(),
  estimator: ({ preprocessing, ...rest }: z.input<typeof params>, restore) =>
    new TensorInput({ ...rest, preprocessing: restore(preprocessing) }),
  encode: (model: TensorInputModel) => ({ state: null, children: { preprocessing: model.preprocessing } }),
  decode: ({ estimator, features, children: { preprocessing } }) => {
    if (preprocessing?.type !== estimator.params.preprocessing.type || !canTransform(preprocessing)) {
      throw new ArtifactError(
        estimator.owner,
        `its preprocessing must be ${estimator.params.preprocessing.type}, received ${preprocessing?.type ?? "none"}`,
      );
    }
    return new TensorInputModel(estimator, features, preprocessing);
  },
});

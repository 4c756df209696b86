import {
  type AnyEstimator,
  alignFeatures,
  chain,
  type Composite,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type FitTransforms,
  fitTransform,
  gatherAll,
  Model,
  type ModelOf,
  nestedOptions,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { joinOutputs } from "./join-outputs.js";
import {
  childOf,
  estimatorSchema,
  patched,
  type PartsOf,
  partsOf,
  requireDistinct,
  requireTransformers,
  restoreSteps,
  type Step,
  stepName,
  type StepsData,
  type Transformed,
} from "./steps.js";

const params = z.strictObject({
  transformers: z
    .array(z.tuple([stepName, estimatorSchema]))
    .min(1)
    .describe("Named transformers, each of which gets all features"),
  verboseFeatureNames: z.boolean().default(true).describe("Whether outputs are called <name>.<feature>"),
});

/**
 * Several transformers of the same features, their outputs side by side.
 *
 * @throws ParamError for names that are not their own, and for an estimator that does not transform.
 * @example
 * new FeatureUnion({ transformers: [["words", new TfidfVectorizer()], ["chars", new TfidfVectorizer({ analyzer: "char" })]] });
 */
export class FeatureUnion<const S extends readonly Step[] = readonly Step[]>
  extends Estimator<typeof params, FeatureUnionModel<S>, StepsData<S>>
  implements Composite<PartsOf<S>>, FitTransforms
{
  readonly type = "classical/feature-union";

  constructor(input: { readonly transformers: S; readonly verboseFeatureNames?: boolean }) {
    super(params, input as unknown as z.input<typeof params>);
    requireDistinct(
      this.owner,
      this.transformers.map(([name]) => name),
    );
    requireTransformers(this.owner, this.transformers);
  }

  get transformers(): S {
    return this.params.transformers as unknown as S;
  }

  get parts(): PartsOf<S> {
    return partsOf(this.transformers);
  }

  withParts(patch: Partial<Record<keyof PartsOf<S>, AnyEstimator>>): this {
    const transformers = this.transformers.map(([name, part]): Step => [name, patched(patch, name, part)]);
    return new FeatureUnion({ ...this.params, transformers }) as unknown as this;
  }

  get tags(): EstimatorTags {
    const all = this.transformers.map(([, { tags }]) => tags);
    return {
      kind: "transformer",
      accepts: all[0].accepts.filter((kind) => all.every(({ accepts }) => accepts.includes(kind))),
      target: all.some(({ target }) => target === "required") ? "required" : "none",
      missing: all.every(({ missing }) => missing),
      imputes: all.every(({ imputes }) => imputes),
      sampleWeight: all.some(({ sampleWeight }) => sampleWeight),
    };
  }

  async fit(data: StepsData<S>, options: FitOptions = {}): Promise<FeatureUnionModel<S>> {
    const run = new FitRun(this.owner, options);
    const models: [string, Model & Transforms][] = [];
    for (const [at, [name, part]] of this.transformers.entries()) {
      models.push([
        name,
        (await part.fit(data, nestedOptions(options, this.owner, name, options.validation))) as Model &
          Transforms,
      ]);
      await run.step("transformer", at + 1, this.transformers.length);
    }
    return new FeatureUnionModel(this, data.featureSchema, models);
  }

  async fitTransform(data: Dataset, options: FitOptions = {}): ReturnType<FitTransforms["fitTransform"]> {
    const run = new FitRun(this.owner, options);
    const fitted: { name: string; model: Model & Transforms; data: Dataset }[] = [];
    for (const [at, [name, part]] of this.transformers.entries()) {
      fitted.push({
        name,
        ...(await fitTransform(part, data, nestedOptions(options, this.owner, name, options.validation))),
      });
      await run.step("transformer", at + 1, this.transformers.length);
    }
    const models = fitted.map(({ name, model }): [string, Model & Transforms] => [name, model]);
    return {
      model: new FeatureUnionModel(this, data.featureSchema, models) as unknown as Model & Transforms,
      data: joinOutputs(this.owner, data, fitted, this.params.verboseFeatureNames),
    };
  }
}

export class FeatureUnionModel<S extends readonly Step[] = readonly Step[]>
  extends Model<FeatureUnion<S>>
  implements Transforms
{
  /** The fitted model of each transformer. */
  readonly models: { readonly [K in S[number] as K[0]]: ModelOf<K[1]> };

  constructor(
    estimator: FeatureUnion<S>,
    features: DatasetSchema,
    private readonly fitted: readonly (readonly [string, Model & Transforms])[],
  ) {
    super(estimator, features);
    this.models = Object.fromEntries(fitted) as typeof this.models;
  }

  transform(data: Dataset): Transformed<S> {
    alignFeatures(this.owner, this.features, data);
    const outputs = gatherAll(
      this.fitted.map(([name, model]) => chain(model.transform(data), (output) => ({ name, data: output }))),
    );
    const { verboseFeatureNames } = this.estimator.params;
    return chain(outputs, (ready) =>
      joinOutputs(this.owner, data, ready, verboseFeatureNames),
    ) as Transformed<S>;
  }
}

export const featureUnionCodec = defineCodec({
  type: "classical/feature-union",
  state: z.null(),
  estimator: ({ transformers, ...rest }: z.input<typeof params>, restore) =>
    new FeatureUnion({ ...rest, transformers: restoreSteps(transformers, restore) }),
  encode: (model: FeatureUnionModel) => ({ state: null, children: model.models }),
  decode: ({ estimator, features, children }) =>
    new FeatureUnionModel(
      estimator,
      features,
      estimator.transformers.map(([name, part]) => [
        name,
        childOf(estimator.owner, children, name, part) as Model & Transforms,
      ]),
    ),
});

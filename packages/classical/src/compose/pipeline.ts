import {
  type AnyEstimator,
  type Awaitable,
  chain,
  type Composite,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  type Delegated,
  delegateCapabilities,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  fitTransform,
  Model,
  type ModelOf,
  nestedOptions,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import {
  type AllAtOnce,
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
} from "./steps.js";

const params = z.strictObject({
  steps: z
    .array(z.tuple([stepName, estimatorSchema]))
    .min(1)
    .describe("Named estimators: transformers, and last any estimator"),
});

type Last<S extends readonly Step[]> = S extends readonly [...Step[], infer L extends Step]
  ? ModelOf<L[1]>
  : Model;

/** A fitted pipeline: it can do what the model of its last step can. */
export type FittedPipeline<S extends readonly Step[]> = PipelineModel<S> & Delegated<Last<S>, AllAtOnce<S>>;

/**
 * Transformers one after another and an estimator at the end, as one estimator. Training rows pass through
 * cross-fitted transformers cross-fitted; validation data is transformed by the fitted steps and reaches every step,
 * so that early stopping works inside a pipeline. It answers at once if all of its models do.
 *
 * @throws ParamError for steps without a name of their own, and where a step before the last does not transform.
 * @example
 * const data = fromColumns({ x: [0, 1, 2], y: [1, 3, 5] }, { target: "y" });
 * const pipeline = new Pipeline({ steps: [["scale", new StandardScaler()], ["model", new Ridge({ alpha: 0 })]] });
 * const model = await pipeline.fit(data);
 * model.predict(fromColumns({ x: [3] })); // Float64Array [about 7]
 */
export class Pipeline<const S extends readonly Step[] = readonly Step[]>
  extends Estimator<typeof params, FittedPipeline<S>, StepsData<S>>
  implements Composite<PartsOf<S>>
{
  readonly type = "classical/pipeline";

  constructor(input: { readonly steps: S }) {
    super(params, input as unknown as z.input<typeof params>);
    requireDistinct(
      this.owner,
      this.steps.map(([name]) => name),
    );
    requireTransformers(this.owner, this.steps.slice(0, -1));
  }

  get steps(): S {
    return this.params.steps as unknown as S;
  }

  get parts(): PartsOf<S> {
    return partsOf(this.steps);
  }

  withParts(patch: Partial<Record<keyof PartsOf<S>, AnyEstimator>>): this {
    const steps = this.steps.map(([name, step]): Step => [name, patched(patch, name, step)]);
    return new Pipeline({ steps }) as unknown as this;
  }

  get tags(): EstimatorTags {
    const all = this.steps.map(([, { tags }]) => tags);
    const last = all[all.length - 1];
    const imputer = all.findIndex(({ imputes }) => imputes);
    return {
      kind: last.kind,
      accepts: all[0].accepts,
      target: all.some(({ target }) => target === "required") ? "required" : "none",
      missing: all.slice(0, imputer < 0 ? undefined : imputer + 1).every(({ missing }) => missing),
      imputes: imputer >= 0,
      sampleWeight: all.some(({ sampleWeight }) => sampleWeight),
      ...(last.multiclass !== undefined && { multiclass: last.multiclass }),
    };
  }

  async fit(data: StepsData<S>, options: FitOptions<StepsData<S>> = {}): Promise<FittedPipeline<S>> {
    const run = new FitRun(this.owner, options);
    const models: [string, Model][] = [];
    let train: Dataset = data;
    let validation: Dataset | undefined = options.validation;
    for (const [at, [name, step]] of this.steps.entries()) {
      await run.step("step", at, this.steps.length);
      const nested = nestedOptions(options, this.owner, name, validation);
      if (at === this.steps.length - 1) models.push([name, await step.fit(train, nested)]);
      else {
        const fitted = await fitTransform(step, train, nested);
        train = fitted.data;
        validation = validation && (await fitted.model.transform(validation));
        models.push([name, fitted.model]);
      }
    }
    await run.step("step", this.steps.length, this.steps.length);
    return new PipelineModel(this, data.featureSchema, models) as FittedPipeline<S>;
  }
}

export class PipelineModel<S extends readonly Step[] = readonly Step[]> extends Model<Pipeline<S>> {
  /** The fitted model of each step. */
  readonly models: { readonly [K in S[number] as K[0]]: ModelOf<K[1]> };
  private readonly before: readonly (Model & Transforms)[];

  constructor(
    estimator: Pipeline<S>,
    features: DatasetSchema,
    models: readonly (readonly [string, Model])[],
  ) {
    super(estimator, features);
    this.models = Object.fromEntries(models) as typeof this.models;
    this.before = models.slice(0, -1).map(([, model]) => model as Model & Transforms);
    delegateCapabilities(this, models[models.length - 1][1], (data) => this.prepare(data));
  }

  /** The data as the last step sees it. */
  prepare(data: Dataset): Awaitable<Dataset> {
    return this.before.reduce<Awaitable<Dataset>>(
      (now, model) => chain(now, (ready) => model.transform(ready)),
      data,
    );
  }
}

export const pipelineCodec = defineCodec({
  type: "classical/pipeline",
  state: z.null(),
  estimator: ({ steps, ...rest }: z.input<typeof params>, restore) =>
    new Pipeline({ ...rest, steps: restoreSteps(steps, restore) }),
  encode: (model: PipelineModel) => ({ state: null, children: model.models }),
  decode: ({ estimator, features, children }) =>
    new PipelineModel(
      estimator,
      features,
      estimator.steps.map(([name, step]) => [name, childOf(estimator.owner, children, name, step)]),
    ),
});

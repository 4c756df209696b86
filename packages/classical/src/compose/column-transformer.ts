import {
  type AnyEstimator,
  ArtifactError,
  alignFeatures,
  chain,
  type ColumnKind,
  type Composite,
  type Dataset,
  type DatasetSchema,
  DataError,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type FitTransforms,
  fitTransform,
  gatherAll,
  listNames,
  Model,
  type ModelOf,
  nestedOptions,
  requireKinds,
  requireRows,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { joinOutputs, type NamedOutput } from "./join-outputs.js";
import {
  childOf,
  estimatorSchema,
  patched,
  requireDistinct,
  requireTransformers,
  restoreSteps,
  type Step,
  stepName,
  type StepsData,
  type Transformed,
} from "./steps.js";

const kinds = [
  "numeric",
  "categorical",
  "text",
  "sequence",
  "tensor",
  "sparse",
  "timestamp",
] as const satisfies ColumnKind[];

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

const selectorSchema = z.union([
  z.array(z.string()).readonly(),
  z.strictObject({ kinds: z.array(z.enum(kinds)).readonly() }),
  z.strictObject({ pattern: z.string().refine(isPattern, "must be a regular expression") }),
]);

/** Which features a transformer gets: by name, by kind of column, or by a regular expression on the name. */
export type ColumnSelector = z.input<typeof selectorSchema>;

const params = z.strictObject({
  transformers: z
    .array(z.tuple([stepName, estimatorSchema, selectorSchema]))
    .describe("Named transformers, each with the columns that it gets"),
  remainder: z
    .enum(["drop", "passthrough"])
    .default("drop")
    .describe("What becomes of features that no transformer gets"),
  verboseFeatureNames: z.boolean().default(true).describe("Whether outputs are called <name>.<feature>"),
});

/** A named transformer and its columns. */
export type ColumnStep = readonly [name: string, estimator: AnyEstimator, columns: ColumnSelector];
type StepOf<S extends readonly ColumnStep[]> = { readonly [K in keyof S]: readonly [S[K][0], S[K][1]] };
type Parts<S extends readonly ColumnStep[]> = { readonly [K in S[number] as K[0]]: K[1] };

/**
 * Different transformers for different columns, their outputs side by side. A transformer whose selector finds no
 * column is left out; columns named in a list must be there.
 *
 * @throws ParamError for names that are not their own, and for an estimator that does not transform.
 * @example
 * new ColumnTransformer({
 *   transformers: [
 *     ["numbers", new StandardScaler(), { kinds: ["numeric"] }],
 *     ["categories", new OneHotEncoder(), ["country", "channel"]],
 *   ],
 * });
 */
export class ColumnTransformer<const S extends readonly ColumnStep[] = readonly ColumnStep[]>
  extends Estimator<typeof params, ColumnTransformerModel<S>, StepsData<StepOf<S>>>
  implements Composite<Parts<S>>, FitTransforms
{
  readonly type = "classical/column-transformer";

  constructor(input: {
    readonly transformers: S;
    readonly remainder?: "drop" | "passthrough";
    readonly verboseFeatureNames?: boolean;
  }) {
    super(params, input as unknown as z.input<typeof params>);
    requireDistinct(
      this.owner,
      this.transformers.map(([name]) => name),
    );
    requireTransformers(
      this.owner,
      this.transformers.map(([name, part]): Step => [name, part]),
    );
  }

  get transformers(): S {
    return this.params.transformers as unknown as S;
  }

  get parts(): Parts<S> {
    return Object.fromEntries(this.transformers.map(([name, part]) => [name, part])) as Parts<S>;
  }

  withParts(patch: Partial<Record<keyof Parts<S>, AnyEstimator>>): this {
    const transformers = this.transformers.map(
      ([name, part, columns]): ColumnStep => [name, patched(patch, name, part), columns],
    );
    return new ColumnTransformer({ ...this.params, transformers }) as unknown as this;
  }

  get tags(): EstimatorTags {
    const all = this.transformers.map(([, { tags }]) => tags);
    const passes = this.params.remainder === "passthrough";
    return {
      kind: "transformer",
      accepts: kinds,
      target: all.some(({ target }) => target === "required") ? "required" : "none",
      missing: all.every(({ missing }) => missing),
      imputes: !passes && all.every(({ imputes }) => imputes),
      sampleWeight: all.some(({ sampleWeight }) => sampleWeight),
    };
  }

  async fit(data: StepsData<StepOf<S>>, options: FitOptions = {}): Promise<ColumnTransformerModel<S>> {
    return this.fitParts(data, options, async (part, given, nested) => ({
      model: (await part.fit(given, nested)) as Model & Transforms,
    }));
  }

  async fitTransform(data: Dataset, options: FitOptions = {}): ReturnType<FitTransforms["fitTransform"]> {
    const outputs: NamedOutput[] = [];
    const model = await this.fitParts(data, options, async (part, given, nested, name) => {
      const fitted = await fitTransform(part, given, nested);
      outputs.push({ name, data: fitted.data });
      return fitted;
    });
    return { model: model as unknown as Model & Transforms, data: model.join(data, outputs) };
  }

  private async fitParts(
    data: Dataset,
    options: FitOptions,
    fitPart: (
      part: AnyEstimator,
      given: Dataset,
      nested: FitOptions,
      name: string,
    ) => Promise<{ model: Model & Transforms }>,
  ): Promise<ColumnTransformerModel<S>> {
    const run = new FitRun(this.owner, options);
    requireRows(this.owner, data);
    requireKinds(this.owner, data, kinds);
    const parts: FittedPart[] = [];
    for (const [at, [name, part, selector]] of this.transformers.entries()) {
      const columns = selectColumns(this.owner, name, selector, data);
      if (columns.length > 0) {
        const given = data.selectFeatures(columns);
        const { model } = await fitPart(
          part,
          given,
          nestedOptions(options, this.owner, name, options.validation?.selectFeatures(columns)),
          name,
        );
        parts.push({ name, columns, model });
      }
      await run.step("transformer", at + 1, this.transformers.length);
    }
    return new ColumnTransformerModel(this, data.featureSchema, parts);
  }
}

function selectColumns(
  owner: string,
  name: string,
  selector: ColumnSelector,
  data: Dataset,
): readonly string[] {
  const features = data.featureSchema;
  if ("pattern" in selector) {
    const pattern = new RegExp(selector.pattern, "u");
    return features.filter((column) => pattern.test(column.name)).map((column) => column.name);
  }
  if ("kinds" in selector)
    return features.filter(({ kind }) => selector.kinds.includes(kind)).map((column) => column.name);
  const missing = selector.filter((column) => !features.some((feature) => feature.name === column));
  if (missing.length > 0) {
    throw new DataError(
      owner,
      `the columns of '${name}' must be features of the dataset, missing ${listNames(missing, 10)}`,
    );
  }
  return selector;
}

interface FittedPart {
  readonly name: string;
  readonly columns: readonly string[];
  readonly model: Model & Transforms;
}

export class ColumnTransformerModel<S extends readonly ColumnStep[] = readonly ColumnStep[]>
  extends Model<ColumnTransformer<S>>
  implements Transforms
{
  /** The fitted model of each transformer that found columns. */
  readonly models: { readonly [K in S[number] as K[0]]?: ModelOf<K[1]> };
  /** Features that no transformer gets. */
  readonly remainder: readonly string[];

  constructor(
    estimator: ColumnTransformer<S>,
    features: DatasetSchema,
    readonly fitted: readonly FittedPart[],
  ) {
    super(estimator, features);
    this.models = Object.fromEntries(fitted.map(({ name, model }) => [name, model])) as typeof this.models;
    const used = new Set(fitted.flatMap(({ columns }) => columns));
    this.remainder = features.map(({ name }) => name).filter((name) => !used.has(name));
  }

  transform(data: Dataset): Transformed<StepOf<S>> {
    alignFeatures(this.owner, this.features, data);
    const outputs = gatherAll(
      this.fitted.map(({ name, columns, model }) =>
        chain(model.transform(data.selectFeatures(columns)), (output) => ({ name, data: output })),
      ),
    );
    return chain(outputs, (ready) => this.join(data, ready)) as Transformed<StepOf<S>>;
  }

  /** The outputs of the transformers, and what passes through, in place of the features. */
  join(data: Dataset, outputs: readonly NamedOutput[]): Dataset {
    const { verboseFeatureNames, remainder } = this.estimator.params;
    const joined = joinOutputs(this.owner, data, outputs, verboseFeatureNames);
    if (remainder === "drop" || this.remainder.length === 0) return joined;
    const taken = this.remainder.find((name) => joined.has(name));
    if (taken !== undefined) {
      throw new DataError(
        this.owner,
        `names of features must differ from each other, received '${taken}' from a transformer and passed through (set verboseFeatureNames)`,
      );
    }
    return joined.with(Object.fromEntries(this.remainder.map((name) => [name, data.column(name)])));
  }
}

export const columnTransformerCodec = defineCodec({
  type: "classical/column-transformer",
  state: z.strictObject({ columns: z.record(z.string(), z.array(z.string()).readonly()) }),
  estimator: ({ transformers, ...rest }: z.input<typeof params>, restore) =>
    new ColumnTransformer({ ...rest, transformers: restoreSteps(transformers, restore) }),
  encode: (model: ColumnTransformerModel) => ({
    state: { columns: Object.fromEntries(model.fitted.map(({ name, columns }) => [name, columns])) },
    children: model.models as Readonly<Record<string, Model>>,
  }),
  decode: ({ estimator, features, state, children }) => {
    const known = new Set(features.map(({ name }) => name));
    const parts = estimator.transformers.flatMap(([name, part]) => {
      // A transformer that found no columns has none here, whatever objects inherit under its name.
      if (!Object.hasOwn(state.columns, name)) return [];
      const columns = state.columns[name];
      if (columns.some((column) => !known.has(column))) {
        throw new ArtifactError(
          estimator.owner,
          `the columns of '${name}' must be among its features, received others`,
        );
      }
      return [{ name, columns, model: childOf(estimator.owner, children, name, part) as Model & Transforms }];
    });
    return new ColumnTransformerModel(estimator, features, parts);
  },
});

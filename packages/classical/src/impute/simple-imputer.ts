import {
  ArtifactError,
  alignFeatures,
  type Column,
  type ColumnKind,
  type ColumnSchema,
  DataError,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  describe,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  listNames,
  Model,
  ParamError,
  requireKinds,
  requireRows,
  type Transforms,
  columnWidth,
} from "@strata-ml/core";
import { z } from "zod";
import { requireNoInfinity } from "../preprocessing/finite-values.js";
import { mostFrequentCategory, numericFill, type Strategy, strategies } from "./fill-value.js";
import { imputeCategorical, imputeNumbers, imputeTensor, imputeText, keptElements } from "./impute-column.js";
import { indicatorNames, missingIndicator } from "./missing-indicator.js";

/** Kinds of columns that a strategy can fill. */
const kindsOf: Readonly<Record<Strategy, readonly ColumnKind[]>> = {
  mean: ["numeric", "tensor"],
  median: ["numeric", "tensor"],
  mostFrequent: ["numeric", "tensor", "categorical"],
  constant: ["numeric", "tensor", "categorical", "text"],
};

const params = z
  .strictObject({
    strategy: z.enum(strategies).default("mean").describe("What a missing value becomes"),
    fillValue: z
      .union([z.number(), z.string(), z.null()])
      .default(null)
      .describe(
        "Under 'constant': what to fill in; null is 0 in numbers and 'missing_value' in categories and text",
      ),
    addIndicator: z
      .boolean()
      .default(false)
      .describe(
        "Whether to add a 0/1 column missingIndicator_<feature> for each feature with missing values in fit",
      ),
    keepEmptyFeatures: z
      .boolean()
      .default(false)
      .describe(
        "Whether features without any value in fit stay, filled with the constant; else they are dropped",
      ),
  })
  .refine(({ strategy, fillValue }) => strategy === "constant" || fillValue === null, {
    message: "must be null unless strategy is 'constant'",
    path: ["fillValue"],
  });

/** What fills one feature. */
export interface FeatureFill {
  /** For each element of a numeric or tensor column a number, NaN for one that is dropped; a string elsewhere, null where the feature is dropped. */
  readonly fill: Float64Array | string | null;
  /** The elements (0 for a column of one) that were missing in some row of the fit. */
  readonly missing: readonly number[];
}

/**
 * Missing values replaced by a statistic of their feature, as scikit-learn's SimpleImputer: mean, median, most frequent
 * value (the smallest of several) or a constant. Numeric and tensor features (element by element) take every strategy,
 * categorical ones the most frequent category or a constant, text a constant. Weights are not used.
 *
 * @throws DataError for features of a kind that the strategy can't fill, and for a block of several axes with an empty element.
 * @throws ParamError for a string to fill into numbers.
 * @example
 * const model = await new SimpleImputer({ strategy: "median" }).fit(fromColumns({ x: [1, null, 3, 10] }));
 * model.transform(fromColumns({ x: [null, 5] })).column("x"); // values: [3, 5]
 */
export class SimpleImputer extends Estimator<typeof params, SimpleImputerModel> {
  readonly type = "classical/simple-imputer";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: kindsOf[this.params.strategy],
    target: "none",
    missing: true,
    imputes: true,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<SimpleImputerModel> {
    const run = new FitRun(this.owner, options);
    requireRows(this.owner, data);
    requireKinds(this.owner, data, this.tags.accepts);
    const schema = data.featureSchema;
    const fills: FeatureFill[] = [];
    const empty: string[] = [];
    for (const column of schema) {
      const { fill, missing } = this.learn(column, data.column(column.name));
      if (fill === null || (typeof fill !== "string" && fill.some(Number.isNaN))) empty.push(column.name);
      fills.push({ fill: this.params.keepEmptyFeatures ? this.filled(column, fill) : fill, missing });
      this.requireDroppable(column, fills[fills.length - 1].fill);
      await run.step("feature", fills.length, schema.length);
    }
    if (empty.length > 0 && !this.params.keepEmptyFeatures)
      run.warn(`what has no value in any row of these features is dropped: ${listNames(empty)}`);
    return new SimpleImputerModel(this, schema, fills);
  }

  private learn(schema: ColumnSchema, column: Column): FeatureFill {
    const { strategy } = this.params;
    if (column.kind === "numeric" || column.kind === "tensor") {
      requireNoInfinity(this.owner, schema.name, column.values, columnWidth(schema));
      return numericFill(column, columnWidth(schema), strategy, this.number(schema.name));
    }
    const [gaps, all] =
      column.kind === "categorical"
        ? [column.codes.includes(-1), column.codes.every((code) => code < 0)]
        : column.kind === "text"
          ? [column.values.includes(null), column.values.every((value) => value === null)]
          : [false, false];
    const fill =
      strategy === "mostFrequent" && column.kind === "categorical"
        ? mostFrequentCategory(column)
        : all
          ? null
          : this.string();
    return { fill, missing: gaps ? [0] : [] };
  }

  /** The fill with the constant where there was no value. */
  private filled({ name }: ColumnSchema, fill: FeatureFill["fill"]): FeatureFill["fill"] {
    if (fill === null) return this.string();
    if (typeof fill === "string") return fill;
    return fill.map((value) => (Number.isNaN(value) ? this.number(name) : value));
  }

  private number(name: string): number {
    const { fillValue } = this.params;
    if (typeof fillValue === "string")
      throw new ParamError(
        this.owner,
        `fillValue must be a number for column '${name}', received ${describe(fillValue)}`,
      );
    return fillValue ?? 0;
  }

  private string(): string {
    return String(this.params.fillValue ?? "missing_value");
  }

  private requireDroppable(schema: ColumnSchema, fill: FeatureFill["fill"]): void {
    if (schema.kind === "tensor" && schema.shape.length > 1 && fill instanceof Float64Array) {
      const j = fill.findIndex(Number.isNaN);
      if (j >= 0)
        throw new DataError(
          this.owner,
          `each element of column '${schema.name}' must have a value in some row, received none at ${j} (set keepEmptyFeatures)`,
        );
    }
  }
}

export class SimpleImputerModel extends Model<SimpleImputer> implements Transforms {
  private readonly indicators: readonly (string | undefined)[];

  constructor(
    estimator: SimpleImputer,
    features: DatasetSchema,
    /** What fills each feature, in the order of the features. */
    readonly fills: readonly FeatureFill[],
  ) {
    super(estimator, features);
    this.indicators = indicatorNames(
      features,
      fills.map(({ missing }) => estimator.params.addIndicator && missing.length > 0),
    );
  }

  /** The features without missing values, and the indicators after them. */
  transform(data: Dataset): Dataset {
    const aligned = alignFeatures(this.owner, this.features, data);
    const imputed: [string, Column][] = [];
    const indicators: [string, Column][] = [];
    this.features.forEach((schema, j) => {
      const column = aligned.column(schema.name);
      if (column.kind === "numeric" || column.kind === "tensor")
        requireNoInfinity(this.owner, schema.name, column.values, columnWidth(schema));
      const filled = imputeColumn(column, this.fills[j].fill);
      if (filled !== undefined) imputed.push([schema.name, filled]);
      const indicator = this.indicators[j];
      if (indicator !== undefined)
        indicators.push([indicator, missingIndicator(schema, column, this.fills[j].missing)]);
    });
    return data.withFeatures(Object.fromEntries([...imputed, ...indicators]));
  }
}

/** The column without missing values; undefined where nothing of it is kept. */
function imputeColumn(column: Column, fill: FeatureFill["fill"]): Column | undefined {
  if (fill === null) return undefined;
  if (typeof fill === "string") {
    if (column.kind === "categorical") return imputeCategorical(column, fill);
    return column.kind === "text" ? imputeText(column, fill) : undefined;
  }
  if (keptElements(fill).length === 0) return undefined;
  if (column.kind === "tensor") return imputeTensor(column, fill);
  return column.kind === "numeric"
    ? { kind: "numeric", values: imputeNumbers(column.values, fill) }
    : undefined;
}

export const simpleImputerCodec = defineCodec({
  type: "classical/simple-imputer",
  state: z.array(z.strictObject({ fill: z.string().nullable(), missing: z.array(z.int().nonnegative()) })),
  estimator: (input) => new SimpleImputer(input),
  encode: (model: SimpleImputerModel) => ({
    state: model.fills.map(({ fill, missing }) => ({
      fill: typeof fill === "string" ? fill : null,
      missing: [...missing],
    })),
    tensors: {
      fills: Float64Array.from(
        model.fills.flatMap(({ fill }) => (fill instanceof Float64Array ? [...fill] : [])),
      ),
    },
  }),
  decode: ({ estimator, features, state, tensors }) => {
    const numbers = (schema: ColumnSchema): number =>
      schema.kind === "numeric" || schema.kind === "tensor" ? columnWidth(schema) : 0;
    if (state.length !== features.length)
      throw new ArtifactError(
        estimator.owner,
        `there must be fills of ${features.length} features, received ${state.length}`,
      );
    const all = tensors.float64(
      "fills",
      features.reduce((n, schema) => n + numbers(schema), 0),
    );
    let at = 0;
    const fills = state.map(({ fill, missing }, j): FeatureFill => {
      const width = numbers(features[j]);
      const fits = estimator.tags.accepts.includes(features[j].kind) && (width === 0 || fill === null);
      const rises = missing.every((k, i) => k < Math.max(width, 1) && (i === 0 || k > missing[i - 1]));
      if (!fits || !rises)
        throw new ArtifactError(estimator.owner, `the fill of column '${features[j].name}' must fit it`);
      return { fill: width === 0 ? fill : all.subarray(at, (at += width)), missing };
    });
    return new SimpleImputerModel(estimator, features, fills);
  },
});

import {
  ArtifactError,
  alignFeatures,
  type Column,
  DataError,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  Model,
  requireRows,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { categoriesParam, encodable, learnCategories, requireEncodable } from "./category-set.js";
import { decodeCategories, encodeCategories, encodedState, type FeatureCategories } from "./encoded-state.js";
import { columnOfCategories, groupedCategories } from "./grouped-category.js";
import { groupCategories, infrequentIndices, infrequentParams } from "./infrequent.js";

const remedy = "set handleUnknown to 'useEncodedValue' to take it";

const params = z
  .strictObject({
    categories: categoriesParam,
    handleUnknown: z
      .enum(["error", "useEncodedValue"])
      .default("error")
      .describe("What a category unseen in fit becomes: an error, or unknownValue"),
    unknownValue: z
      .int()
      .nullable()
      .default(null)
      .describe("Code of unknown categories under 'useEncodedValue'; null is a missing value"),
    encodedMissingValue: z
      .int()
      .nullable()
      .default(null)
      .describe("Code of missing values; null leaves them missing"),
    ...infrequentParams,
  })
  .refine(({ handleUnknown, unknownValue }) => handleUnknown === "useEncodedValue" || unknownValue === null, {
    message: "must be null unless handleUnknown is 'useEncodedValue'",
    path: ["unknownValue"],
  });

/**
 * The categories of each feature as numbers 0, 1, ... in their order, as scikit-learn's OrdinalEncoder. Features keep
 * their names and become numeric; missing values stay missing unless `encodedMissingValue` is given; rare categories
 * can be grouped under the last code.
 *
 * @throws DataError for features that are neither categorical nor numeric, for a code that is given twice, and in
 * transform for a category (or a missing value) unseen in fit unless `handleUnknown` says otherwise.
 * @example
 * const model = await new OrdinalEncoder({ categories: { size: ["S", "M", "L"] } }).fit(fromColumns({ size: ["L", "S"] }));
 * model.transform(fromColumns({ size: ["M", "L"] })).column("size"); // values: [1, 2]
 */
export class OrdinalEncoder extends Estimator<typeof params, OrdinalEncoderModel> {
  readonly type = "classical/ordinal-encoder";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["categorical", "numeric"],
    target: "none",
    missing: true,
    imputes:
      this.params.encodedMissingValue !== null &&
      (this.params.handleUnknown === "error" || this.params.unknownValue !== null),
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<OrdinalEncoderModel> {
    const run = new FitRun(this.owner, options);
    const { categories, handleUnknown } = this.params;
    requireRows(this.owner, data);
    requireEncodable(this.owner, data, categories);
    const names = data.namesOf("feature");
    const learned: FeatureCategories[] = [];
    for (const name of names) {
      const given = handleUnknown === "error" ? remedy : undefined;
      const { set, counts } = learnCategories(this.owner, data, name, categories, given);
      // Missing values have a code of their own, so they are never grouped.
      const infrequent = infrequentIndices(counts.subarray(0, set.known), data.rows, this.params);
      const { groups } = groupCategories(set.known, infrequent);
      this.requireFree("unknownValue", name, groups);
      if (set.hasMissing) this.requireFree("encodedMissingValue", name, groups);
      learned.push({ set, infrequent });
      await run.step("feature", learned.length, names.length);
    }
    return new OrdinalEncoderModel(this, data.featureSchema, learned);
  }

  private requireFree(param: "unknownValue" | "encodedMissingValue", name: string, codes: number): void {
    const value = this.params[param];
    if (value !== null && value >= 0 && value < codes)
      throw new DataError(
        this.owner,
        `${param} must differ from the codes 0..${codes - 1} of column '${name}', received ${value}`,
      );
  }
}

export class OrdinalEncoderModel extends Model<OrdinalEncoder> implements Transforms {
  /** The number that each category of a feature becomes. */
  private readonly valuesOf: readonly Float64Array[];

  constructor(
    estimator: OrdinalEncoder,
    features: DatasetSchema,
    /** Categories of each feature, and which are infrequent. */
    readonly categories: readonly FeatureCategories[],
  ) {
    super(estimator, features);
    const missing = estimator.params.encodedMissingValue ?? Number.NaN;
    this.valuesOf = categories.map(({ set, infrequent }) => {
      const { groupOf } = groupCategories(set.known, infrequent);
      return Float64Array.from(set.values, (value, index) => (value === null ? missing : groupOf[index]));
    });
  }

  /** The same columns as codes. */
  transform(data: Dataset): Dataset {
    const aligned = alignFeatures(this.owner, this.features, data);
    const { handleUnknown, unknownValue } = this.estimator.params;
    const unknown = unknownValue ?? Number.NaN;
    const encoded = this.features.map(({ name }, j): [string, Column] => {
      const { set } = this.categories[j];
      const column = encodable(this.owner, aligned, name);
      const codes =
        handleUnknown === "error" ? set.encodeKnown(this.owner, name, column, remedy) : set.encode(column);
      const valueOf = this.valuesOf[j];
      const values = new Float64Array(codes.length);
      for (let i = 0; i < values.length; i++) values[i] = codes[i] < 0 ? unknown : valueOf[codes[i]];
      return [name, { kind: "numeric", values }];
    });
    return data.selectFeatures(this.features.map(({ name }) => name)).with(Object.fromEntries(encoded));
  }

  /**
   * The categories from their codes. A code of none comes back as missing; the infrequent group as missing in a numeric
   * feature and as "infrequent" in a categorical one.
   */
  inverseTransform(data: Dataset): Dataset {
    const decoded = this.features.map(({ name, kind }, j): [string, Column] => {
      const { set, infrequent } = this.categories[j];
      const sources = groupedCategories(set.values, groupCategories(set.known, infrequent));
      const { values } = data.column(name, "numeric");
      return [
        name,
        columnOfCategories(
          kind,
          Array.from(values, (code) => sources[code] ?? null),
        ),
      ];
    });
    return data.selectFeatures(this.features.map(({ name }) => name)).with(Object.fromEntries(decoded));
  }
}

export const ordinalEncoderCodec = defineCodec({
  type: "classical/ordinal-encoder",
  state: encodedState,
  estimator: (input) => new OrdinalEncoder(input),
  encode: (model: OrdinalEncoderModel) => ({ state: encodeCategories(model.categories) }),
  decode: ({ estimator, features, state }) => {
    const categories = decodeCategories(estimator.owner, features, state);
    if (categories.some(({ set, infrequent }) => (infrequent.at(-1) ?? -1) >= set.known))
      throw new ArtifactError(estimator.owner, "a missing category must not be infrequent");
    return new OrdinalEncoderModel(estimator, features, categories);
  },
});

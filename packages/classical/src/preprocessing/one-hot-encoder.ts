import {
  alignFeatures,
  type Column,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  Model,
  requireRows,
  type SparseColumn,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { categoriesParam, encodable, learnCategories, requireEncodable } from "./category-set.js";
import { decodeCategories, encodeCategories, encodedState, type FeatureCategories } from "./encoded-state.js";
import { infrequentIndices, infrequentParams } from "./infrequent.js";
import { decodeOneHot } from "./one-hot-inverse.js";
import { type OneHotFeature, oneHotFeature } from "./one-hot-layout.js";
import { distinctNames } from "./output-names.js";

/** Name of the block that the encoder puts out. */
const blockName = "oneHot";
const remedy = "set handleUnknown to 'ignore' or 'infrequent' to take it";

const params = z.strictObject({
  categories: categoriesParam,
  drop: z
    .enum(["first", "ifBinary"])
    .nullable()
    .default(null)
    .describe("Leaves out the first category of every feature, or of those with two categories"),
  handleUnknown: z
    .enum(["error", "ignore", "infrequent"])
    .default("error")
    .describe(
      "What a category unseen in fit becomes: an error, zeros, or the infrequent group where there is one and zeros elsewhere",
    ),
  ...infrequentParams,
  sparse: z
    .boolean()
    .default(true)
    .describe(`One sparse block named ${blockName}, or a numeric column for each category`),
});

/**
 * One column of zeros and ones for each category of each feature, as scikit-learn's OneHotEncoder: a missing value is a
 * category of its own, rare categories can be grouped. Outputs are called `<feature>_<category>`, the special ones
 * `<feature>_missing` and `<feature>_infrequent`; they form one sparse block `oneHot` of width the number of outputs, or
 * numeric columns with `sparse: false`.
 *
 * @throws DataError for features that are neither categorical nor numeric, and in transform for a category unseen in fit
 * unless `handleUnknown` says otherwise.
 * @example
 * const model = await new OneHotEncoder({ sparse: false }).fit(fromColumns({ color: ["red", "blue"] }));
 * model.transform(fromColumns({ color: ["red"] })).column("color_red"); // values: [1]
 */
export class OneHotEncoder extends Estimator<typeof params, OneHotEncoderModel> {
  readonly type = "classical/one-hot-encoder";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["categorical", "numeric"],
    target: "none",
    missing: true,
    imputes: true,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<OneHotEncoderModel> {
    const run = new FitRun(this.owner, options);
    const { categories, handleUnknown } = this.params;
    requireRows(this.owner, data);
    requireEncodable(this.owner, data, categories);
    const names = data.namesOf("feature");
    const learned: FeatureCategories[] = [];
    for (const name of names) {
      const given = handleUnknown === "error" ? remedy : undefined;
      const { set, counts } = learnCategories(this.owner, data, name, categories, given);
      learned.push({ set, infrequent: infrequentIndices(counts, data.rows, this.params) });
      await run.step("feature", learned.length, names.length);
    }
    return new OneHotEncoderModel(this, data.featureSchema, learned);
  }
}

export class OneHotEncoderModel extends Model<OneHotEncoder> implements Transforms {
  /** Names of the outputs, in order. */
  readonly names: readonly string[];
  private readonly layout: readonly OneHotFeature[];

  constructor(
    estimator: OneHotEncoder,
    features: DatasetSchema,
    /** Categories of each feature, and which are infrequent. */
    readonly categories: readonly FeatureCategories[],
  ) {
    super(estimator, features);
    let start = 0;
    this.layout = features.map(({ name }, j) => {
      const feature = oneHotFeature(name, categories[j], estimator.params, start);
      start += feature.labels.length;
      return feature;
    });
    this.names = distinctNames(
      this.layout.flatMap(({ name, labels }) => labels.map((label) => `${name}_${label}`)),
    );
  }

  /** The features replaced by their one-hot outputs. */
  transform(data: Dataset): Dataset {
    const aligned = alignFeatures(this.owner, this.features, data);
    const { handleUnknown, sparse } = this.estimator.params;
    const places = this.layout.map(({ name, set, placeOf, unknownPlace }) => {
      const column = encodable(this.owner, aligned, name);
      const codes =
        handleUnknown === "error" ? set.encodeKnown(this.owner, name, column, remedy) : set.encode(column);
      return codes.map((code) => (code < 0 ? unknownPlace : placeOf[code]));
    });
    return data.withFeatures(
      sparse
        ? { [blockName]: sparseBlock(places, data.rows, this.names) }
        : Object.fromEntries(denseColumns(places, data.rows, this.names)),
    );
  }

  /**
   * The original features from outputs of `transform`. An unknown category comes back as the dropped one where one was
   * dropped and as missing elsewhere; a numeric feature's infrequent group as missing, a categorical one's as "infrequent".
   */
  inverseTransform(data: Dataset): Dataset {
    const block = this.estimator.params.sparse ? data.column(blockName, "sparse") : undefined;
    return data.withFeatures(
      Object.fromEntries(
        this.layout.map((feature, j) => [
          feature.name,
          decodeOneHot(this.owner, feature, this.features[j].kind, data, block, this.names),
        ]),
      ),
    );
  }
}

/** CSR of the places (-1 is none), which rise along a row since features come in order. */
function sparseBlock(places: readonly Int32Array[], rows: number, names: readonly string[]): SparseColumn {
  const offsets = new Int32Array(rows + 1);
  for (const place of places) for (let i = 0; i < rows; i++) if (place[i] >= 0) offsets[i + 1]++;
  for (let i = 0; i < rows; i++) offsets[i + 1] += offsets[i];
  const indices = new Int32Array(offsets[rows]);
  const next = offsets.slice();
  for (const place of places) {
    for (let i = 0; i < rows; i++) if (place[i] >= 0) indices[next[i]++] = place[i];
  }
  const values = new Float64Array(indices.length).fill(1);
  return { kind: "sparse", offsets, indices, values, width: names.length, names };
}

function denseColumns(
  places: readonly Int32Array[],
  rows: number,
  names: readonly string[],
): [string, Column][] {
  const columns = names.map(() => new Float64Array(rows));
  for (const place of places) for (let i = 0; i < rows; i++) if (place[i] >= 0) columns[place[i]][i] = 1;
  return columns.map((values, j) => [names[j], { kind: "numeric", values }]);
}

export const oneHotEncoderCodec = defineCodec({
  type: "classical/one-hot-encoder",
  state: encodedState,
  estimator: (input) => new OneHotEncoder(input),
  encode: (model: OneHotEncoderModel) => ({ state: encodeCategories(model.categories) }),
  decode: ({ estimator, features, state }) =>
    new OneHotEncoderModel(estimator, features, decodeCategories(estimator.owner, features, state)),
});

import {
  ArtifactError,
  alignFeatures,
  type Column,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type FitTransforms,
  type Label,
  KFold,
  type LabelledDataset,
  Model,
  StratifiedKFold,
  requireRows,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import {
  type CategorySet,
  categoriesParam,
  encodable,
  learnCategories,
  requireEncodable,
} from "./category-set.js";
import { decodeCategories, encodeCategories, encodedState } from "./encoded-state.js";
import { type EncoderTarget, encoderTarget, type TargetType, targetTypes } from "./encoder-target.js";
import { categoryEncoding, targetMoments } from "./target-encoding.js";

const params = z.strictObject({
  categories: categoriesParam,
  targetType: z
    .enum(["auto", ...targetTypes])
    .default("auto")
    .describe("What the target is; 'auto' takes categories and whole numbers for classes"),
  smooth: z
    .union([z.literal("auto"), z.number().min(0)])
    .default("auto")
    .describe(
      "How strongly categories are drawn to the mean of all: that many rows' worth, or by empirical Bayes",
    ),
  cv: z.int().min(2).default(5).describe("Folds of the cross-fitting in fitTransform"),
  seed: z.number().default(0).describe("Seed of the shuffle into folds"),
});

/**
 * The mean target of each category, drawn to the mean of all, as scikit-learn's TargetEncoder. For a binary or continuous
 * target features keep their names and become numeric; for a multiclass one each becomes a tensor block with an element
 * `<feature>_<class>` for each class. A missing value is a category of its own, an unknown one gets the mean of all.
 *
 * `fitTransform` cross-fits: no training row's encoding has seen its own target, so a model may be trained on it.
 * `fit().transform()` on the training rows leaks their targets: use it on new rows.
 *
 * Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes" (2001).
 *
 * @throws DataError for features that are neither categorical nor numeric, a missing target, or fewer rows than folds.
 * @example
 * const train = fromColumns({ shop: ["a", "a", "b", "b"], fraud: [0, 1, 1, 1] }, { target: "fraud" });
 * const { model, data } = await new TargetEncoder({ cv: 2 }).fitTransform(train);
 * model.transform(fromColumns({ shop: ["c"] })).column("shop"); // values: [0.75]
 */
export class TargetEncoder
  extends Estimator<typeof params, TargetEncoderModel, LabelledDataset>
  implements FitTransforms<TargetEncoderModel>
{
  readonly type = "classical/target-encoder";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["categorical", "numeric"],
    target: "required",
    missing: true,
    imputes: true,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: LabelledDataset, options: FitOptions<LabelledDataset> = {}): Promise<TargetEncoderModel> {
    return (await this.fitAll(data, new FitRun(this.owner, options))).model;
  }

  /** The model of all rows, and each row encoded by the rows of the other folds. */
  async fitTransform(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<{ readonly model: TargetEncoderModel; readonly data: LabelledDataset }> {
    const run = new FitRun(this.owner, options);
    const { cv, seed } = this.params;
    requireRows(this.owner, data, cv);
    const { model, target, codes } = await this.fitAll(data, run);
    const shuffled = { nSplits: cv, shuffle: true, seed };
    const folds = (target.codes ? new StratifiedKFold(shuffled) : new KFold(shuffled)).split(data);
    const outputs = codes.map(() => target.columns.map(() => new Float64Array(data.rows)));
    for (const [fold, { train, test: held }] of folds.entries()) {
      for (let k = 0; k < target.columns.length; k++) {
        const moments = targetMoments(target.columns[k], train);
        codes.forEach((column, j) => {
          const known = model.categories[j].values.length;
          const { smooth } = this.params;
          const encoding = categoryEncoding(column, known, target.columns[k], train, moments, smooth);
          const out = outputs[j][k];
          for (const row of held) out[row] = column[row] < 0 ? moments.mean : encoding[column[row]];
        });
        await run.breathe();
      }
      await run.step("fold", fold + 1, cv);
    }
    return { model, data: model.withOutputs(data, outputs) };
  }

  private async fitAll(
    data: LabelledDataset,
    run: FitRun,
  ): Promise<{ model: TargetEncoderModel; target: EncoderTarget; codes: readonly Int32Array[] }> {
    const { categories, smooth, targetType } = this.params;
    requireRows(this.owner, data);
    requireEncodable(this.owner, data, categories);
    const target = encoderTarget(this.owner, data.labelled(this.owner), targetType);
    const names = data.namesOf("feature");
    const all = Int32Array.from({ length: data.rows }, (_, row) => row);
    const moments = target.columns.map((y) => targetMoments(y, all));
    const sets: CategorySet[] = [];
    const codes: Int32Array[] = [];
    const encodings: Float64Array[][] = [];
    for (const name of names) {
      const { set } = learnCategories(this.owner, data, name, categories, undefined);
      const column = set.encode(encodable(this.owner, data, name));
      sets.push(set);
      codes.push(column);
      encodings.push(
        target.columns.map((y, k) => categoryEncoding(column, set.values.length, y, all, moments[k], smooth)),
      );
      await run.step("feature", sets.length, names.length);
    }
    const means = Float64Array.from(moments, ({ mean }) => mean);
    const model = new TargetEncoderModel(this, data.featureSchema, sets, target, encodings, means);
    return { model, target, codes };
  }
}

export class TargetEncoderModel extends Model<TargetEncoder> implements Transforms {
  readonly targetType: TargetType;
  /** Classes of a classification target, ascending; else none. */
  readonly targetClasses: readonly Label[];

  constructor(
    estimator: TargetEncoder,
    features: DatasetSchema,
    readonly categories: readonly CategorySet[],
    target: Pick<EncoderTarget, "type" | "classes">,
    /** For each feature and each output, a number for each category. */
    readonly encodings: readonly (readonly Float64Array[])[],
    /** For each output what an unknown category gets. */
    readonly targetMean: Float64Array,
  ) {
    super(estimator, features);
    this.targetType = target.type;
    this.targetClasses = target.classes;
  }

  /** The features encoded by all rows of the fit: right for new rows, a leak for the training rows. */
  transform(data: Dataset): Dataset {
    const aligned = alignFeatures(this.owner, this.features, data);
    const outputs = this.features.map(({ name }, j) => {
      const codes = this.categories[j].encode(encodable(this.owner, aligned, name));
      return this.encodings[j].map((encoding, k) =>
        Float64Array.from(codes, (code) => (code < 0 ? this.targetMean[k] : encoding[code])),
      );
    });
    return this.withOutputs(data, outputs);
  }

  /** `data` with its features replaced by these columns of outputs, one list for each feature. */
  withOutputs<D extends Dataset>(data: D, outputs: readonly (readonly Float64Array[])[]): D {
    const encoded = this.features.map(({ name }, j): [string, Column] => [
      name,
      this.targetType === "multiclass"
        ? this.block(name, outputs[j])
        : { kind: "numeric", values: outputs[j][0] },
    ]);
    return data.selectFeatures(this.features.map(({ name }) => name)).with(Object.fromEntries(encoded));
  }

  private block(name: string, outputs: readonly Float64Array[]): Column {
    const width = outputs.length;
    const values = new Float64Array(outputs[0].length * width);
    outputs.forEach((output, k) => output.forEach((value, i) => (values[i * width + k] = value)));
    return {
      kind: "tensor",
      values,
      shape: [width],
      names: this.targetClasses.map((label) => `${name}_${label}`),
    };
  }
}

export const targetEncoderCodec = defineCodec({
  type: "classical/target-encoder",
  state: z.strictObject({
    features: encodedState,
    targetType: z.enum(targetTypes),
    targetClasses: z.array(z.union([z.string(), z.number()])),
  }),
  estimator: (input) => new TargetEncoder(input),
  encode: (model: TargetEncoderModel) => ({
    state: {
      features: encodeCategories(model.categories.map((set) => ({ set, infrequent: [] }))),
      targetType: model.targetType,
      targetClasses: [...model.targetClasses],
    },
    tensors: {
      encodings: Float64Array.from(model.encodings.flat().flatMap((encoding) => [...encoding])),
      targetMean: model.targetMean,
    },
  }),
  decode: ({ estimator, features, state, tensors }) => {
    const { targetType: type, targetClasses: classes } = state;
    const outputs = type === "multiclass" ? classes.length : 1;
    const least = { binary: 2, multiclass: 2, continuous: 0 }[type];
    if (classes.length < least || (type !== "multiclass" && classes.length !== least))
      throw new ArtifactError(estimator.owner, `a ${type} target can't have ${classes.length} classes`);
    const sets = decodeCategories(estimator.owner, features, state.features).map(({ set }) => set);
    const all = tensors.float64(
      "encodings",
      sets.reduce((n, set) => n + set.values.length * outputs, 0),
    );
    let at = 0;
    const encodings = sets.map(({ values }) =>
      Array.from({ length: outputs }, () => all.subarray(at, (at += values.length))),
    );
    const mean = tensors.float64("targetMean", outputs);
    return new TargetEncoderModel(estimator, features, sets, { type, classes }, encodings, mean);
  },
});

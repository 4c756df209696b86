import {
  alignFeatures,
  ArtifactError,
  type Classifies,
  classTarget,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  describe,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type Label,
  type LabelledDataset,
  Matrix,
  Model,
  ParamError,
  type PredictsProbability,
  requireKinds,
  sampleWeights,
} from "@strata-ml/core";
import { z } from "zod";
import { rowUniforms } from "./row-uniforms.js";

const params = z
  .strictObject({
    strategy: z
      .enum(["prior", "mostFrequent", "stratified", "uniform", "constant"])
      .default("prior")
      .describe(
        "prior and mostFrequent predict the most frequent class, stratified draws by frequency, uniform evenly",
      ),
    constant: z
      .union([z.number(), z.string()])
      .nullable()
      .default(null)
      .describe("The class that strategy 'constant' predicts, and no other strategy takes"),
    seed: z.number().default(0).describe("Seed of stratified and uniform draws"),
  })
  .refine(({ strategy, constant }) => (strategy === "constant") === (constant !== null), {
    path: ["constant"],
    message: "must be given with strategy 'constant', and only then",
  });

/**
 * A classifier that looks at the classes alone, as scikit-learn's: the baseline that any model has to beat.
 *
 * Stratified and uniform draws depend on the seed and on a row's own features, not on its place: a row is predicted the
 * same alone, in a batch and in another order, and equal rows are predicted equal.
 *
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4], y: [0, 1, 1, 1] }, { target: "y" });
 * const model = await new DummyClassifier().fit(data);
 * model.predictProba(data).row(0); // Float64Array [0.25, 0.75]
 */
export class DummyClassifier extends Estimator<typeof params, DummyClassifierModel, LabelledDataset> {
  readonly type = "classical/dummy-classifier";
  readonly tags: EstimatorTags = {
    kind: "classifier",
    accepts: ["numeric", "categorical", "text", "sequence", "tensor", "sparse", "timestamp"],
    target: "required",
    missing: true,
    sampleWeight: true,
    multiclass: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: LabelledDataset, options: FitOptions<LabelledDataset> = {}): Promise<DummyClassifierModel> {
    const run = new FitRun(this.owner, options);
    requireKinds(this.owner, data, this.tags.accepts);
    const { classes, codes } = classTarget(this.owner, data, { minClasses: 1 });
    const weights = sampleWeights(this.owner, data);
    const { constant } = this.params;
    if (constant !== null && !classes.includes(constant)) {
      throw new ParamError(
        this.owner,
        `constant must be one of the classes (${classes.slice(0, 10).join(", ")}), received ${describe(constant)}`,
      );
    }
    const prior = new Float64Array(classes.length);
    let total = 0;
    for (let i = 0; i < codes.length; i++) {
      const w = weights === undefined ? 1 : weights[i];
      prior[codes[i]] += w;
      total += w;
    }
    for (let k = 0; k < prior.length; k++) prior[k] /= total;
    await run.step("row", data.rows, data.rows);
    return new DummyClassifierModel(this, data.featureSchema, classes, prior);
  }
}

export class DummyClassifierModel extends Model<DummyClassifier> implements Classifies, PredictsProbability {
  constructor(
    estimator: DummyClassifier,
    features: DatasetSchema,
    readonly classes: readonly Label[],
    /** Part of the total weight that each class has. */
    readonly prior: Float64Array,
  ) {
    super(estimator, features);
  }

  /** The prior for every row; a single 1 for every other strategy but uniform, which is even. */
  predictProba(data: Dataset): Matrix {
    const k = this.classes.length;
    const { strategy } = this.estimator.params;
    const aligned = alignFeatures(this.owner, this.features, data);
    const out = new Matrix(aligned.rows, k);
    if (strategy === "uniform") out.data.fill(1 / k);
    else if (strategy === "prior") for (let i = 0; i < out.rows; i++) out.data.set(this.prior, i * k);
    else this.codes(aligned).forEach((code, i) => (out.data[i * k + code] = 1));
    return out;
  }

  predict(data: Dataset): Label[] {
    const codes = this.codes(alignFeatures(this.owner, this.features, data));
    return Array.from(codes, (code) => this.classes[code]);
  }

  private codes(data: Dataset): Int32Array {
    const { strategy, constant, seed } = this.estimator.params;
    const { classes, prior } = this;
    if (strategy === "stratified" || strategy === "uniform") {
      const even = new Float64Array(classes.length).fill(1 / classes.length);
      const edges = runningSums(strategy === "uniform" ? even : prior);
      return Int32Array.from(rowUniforms(data, seed), (u) => edges.findIndex((edge) => u < edge));
    }
    const code =
      strategy === "constant"
        ? classes.findIndex((label) => label === constant)
        : prior.indexOf(Math.max(...prior));
    return new Int32Array(data.rows).fill(code);
  }
}

/** The running sums of probabilities; infinity from the last class that has any, whatever rounding made of its sum. */
function runningSums(probabilities: Float64Array): Float64Array {
  const last = probabilities.findLastIndex((p) => p > 0);
  let sum = 0;
  return probabilities.map((p, k) => (k >= last ? Number.POSITIVE_INFINITY : (sum += p)));
}

export const dummyClassifierCodec = defineCodec({
  type: "classical/dummy-classifier",
  state: z.strictObject({ classes: z.array(z.union([z.number(), z.string()])).min(1) }),
  estimator: (input) => new DummyClassifier(input),
  encode: (model: DummyClassifierModel) => ({
    state: { classes: [...model.classes] },
    tensors: { prior: model.prior },
  }),
  decode: ({ estimator, features, state: { classes }, tensors }) => {
    const { constant } = estimator.params;
    if (new Set(classes).size !== classes.length)
      throw new ArtifactError(estimator.owner, "classes must differ from each other");
    if (constant !== null && !classes.includes(constant))
      throw new ArtifactError(estimator.owner, "constant must be one of the classes");
    const prior = tensors.float64("prior", classes.length);
    if (!prior.every((p) => p >= 0) || Math.abs(prior.reduce((sum, p) => sum + p, 0) - 1) > 1e-6)
      throw new ArtifactError(estimator.owner, "prior must be probabilities that sum to 1");
    return new DummyClassifierModel(estimator, features, classes, prior);
  },
});

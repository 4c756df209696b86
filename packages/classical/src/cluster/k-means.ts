import {
  alignFeatures,
  ArtifactError,
  type Clusters,
  DataError,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  Matrix,
  Model,
  ParamError,
  Random,
  requireRows,
  sampleWeights,
  tensor,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { designWidth } from "../linear/design-matrix.js";
import { type LloydResult, lloyd } from "./lloyd.js";
import { type Centres, centresOf, eachNearest, nearestCentres, type Points, pointsOf } from "./points.js";
import { kMeansPlusPlus, randomRows } from "./seeding.js";

const params = z
  .strictObject({
    nClusters: z.int().min(1).default(8).describe("Clusters to find"),
    init: z
      .union([z.enum(["k-means++", "random"]), z.array(z.array(z.number())).min(1)])
      .default("k-means++")
      .describe("How the first centres are chosen, or those centres: nClusters rows of one number a column"),
    nInit: z
      .union([z.literal("auto"), z.int().min(1)])
      .default("auto")
      .describe("Starts, of which the best is kept; auto is 10 for random, else 1"),
    maxIter: z.int().min(1).default(300).describe("Most iterations of one start"),
    tol: z
      .number()
      .min(0)
      .default(1e-4)
      .describe("Converged when the squared moves of the centres sum to no more than tol * mean variance"),
    seed: z.number().default(0).describe("Seed of the starts"),
  })
  .refine(({ init, nInit }) => typeof init === "string" || nInit === "auto" || nInit === 1, {
    path: ["nInit"],
    message: "must be 1 or 'auto' where init gives the centres",
  });

/**
 * K-means clustering by Lloyd's iteration from k-means++ starts, with the bounds of Yinyang k-means, which leave out
 * distances that can't matter. From the same first centres it gives scikit-learn's clusters.
 *
 * @example
 * const data = fromColumns({ x: [0, 1, 10, 11], y: [0, 1, 10, 11] });
 * const model = await new KMeans({ nClusters: 2 }).fit(data);
 * model.inertia; // 2
 */
export class KMeans extends Estimator<typeof params, KMeansModel> {
  readonly type = "classical/k-means";
  readonly tags: EstimatorTags = {
    kind: "clusterer",
    accepts: ["numeric", "tensor", "sparse"],
    target: "none",
    missing: false,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<KMeansModel> {
    const run = new FitRun(this.owner, options);
    const { nClusters, maxIter } = this.params;
    requireRows(this.owner, data);
    const points = pointsOf(this.owner, data);
    const given = sampleWeights(this.owner, data);
    const weights = given ?? new Float64Array(points.rows).fill(1);
    const usable = given === undefined ? points.rows : given.filter((weight) => weight > 0).length;
    if (usable < nClusters) {
      throw new DataError(
        this.owner,
        `there must be at least nClusters = ${nClusters} rows of positive weight, received ${usable}`,
      );
    }
    const starts = this.starts();
    const variance = points.variance(given);
    const tol = (this.params.tol * variance.reduce((sum, value) => sum + value, 0)) / points.columns;
    const random = new Random(this.params.seed);
    let best: LloydResult | undefined;
    for (let start = 0; start < starts; start++) {
      const initial = await this.initialCentres(points, weights, random.fork(start), run);
      const onIteration = (iteration: number): Promise<void> =>
        run.step("iteration", start * maxIter + iteration, starts * maxIter);
      const result = await lloyd(points, weights, initial, nClusters, { maxIter, tol, onIteration }, run);
      // The same clusters found again must not win by rounding: their numbers would change.
      if (best === undefined || result.inertia < best.inertia * (1 - 1e-10)) best = result;
    }
    await run.step("iteration", starts * maxIter, starts * maxIter);
    const { centres, labels, inertia, iterations } = best!;
    const distinct = new Set(labels).size;
    if (distinct < nClusters) {
      run.warn(`only ${distinct} of ${nClusters} clusters have rows: too few rows differ from each other`);
    }
    if (!Number.isFinite(inertia))
      throw new DataError(this.owner, "features must be small enough to be squared, received larger ones");
    const centers = new Matrix(nClusters, points.columns, centres.data);
    return new KMeansModel(this, data.featureSchema, centers, labels, inertia, iterations);
  }

  private starts(): number {
    const { nInit, init } = this.params;
    if (nInit !== "auto") return nInit;
    return init === "random" ? 10 : 1;
  }

  private async initialCentres(
    points: Points,
    weights: Float64Array,
    random: Random,
    run: FitRun,
  ): Promise<Float64Array> {
    const { init, nClusters } = this.params;
    if (typeof init !== "string") {
      if (init.length !== nClusters || init.some((centre) => centre.length !== points.columns)) {
        throw new ParamError(
          this.owner,
          `init must be ${nClusters} x ${points.columns} (clusters x feature columns), received ${init.length} x ${[...new Set(init.map((centre) => centre.length))].join(" or ")}`,
        );
      }
      return Float64Array.from(init.flat());
    }
    const rows =
      init === "random"
        ? randomRows(weights, nClusters, random)
        : await kMeansPlusPlus(points, weights, nClusters, random, run);
    const centres = new Float64Array(nClusters * points.columns);
    rows.forEach((row, k) => points.add(row, 1, centres, k * points.columns));
    return centres;
  }
}

export class KMeansModel extends Model<KMeans> implements Clusters, Transforms {
  private readonly centres: Centres;

  constructor(
    estimator: KMeans,
    features: DatasetSchema,
    /** Cluster centres: nClusters x columns of the feature matrix. */
    readonly centers: Matrix,
    /** Cluster of every row seen in fit. */
    readonly labels: Int32Array,
    /** Weighted sum of squared distances of the rows seen in fit to their centres. */
    readonly inertia: number,
    /** Iterations of the best start. */
    readonly nIter: number,
  ) {
    super(estimator, features);
    this.centres = centresOf(centers.data, centers.rows);
  }

  get nClusters(): number {
    return this.centers.rows;
  }

  /** The cluster whose centre is nearest, the first of equals. */
  predict(data: Dataset): Int32Array {
    const points = this.points(data);
    const labels = new Int32Array(points.rows);
    nearestCentres(points, 0, points.rows, this.centres, undefined, labels);
    return labels;
  }

  /** The features replaced by one vector column `cluster`: the distance to each centre. */
  transform(data: Dataset): Dataset {
    const points = this.points(data);
    const k = this.nClusters;
    const values = new Float64Array(points.rows * k);
    eachNearest(points, 0, points.rows, this.centres, ({ distances, stride }, count, first) => {
      for (let i = 0; i < count; i++)
        for (let c = 0; c < k; c++) values[(first + i) * k + c] = Math.sqrt(distances[i * stride + c]);
    });
    const names = Array.from({ length: k }, (_, c) => `kmeans${c}`);
    return data.withFeatures({ kmeans: tensor(values, [k], names) });
  }

  /** Minus the inertia of these rows, weighted: higher is better. */
  score(data: Dataset): number {
    const points = this.points(data);
    const weights = sampleWeights(this.owner, data);
    return -nearestCentres(points, 0, points.rows, this.centres, weights, new Int32Array(points.rows));
  }

  private points(data: Dataset): Points {
    return pointsOf(this.owner, alignFeatures(this.owner, this.features, data));
  }
}

export const kMeansCodec = defineCodec({
  type: "classical/k-means",
  state: z.strictObject({ inertia: z.number().min(0), nIter: z.int().min(0) }),
  estimator: (input) => new KMeans(input),
  encode: (model: KMeansModel) => ({
    state: { inertia: model.inertia, nIter: model.nIter },
    tensors: { centers: model.centers, labels: model.labels },
  }),
  decode: ({ estimator, features, state, tensors }) => {
    const centers = tensors.matrix("centers", estimator.params.nClusters, designWidth(features));
    const labels = tensors.int32("labels");
    if (labels.some((label) => label < 0 || label >= centers.rows))
      throw new ArtifactError(estimator.owner, `labels must be in 0..${centers.rows - 1}`);
    return new KMeansModel(estimator, features, centers, labels, state.inertia, state.nIter);
  },
});

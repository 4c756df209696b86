import type { EstimatorKind } from "../estimator/estimator.js";
import { Random } from "../random.js";

/** The hidden truth of a sample, from which its columns are made. */
export interface SampleRows {
  readonly rows: number;
  /** The two coordinates that carry the signal, of unit scale. */
  readonly u: Float64Array;
  readonly v: Float64Array;
  /** A seeded stream for whatever else the columns need. */
  readonly random: Random;
}

export interface LatentSample extends SampleRows {
  /** Class, blob or outlier flag (1) of each row; the noiseless target of a regressor. */
  readonly truth: Float64Array;
}

/** What the rows of a sample are: blobs, a plane with a slope, or a cloud with a few outliers. */
export type SampleShape = "blobs" | "slope" | "outliers";

export const shapeFor: Readonly<Record<EstimatorKind, SampleShape>> = {
  classifier: "blobs",
  clusterer: "blobs",
  regressor: "slope",
  transformer: "slope",
  outlierDetector: "outliers",
  multiTask: "blobs",
};

const centres: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  2: [
    [-1.6, 0.8],
    [1.6, -0.8],
  ],
  3: [
    [-1.9, 1.1],
    [1.9, 1.1],
    [0, -2.2],
  ],
};

/** Every how many rows one is an outlier. */
const outlierEvery = 15;

/** Rows of a shape, the same for the same seed; classes are balanced and in random order. */
export function sampleRows(shape: SampleShape, rows: number, seed: number, classes: 2 | 3): LatentSample {
  const random = new Random(seed);
  const u = new Float64Array(rows);
  const v = new Float64Array(rows);
  const truth = new Float64Array(rows);
  const place = random.permutation(rows);
  const spread = shape === "blobs" ? 0.6 : 1;
  for (let i = 0; i < rows; i++) {
    u[i] = spread * random.normal();
    v[i] = spread * random.normal();
    if (shape === "blobs") {
      const blob = place[i] % classes;
      truth[i] = blob;
      u[i] += centres[classes][blob][0];
      v[i] += centres[classes][blob][1];
    } else if (shape === "slope") truth[i] = 2 * u[i] - v[i];
    else if (place[i] % outlierEvery === 0) {
      truth[i] = 1;
      const angle = 2 * Math.PI * random.uniform();
      u[i] += 8 * Math.cos(angle);
      v[i] += 8 * Math.sin(angle);
    }
  }
  return { rows, u, v, truth, random };
}

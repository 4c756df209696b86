import { DataError, type LabelledDataset, numericTarget, sampleWeights } from "@strata-ml/core";
import { hugeAdvice, placeOfHuge } from "../preprocessing/huge-values.js";
import { fitScaling } from "../preprocessing/scaling.js";

/** Standardised targets beyond this would not have a square, and a sum of squares, in float32. */
const furthest = 1e15;

/** How a network sees the target of a regression: less its mean, in standard deviations. */
export class TargetScaling {
  constructor(
    readonly mean: number,
    readonly scale: number,
  ) {}

  /** From the training rows. */
  static fit(owner: string, data: LabelledDataset): TargetScaling {
    const weights = sampleWeights(owner, data);
    const { mean, scale } = fitScaling(numericTarget(owner, data), 1, weights && ((row) => weights[row]));
    return new TargetScaling(mean[0], scale[0]);
  }

  apply(targets: Float64Array): Float32Array {
    return Float32Array.from(targets, (y) => (y - this.mean) / this.scale);
  }

  /** Throws {@link DataError} for a target too far from the mean for float32, by its row in `data`; one of weight zero may be. */
  requireNear(owner: string, data: LabelledDataset, weights?: Float64Array, where = ""): void {
    const targets = numericTarget(owner, data);
    const row = targets.findIndex(
      (y, i) => weights?.[i] !== 0 && !(Math.abs(y - this.mean) <= furthest * this.scale),
    );
    if (row >= 0)
      throw new DataError(
        owner,
        `the target must be within ${furthest.toExponential()} standard deviations of its mean (${this.mean}, deviation ${this.scale} in training), received ${targets[row]} at row ${row}${where}`,
      );
  }
}

/** Throws {@link DataError} for a target that can't be learned from: not a finite number, or too large to be standardised. */
export function requireTargets(
  owner: string,
  data: LabelledDataset,
  weights: Float64Array | undefined,
): void {
  const targets = numericTarget(owner, data);
  const row = placeOfHuge(targets, 1, weights);
  if (row >= 0)
    throw new DataError(owner, `the target ${hugeAdvice}, received ${targets[row]} at row ${row}`);
}

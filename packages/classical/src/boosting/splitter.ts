import type { Random } from "@strata-ml/core";
import { MISSING_BIN } from "./binning.js";
import { BINS, type Histogram } from "./histogram.js";

/** What the splitter must know of a feature. */
export interface SplitFeature {
  readonly kind: "numeric" | "categorical";
  /** Bins of values that are not missing. */
  readonly count: number;
  /** Whether any training row misses it. */
  readonly missing: boolean;
}

/** A way to divide a node's rows. */
export interface BinSplit {
  /** Decrease of the loss, to second order. */
  readonly gain: number;
  readonly feature: number;
  /** Last bin that goes left; of a categorical split -1. */
  readonly bin: number;
  /** The bins that go left, 32 to a word; of a categorical split alone. */
  readonly leftBins: Uint32Array | undefined;
  readonly missingLeft: boolean;
  readonly leftGradient: number;
  readonly leftHessian: number;
  readonly leftCount: number;
}

/** What a node's rows sum to. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly count: number;
  /** The node's own value, before shrinkage. */
  readonly value: number;
}

export interface SplitOptions {
  readonly minSamplesLeaf: number;
  readonly l2Regularization: number;
  /** Share of the features drawn for each split. */
  readonly maxFeatures: number;
}

const minHessian = 1e-3;
/** Categories need about this many rows to be ordered; it also smooths their order (LightGBM's cat_smooth). */
const minCategorySupport = 10;

/** A leaf's value by one Newton step (Chen and Guestrin 2016, equation 5). */
export function leafValue(gradient: number, hessian: number, l2: number): number {
  return -gradient / (hessian + l2 + 1e-15);
}

/** Finds the best split of a node in its histogram. Of equally good ones the first feature and the lowest bin win. */
export class Splitter {
  private readonly order: Int32Array;
  private readonly drawn: Uint8Array;

  constructor(
    private readonly features: readonly SplitFeature[],
    private readonly options: SplitOptions,
    private readonly random: Random,
  ) {
    this.order = Int32Array.from(features.keys());
    this.drawn = new Uint8Array(features.length).fill(1);
  }

  /** The best split that leaves enough rows and hessian on both sides and decreases the loss, if there is one. */
  best(histogram: Histogram, node: NodeSums): BinSplit | undefined {
    this.draw();
    let best: BinSplit | undefined;
    for (let feature = 0; feature < this.features.length; feature++) {
      if (this.drawn[feature] === 0) continue;
      best =
        this.features[feature].kind === "numeric"
          ? this.scanNumeric(feature, histogram, node, best)
          : this.scanCategories(feature, histogram, node, best);
    }
    return best;
  }

  private draw(): void {
    const { order, drawn, random } = this;
    const count = Math.max(1, Math.ceil(this.options.maxFeatures * order.length));
    if (count === order.length) return;
    drawn.fill(0);
    for (let i = 0; i < count; i++) {
      const pick = i + random.integer(order.length - i);
      [order[i], order[pick]] = [order[pick], order[i]];
      drawn[order[i]] = 1;
    }
  }

  private scanNumeric(
    feature: number,
    { sums, counts }: Histogram,
    { gradient, hessian, count, value }: NodeSums,
    best: BinSplit | undefined,
  ): BinSplit | undefined {
    const { minSamplesLeaf, l2Regularization } = this.options;
    const { count: bins, missing } = this.features[feature];
    const l2 = l2Regularization + 1e-15;
    const base = feature * BINS;
    const own = gradient * value;
    let bestGain = Math.max(0, best?.gain ?? 0);
    let bestBin = -1;
    let missingLeft = false;
    let bestGradient = 0;
    let bestHessian = 0;
    let bestCount = 0;

    // Missing values right. With some there, the last bin is a candidate too: all present values left.
    const end = missing ? bins : bins - 1;
    let leftGradient = 0;
    let leftHessian = 0;
    let leftCount = 0;
    for (let bin = 0; bin < end; bin++) {
      const slot = base + bin;
      const here = counts[slot];
      if (here === 0) continue;
      leftCount += here;
      leftGradient += sums[2 * slot];
      leftHessian += sums[2 * slot + 1];
      const rightHessian = hessian - leftHessian;
      if (leftCount < minSamplesLeaf || leftHessian < minHessian) continue;
      if (count - leftCount < minSamplesLeaf || rightHessian < minHessian) break;
      const rightGradient = gradient - leftGradient;
      const gain =
        own +
        (leftGradient * leftGradient) / (leftHessian + l2) +
        (rightGradient * rightGradient) / (rightHessian + l2);
      if (gain > bestGain) {
        bestGain = gain;
        bestBin = bin;
        bestGradient = leftGradient;
        bestHessian = leftHessian;
        bestCount = leftCount;
      }
    }

    // Missing values left. In a node that misses none this is the same once more, told apart by rounding alone.
    if (counts[base + MISSING_BIN] > 0) {
      let rightGradient = 0;
      let rightHessian = 0;
      let rightCount = 0;
      for (let bin = bins - 2; bin >= 0; bin--) {
        const slot = base + bin + 1;
        const here = counts[slot];
        if (here === 0) continue;
        rightCount += here;
        rightGradient += sums[2 * slot];
        rightHessian += sums[2 * slot + 1];
        leftHessian = hessian - rightHessian;
        if (rightCount < minSamplesLeaf || rightHessian < minHessian) continue;
        if (count - rightCount < minSamplesLeaf || leftHessian < minHessian) break;
        leftGradient = gradient - rightGradient;
        const gain =
          own +
          (leftGradient * leftGradient) / (leftHessian + l2) +
          (rightGradient * rightGradient) / (rightHessian + l2);
        if (gain > bestGain) {
          bestGain = gain;
          bestBin = bin;
          missingLeft = true;
          bestGradient = leftGradient;
          bestHessian = leftHessian;
          bestCount = count - rightCount;
        }
      }
    }
    if (bestBin < 0) return best;
    return {
      gain: bestGain,
      feature,
      bin: bestBin,
      leftBins: undefined,
      missingLeft: missing ? missingLeft : bestCount > count - bestCount,
      leftGradient: bestGradient,
      leftHessian: bestHessian,
      leftCount: bestCount,
    };
  }

  /**
   * Orders the categories by gradient over hessian and tries every cut of that order (Fisher 1958), from both ends to
   * the middle. Missing is a category like others. Rare categories always go right, the side of at least half of them.
   */
  private scanCategories(
    feature: number,
    { sums, counts }: Histogram,
    { gradient, hessian, count, value }: NodeSums,
    best: BinSplit | undefined,
  ): BinSplit | undefined {
    const { minSamplesLeaf, l2Regularization } = this.options;
    const { count: bins, missing } = this.features[feature];
    const l2 = l2Regularization + 1e-15;
    const base = feature * BINS;
    const candidates = Array.from({ length: bins }, (_, bin) => bin);
    if (missing) candidates.push(MISSING_BIN);
    const rowsPerHessian = count / hessian;
    const place = (bin: number): number =>
      sums[2 * (base + bin)] / (sums[2 * (base + bin) + 1] + minCategorySupport);
    const sorted = candidates
      .filter((bin) => sums[2 * (base + bin) + 1] * rowsPerHessian >= minCategorySupport)
      .sort((a, b) => place(a) - place(b) || a - b);
    let found = best;
    let bestGain = Math.max(0, best?.gain ?? 0);
    const half = (sorted.length + 1) >> 1;
    for (const side of [sorted.slice(0, half), sorted.slice(half).reverse().slice(0, half - 1)]) {
      let leftGradient = 0;
      let leftHessian = 0;
      let leftCount = 0;
      for (let i = 0; i < side.length && sorted.length > 1; i++) {
        const slot = base + side[i];
        leftCount += counts[slot];
        leftGradient += sums[2 * slot];
        leftHessian += sums[2 * slot + 1];
        const rightHessian = hessian - leftHessian;
        if (leftCount < minSamplesLeaf || leftHessian < minHessian) continue;
        if (count - leftCount < minSamplesLeaf || rightHessian < minHessian) break;
        const rightGradient = gradient - leftGradient;
        const gain =
          gradient * value +
          (leftGradient * leftGradient) / (leftHessian + l2) +
          (rightGradient * rightGradient) / (rightHessian + l2);
        if (gain <= bestGain) continue;
        bestGain = gain;
        const left = side.slice(0, i + 1);
        found = {
          gain,
          feature,
          bin: -1,
          leftBins: bitset(left),
          missingLeft: missing ? left.includes(MISSING_BIN) : leftCount > count - leftCount,
          leftGradient,
          leftHessian,
          leftCount,
        };
      }
    }
    return found;
  }
}

/** Bins as a set of 256 bits. */
function bitset(bins: readonly number[]): Uint32Array {
  const words = new Uint32Array(BINS / 32);
  for (const bin of bins) words[bin >> 5] |= 1 << (bin & 31);
  return words;
}

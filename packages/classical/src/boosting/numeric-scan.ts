import { MISSING_BIN } from "./binning.js";
import {
  type BinSplit,
  minHessian,
  type NodeSums,
  type SplitFeature,
  type SplitLimits,
  tiny,
} from "./bin-split.js";
import { BINS, type Histogram } from "./histogram.js";

/** A cut between two bins, and what the scanned side of it sums to. */
interface Cut {
  readonly gain: number;
  /** The last bin scanned. */
  readonly bin: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly count: number;
}

/** The best cut of a numeric feature's bins, where it is better than `best`; missing values are tried on both sides. */
export function scanNumeric(
  index: number,
  { count: bins, missing }: SplitFeature,
  histogram: Histogram,
  node: NodeSums,
  limits: SplitLimits,
  best: BinSplit | undefined,
): BinSplit | undefined {
  const base = index * BINS;
  const least = best?.gain ?? 0;
  // Missing values right. With some there, the last bin is a candidate too: all present values left.
  const rightward = scan(histogram, node, limits, base, 0, missing ? bins : bins - 1, 1, least);
  // Missing values left. In a node that misses none this is the same once more, told apart by rounding alone.
  const leftward =
    histogram.counts[base + MISSING_BIN] > 0
      ? scan(histogram, node, limits, base, bins - 1, 0, -1, rightward?.gain ?? least)
      : undefined;
  if (leftward !== undefined) {
    return {
      gain: leftward.gain,
      feature: index,
      bin: leftward.bin - 1,
      leftBins: undefined,
      missingLeft: true,
      leftGradient: node.gradient - leftward.gradient,
      leftHessian: node.hessian - leftward.hessian,
      leftCount: node.count - leftward.count,
    };
  }
  if (rightward === undefined) return best;
  const { gain, bin, gradient, hessian, count } = rightward;
  return {
    gain,
    feature: index,
    bin,
    leftBins: undefined,
    // A feature that no row misses sends missing values to the larger side.
    missingLeft: !missing && count > node.count - count,
    leftGradient: gradient,
    leftHessian: hessian,
    leftCount: count,
  };
}

/** Adds bins `from` up (or down) to `to`, exclusive, to one side, and gives the best cut whose gain is above `least`. */
function scan(
  { sums, counts }: Histogram,
  { gradient, hessian, count, value }: NodeSums,
  { minSamplesLeaf, l2Regularization }: SplitLimits,
  base: number,
  from: number,
  to: number,
  step: 1 | -1,
  least: number,
): Cut | undefined {
  const l2 = l2Regularization + tiny;
  const own = gradient * value;
  let best = least;
  let bestBin = -1;
  let bestGradient = 0;
  let bestHessian = 0;
  let bestCount = 0;
  let nearGradient = 0;
  let nearHessian = 0;
  let nearCount = 0;
  for (let bin = from; bin !== to; bin += step) {
    const slot = base + bin;
    const here = counts[slot];
    if (here === 0) continue;
    nearCount += here;
    nearGradient += sums[2 * slot];
    nearHessian += sums[2 * slot + 1];
    if (nearCount < minSamplesLeaf || nearHessian < minHessian) continue;
    const farHessian = hessian - nearHessian;
    if (count - nearCount < minSamplesLeaf || farHessian < minHessian) break;
    const farGradient = gradient - nearGradient;
    const gain =
      own +
      (nearGradient * nearGradient) / (nearHessian + l2) +
      (farGradient * farGradient) / (farHessian + l2);
    if (gain <= best) continue;
    best = gain;
    bestBin = bin;
    bestGradient = nearGradient;
    bestHessian = nearHessian;
    bestCount = nearCount;
  }
  return bestBin < 0
    ? undefined
    : { gain: best, bin: bestBin, gradient: bestGradient, hessian: bestHessian, count: bestCount };
}

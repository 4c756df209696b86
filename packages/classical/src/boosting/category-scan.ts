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

/** Categories need about this many rows to be ordered; it also smooths their order (LightGBM's cat_smooth). */
const minSupport = 10;

/**
 * The best set of a feature's categories to go left, where it is better than `best`: orders them by gradient over
 * hessian and tries every cut of that order (Fisher 1958), from both ends to the middle. Missing is a category like
 * others. Rare categories always go right, the side of at least half of them.
 */
export function scanCategories(
  index: number,
  { count: bins, missing }: SplitFeature,
  { sums, counts }: Histogram,
  node: NodeSums,
  { minSamplesLeaf, l2Regularization }: SplitLimits,
  best: BinSplit | undefined,
): BinSplit | undefined {
  const base = index * BINS;
  const l2 = l2Regularization + tiny;
  const order = categoryOrder(sums, base, bins, missing, node);
  if (order.length < 2) return best;
  let found = best;
  for (const side of bothEnds(order)) {
    let gradient = 0;
    let hessian = 0;
    let count = 0;
    for (let i = 0; i < side.length; i++) {
      const slot = base + side[i];
      gradient += sums[2 * slot];
      hessian += sums[2 * slot + 1];
      count += counts[slot];
      if (count < minSamplesLeaf || hessian < minHessian) continue;
      const rest = node.hessian - hessian;
      if (node.count - count < minSamplesLeaf || rest < minHessian) break;
      const gain =
        node.gradient * node.value +
        (gradient * gradient) / (hessian + l2) +
        (node.gradient - gradient) ** 2 / (rest + l2);
      if (gain <= (found?.gain ?? 0)) continue;
      const left = side.slice(0, i + 1);
      found = {
        gain,
        feature: index,
        bin: -1,
        leftBins: bitset(left),
        missingLeft: missing ? left.includes(MISSING_BIN) : count > node.count - count,
        leftGradient: gradient,
        leftHessian: hessian,
        leftCount: count,
      };
    }
  }
  return found;
}

/** The categories with support, in the order of the values that leaves of their own would have. */
function categoryOrder(
  sums: Float64Array,
  base: number,
  bins: number,
  missing: boolean,
  { count, hessian }: NodeSums,
): number[] {
  const candidates = Array.from({ length: bins }, (_, bin) => bin);
  if (missing) candidates.push(MISSING_BIN);
  const gradientOf = (bin: number): number => sums[2 * (base + bin)];
  const hessianOf = (bin: number): number => sums[2 * (base + bin) + 1];
  const place = (bin: number): number => gradientOf(bin) / (hessianOf(bin) + minSupport);
  const rowsPerHessian = count / hessian;
  return candidates
    .filter((bin) => hessianOf(bin) * rowsPerHessian >= minSupport)
    .sort((a, b) => place(a) - place(b) || a - b);
}

/** The first half of the order, and the second from its end, without the cut that both would make. */
function bothEnds(order: readonly number[]): number[][] {
  const half = (order.length + 1) >> 1;
  const fromEnd = order.slice(half).reverse();
  return [order.slice(0, half), fromEnd.slice(0, half - 1)];
}

/** Bins as a set of 256 bits. */
function bitset(bins: readonly number[]): Uint32Array {
  const words = new Uint32Array(BINS / 32);
  for (const bin of bins) words[bin >> 5] |= 1 << (bin & 31);
  return words;
}

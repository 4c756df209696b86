/** What the splitter must know of a feature. */
export interface SplitFeature {
  readonly kind: "numeric" | "categorical";
  /** Bins of values that are not missing. */
  readonly count: number;
  /** Whether the last bin is one that categories share, which never goes left. */
  readonly sharesLast: boolean;
  /** Whether any training row misses it. */
  readonly missing: boolean;
  /** 1: the score must not fall as it grows; -1: it must not rise; 0: free. */
  readonly monotone: number;
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
  readonly rightGradient: number;
  readonly rightHessian: number;
}

/** What a split must leave on both sides, and how leaves are shrunk. */
export interface SplitLimits {
  readonly minSamplesLeaf: number;
  readonly minHessianLeaf: number;
  readonly minGain: number;
  readonly l1Regularization: number;
  readonly l2Regularization: number;
  /** Most categories on one side of a split; null is no limit. */
  readonly maxSplitCategories: number | null;
}

/** Between which values a leaf must stay. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

export const unbounded: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** Keeps a division by a hessian of 0 finite. */
export const tiny = 1e-15;

/** A leaf's value by one Newton step (Chen and Guestrin 2016, equation 5), as near to it as its bounds allow. */
export function leafValue(
  gradient: number,
  hessian: number,
  { l1Regularization: l1, l2Regularization: l2 }: SplitLimits,
  { lower, upper }: Bounds,
): number {
  const shrunk = Math.sign(gradient) * Math.max(0, Math.abs(gradient) - l1);
  return Math.max(lower, Math.min(upper, -shrunk / (hessian + l2 + tiny)));
}

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
  readonly rightGradient: number;
  readonly rightHessian: number;
}

/** What a split must leave on both sides, and how leaves are shrunk. */
export interface SplitLimits {
  readonly minSamplesLeaf: number;
  readonly l2Regularization: number;
}

/** Least sum of hessians on a side, as in scikit-learn and LightGBM. */
export const minHessian = 1e-3;
/** Keeps a division by a hessian of 0 finite. */
export const tiny = 1e-15;

/** A leaf's value by one Newton step (Chen and Guestrin 2016, equation 5). */
export function leafValue(gradient: number, hessian: number, l2: number): number {
  return -gradient / (hessian + l2 + tiny);
}

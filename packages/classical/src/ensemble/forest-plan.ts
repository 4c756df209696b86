import type { Matrix, Random } from "@strata-ml/core";
import type { Tree } from "../tree/tree.js";
import type { GrowthLimits } from "../tree/tree-params.js";

/** What trees are grown from and by. */
export interface ForestPlan {
  readonly trees: number;
  readonly limits: GrowthLimits;
  readonly random: Random;
  readonly criterion: "squaredError" | "gini" | "entropy";
  /** 0 for a regression; of several outputs the classes of all. */
  readonly classes: number;
  /** Targets a row; default 1. */
  readonly outputs?: number;
  /**
   * Class codes or targets, rows x outputs. Of several outputs the codes of each follow those of the ones before it, and so
   * do class shares in a node's value.
   */
  readonly targets: Int32Array | Float64Array;
  /** One a row; rows of weight 0 are left out. Undefined where all weigh 1. */
  readonly weights: Float64Array | undefined;
  /** Rows drawn for each tree with replacement, by weight; null takes each row once, with its weight. */
  readonly draws: number | null;
  /** Whether the drawn rows of each class get the same total weight. */
  readonly balances: boolean;
  /** Whether thresholds are drawn, one for each feature that is looked at. */
  readonly drawsThresholds: boolean;
  /** Branches worth less than this a leaf are pruned; 0 prunes none. */
  readonly ccpAlpha: number;
  /**
   * Whether it is one tree of its own, no forest: where every feature is looked at, the first of equally good ones wins, and
   * draws come from `random` itself. Progress is told by rows.
   */
  readonly isLone?: boolean;
  /** Told of every tree in turn, and the leaves of the rows that it left out: -1 for the rows that it learnt from. */
  readonly onTree?: (tree: Tree, leaves: Int32Array) => void;
  /** Most threads to run on; default what the machine has where that pays. */
  readonly threads?: number;
}

/** Terms of entropies are looked up where the rows of a tree are no more than this. */
const mostTerms = 2 ** 20;

/** Numbers in a node's value. */
export function valuesOf({ classes, outputs = 1 }: Pick<ForestPlan, "classes" | "outputs">): number {
  return Math.max(classes, outputs);
}

/** How many terms of entropies are looked up: those of all whole weights of so many rows, or none. */
export function entropyTerms({ criterion, balances, draws }: ForestPlan, rows: number): number {
  const total = draws ?? rows;
  return criterion === "entropy" && !balances && total <= mostTerms ? total + 1 : 0;
}

/** The rows that have weight. */
export function rowsOfWeight(x: Matrix, weights: Float64Array | undefined): Int32Array {
  const all = Int32Array.from({ length: x.rows }, (_, row) => row);
  return weights === undefined ? all : all.filter((row) => weights[row] > 0);
}

/** Most leaves of a tree of so many rows. */
export function mostLeaves(rows: number, { limits, draws }: ForestPlan): number {
  const { minSamplesLeaf, maxDepth, maxLeafNodes } = limits;
  const byRows = Math.floor(Math.min(rows, draws ?? rows) / minSamplesLeaf);
  return Math.max(1, Math.min(byRows, 2 ** Math.min(maxDepth ?? 50, 50), maxLeafNodes ?? byRows));
}

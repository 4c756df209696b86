import type { FitRun, Random } from "@strata-ml/core";
import type { Criterion } from "./criterion.js";
import { PriorityQueue } from "./priority-queue.js";
import { sortedRows } from "./sorted-rows.js";
import { type Split, Splitter } from "./splitter.js";
import { LEAF, Tree } from "./tree.js";

/** When a tree stops growing; `null` is no limit. */
export interface GrowthLimits {
  readonly maxDepth: number | null;
  readonly minSamplesSplit: number;
  readonly minSamplesLeaf: number;
  readonly minWeightFractionLeaf: number;
  readonly maxFeatures: number;
  readonly maxLeafNodes: number | null;
  readonly minImpurityDecrease: number;
}

/** A node that may be split. */
interface OpenNode {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly split: Split;
}

/**
 * Grows a CART tree (Breiman, Friedman, Olshen and Stone, 1984) without recursion: depth first, left before right, or,
 * where `maxLeafNodes` is given, best first by decrease of impurity.
 *
 * @param columns values by feature; NaN is missing
 * @param weights one a row; rows of weight 0 are left out
 * @param sorted all rows by ascending value of each feature, missing ones last, where they are at hand
 */
export async function growTree(
  run: FitRun,
  columns: readonly Float64Array[],
  weights: Float64Array,
  criterion: Criterion,
  limits: GrowthLimits,
  random: Random,
  sorted?: readonly Int32Array[],
): Promise<Tree> {
  const weighs = (row: number): boolean => weights[row] > 0;
  const rows = Int32Array.from(weights.keys()).filter(weighs);
  const orders = sorted
    ? sorted.map((order) => order.filter(weighs))
    : columns.map((column) => sortedRows(column, rows));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const minWeightLeaf = limits.minWeightFractionLeaf * total;
  const splitter = new Splitter(columns, orders, criterion, { ...limits, minWeightLeaf }, random, total);
  const grower = new TreeGrower(splitter, criterion, limits, minWeightLeaf);
  const progress = async (): Promise<void> => run.step("row", grower.settled, rows.length);
  await (limits.maxLeafNodes === null
    ? depthFirst(grower, rows.length, progress)
    : bestFirst(grower, rows.length, limits.maxLeafNodes, progress));
  await run.step("row", rows.length, rows.length);
  return grower.tree();
}

/** Rows looked at between two reports of progress. */
const rowsPerStep = 16384;

async function depthFirst(grower: TreeGrower, rows: number, progress: () => Promise<void>): Promise<void> {
  const stack = [{ start: 0, end: rows, depth: 0, parent: LEAF, isLeft: false }];
  let seen = 0;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { start, end, depth, parent, isLeft } = at;
    const open = grower.addNode(start, end, depth, parent, isLeft);
    if (open !== undefined) {
      const middle = grower.split(open);
      const below = { depth: depth + 1, parent: open.node };
      stack.push(
        { ...below, start: middle, end, isLeft: false },
        { ...below, start, end: middle, isLeft: true },
      );
    }
    seen += end - start;
    if (seen >= rowsPerStep) {
      seen = 0;
      await progress();
    }
  }
}

async function bestFirst(
  grower: TreeGrower,
  rows: number,
  maxLeafNodes: number,
  progress: () => Promise<void>,
): Promise<void> {
  const open = new PriorityQueue<OpenNode>();
  const add = (start: number, end: number, depth: number, parent: number, isLeft: boolean): void => {
    const node = grower.addNode(start, end, depth, parent, isLeft);
    if (node !== undefined) open.push(node, node.split.improvement);
  };
  add(0, rows, 0, LEAF, false);
  for (let leaves = 1; leaves < maxLeafNodes; leaves++) {
    const next = open.pop();
    if (next === undefined) break;
    const middle = grower.split(next);
    add(next.start, middle, next.depth + 1, next.node, true);
    add(middle, next.end, next.depth + 1, next.node, false);
    await progress();
  }
}

/** The tree so far, as growing lists. */
class TreeGrower {
  /** Rows that sit in a final leaf. */
  settled = 0;
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly missingLeft: number[] = [];
  private readonly value: number[] = [];
  private readonly impurity: number[] = [];
  private readonly weight: number[] = [];
  private readonly count: number[] = [];

  constructor(
    private readonly splitter: Splitter,
    private readonly criterion: Criterion,
    private readonly limits: GrowthLimits,
    private readonly minWeightLeaf: number,
  ) {}

  /** Adds a node as a leaf; gives it back with its best split where it may be split. */
  addNode(start: number, end: number, depth: number, parent: number, isLeft: boolean): OpenNode | undefined {
    const { splitter, criterion, limits, minWeightLeaf } = this;
    criterion.enter(splitter.rows, start, end);
    const node = this.feature.length;
    if (parent !== LEAF) (isLeft ? this.left : this.right)[parent] = node;
    this.feature.push(LEAF);
    this.threshold.push(0);
    this.left.push(LEAF);
    this.right.push(LEAF);
    this.missingLeft.push(0);
    criterion.pushValue(this.value);
    this.impurity.push(criterion.impurity);
    this.weight.push(criterion.weight);
    this.count.push(end - start);
    const rows = end - start;
    const mustStay =
      criterion.pure ||
      depth >= (limits.maxDepth ?? Number.POSITIVE_INFINITY) ||
      rows < limits.minSamplesSplit ||
      rows < 2 * limits.minSamplesLeaf ||
      criterion.weight < 2 * minWeightLeaf;
    const split = mustStay ? undefined : splitter.best(start, end);
    if (split === undefined || split.improvement + Number.EPSILON < limits.minImpurityDecrease) {
      this.settled += rows;
      return undefined;
    }
    return { node, start, end, depth, split };
  }

  /** Turns a leaf into an inner node, whose children are still to be added. Gives where its right rows begin. */
  split({ node, start, end, split }: OpenNode): number {
    this.feature[node] = split.feature;
    this.threshold[node] = split.threshold;
    this.missingLeft[node] = split.missingLeft ? 1 : 0;
    return this.splitter.partition(start, end, split);
  }

  tree(): Tree {
    return new Tree(
      {
        feature: Int32Array.from(this.feature),
        threshold: Float64Array.from(this.threshold),
        left: Int32Array.from(this.left),
        right: Int32Array.from(this.right),
        missingLeft: Uint8Array.from(this.missingLeft),
        value: Float64Array.from(this.value),
        impurity: Float64Array.from(this.impurity),
        weight: Float64Array.from(this.weight),
        count: Int32Array.from(this.count),
      },
      this.criterion.outputs,
    );
  }
}

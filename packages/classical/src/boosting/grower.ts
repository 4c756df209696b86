import type { Random } from "@strata-ml/core";
import { PriorityQueue } from "../tree/priority-queue.js";
import { type FeatureBins, MISSING_BIN } from "./binning.js";
import {
  type BinnedRows,
  fillHistogram,
  fillRoot,
  type Histogram,
  HistogramPool,
  subtractHistogram,
} from "./histogram.js";
import { type BinSplit, leafValue, type NodeSums } from "./bin-split.js";
import { type SplitOptions, Splitter } from "./splitter.js";
import { TreesBuilder } from "./trees-builder.js";

export interface GrowthOptions extends SplitOptions {
  readonly learningRate: number;
  readonly maxLeafNodes: number | null;
  readonly maxDepth: number | null;
}

/** A final leaf of the tree grown last: its node, and its rows in {@link Grower.rows}. */
export interface GrownLeaf {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  /** What it adds to the raw score. */
  value: number;
}

interface OpenNode extends NodeSums {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  histogram?: Histogram | undefined;
  split?: BinSplit | undefined;
}

/** Grows trees on binned rows, the leaf of highest gain first, as LightGBM and scikit-learn do. */
export class Grower {
  /** Row numbers, leaf by leaf. */
  readonly rows: Int32Array;
  private readonly everyRow: Int32Array;
  private readonly scratch: Int32Array;
  private readonly pool: HistogramPool;
  private readonly splitter: Splitter;
  /** 1 for the bins that go left in the split being applied. */
  private readonly goesLeft = new Uint8Array(MISSING_BIN + 1);
  private derivatives: Float32Array = new Float32Array(0);
  private leaves: GrownLeaf[] = [];
  private trees = new TreesBuilder();

  constructor(
    private readonly data: BinnedRows,
    private readonly featureBins: readonly FeatureBins[],
    private readonly options: GrowthOptions,
    random: Random,
    histogramBytes?: number,
  ) {
    const { columns, features } = data;
    this.everyRow = Int32Array.from({ length: columns[0].length }, (_, i) => i);
    this.rows = this.everyRow.slice();
    this.scratch = new Int32Array(this.rows.length);
    this.pool = new HistogramPool(features, histogramBytes);
    const splitFeatures = featureBins.map(({ kind, count }, f) => ({
      kind,
      count,
      missing: columns[f].includes(MISSING_BIN),
    }));
    this.splitter = new Splitter(splitFeatures, options, random);
  }

  /**
   * Adds one tree to the builder, fitted by Newton steps to the derivatives of the loss; gives its leaves.
   *
   * @param derivatives gradient and hessian of a row, side by side
   */
  grow(trees: TreesBuilder, derivatives: Float32Array): readonly GrownLeaf[] {
    this.trees = trees;
    this.derivatives = derivatives;
    this.rows.set(this.everyRow);
    this.leaves = [];
    this.trees.beginTree();
    const { maxLeafNodes } = this.options;
    const root = this.root();
    // Without a limit of leaves the order changes nothing, and depth first keeps fewest histograms.
    const queue = new PriorityQueue<OpenNode>();
    const push = (node: OpenNode): void =>
      queue.push(node, maxLeafNodes === null ? node.depth : (node.split?.gain ?? 0));
    if (root !== undefined) push(root);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const isLast = maxLeafNodes !== null && this.leaves.length + queue.size + 2 >= maxLeafNodes;
      for (const child of this.splitNode(next, isLast)) push(child);
      if (isLast) break;
    }
    for (let rest = queue.pop(); rest !== undefined; rest = queue.pop()) this.close(rest);
    return this.leaves;
  }

  private root(): OpenNode | undefined {
    const { rows, derivatives } = this;
    let gradient = 0;
    let hessian = 0;
    for (let i = 0; i < derivatives.length; i += 2) {
      gradient += derivatives[i];
      hessian += derivatives[i + 1];
    }
    const node = this.add(0, rows.length, 0, gradient, hessian, 0);
    if (!this.maySplit(node)) {
      this.close(node);
      return undefined;
    }
    node.histogram = this.pool.take();
    fillRoot(node.histogram, this.data, derivatives);
    return this.evaluate(node);
  }

  private add(
    start: number,
    end: number,
    depth: number,
    gradient: number,
    hessian: number,
    value: number,
  ): OpenNode {
    const count = end - start;
    const node = this.trees.addLeaf(value * this.options.learningRate, count);
    return { node, start, end, depth, gradient, hessian, count, value };
  }

  private maySplit({ depth, count }: OpenNode): boolean {
    const { maxDepth, minSamplesLeaf } = this.options;
    return (maxDepth === null || depth < maxDepth) && count >= 2 * minSamplesLeaf;
  }

  private fill({ start, end }: OpenNode): Histogram {
    const histogram = this.pool.take();
    fillHistogram(histogram, this.data, this.rows, start, end, this.derivatives);
    return histogram;
  }

  /** Looks for the node's best split; closes it, and gives undefined, where there is none. */
  private evaluate(node: OpenNode): OpenNode | undefined {
    if (node.histogram !== undefined) node.split = this.splitter.best(node.histogram, node);
    if (node.split === undefined) {
      this.close(node);
      return undefined;
    }
    if (this.pool.isFull) this.release(node);
    return node;
  }

  private close(node: OpenNode): void {
    this.release(node);
    const { start, end, value } = node;
    this.leaves.push({ node: node.node, start, end, value: value * this.options.learningRate });
  }

  private release(node: OpenNode): void {
    if (node.histogram !== undefined) this.pool.give(node.histogram);
    node.histogram = undefined;
  }

  /** Applies a node's split; gives those of its children that may be split further. */
  private splitNode(parent: OpenNode, isLast: boolean): OpenNode[] {
    const { split } = parent;
    if (split === undefined) return [];
    const middle = this.partition(parent.start, parent.end, split);
    const l2 = this.options.l2Regularization;
    const below = parent.depth + 1;
    const [gl, hl] = [split.leftGradient, split.leftHessian];
    const [gr, hr] = [parent.gradient - gl, parent.hessian - hl];
    const left = this.add(parent.start, middle, below, gl, hl, leafValue(gl, hl, l2));
    const right = this.add(middle, parent.end, below, gr, hr, leafValue(gr, hr, l2));
    this.trees.setSplit(parent.node, { ...split, threshold: this.threshold(split) }, left.node, right.node);
    const open: OpenNode[] = [];
    for (const child of [left, right]) {
      if (!isLast && this.maySplit(child)) open.push(child);
      else this.close(child);
    }
    if (open.length > 0) this.fillChildren(parent, left, right, open);
    else this.release(parent);
    return open.filter((child) => this.evaluate(child) !== undefined);
  }

  /** Histograms of the children that are open: the smaller one from its rows, the larger one as what is left of the parent's. */
  private fillChildren(parent: OpenNode, left: OpenNode, right: OpenNode, open: readonly OpenNode[]): void {
    const [smaller, larger] = left.count < right.count ? [left, right] : [right, left];
    if (parent.histogram === undefined) {
      for (const child of open) child.histogram = this.fill(child);
      return;
    }
    smaller.histogram = this.fill(smaller);
    if (open.includes(larger)) {
      subtractHistogram(parent.histogram, smaller.histogram);
      larger.histogram = parent.histogram;
      parent.histogram = undefined;
    } else this.release(parent);
    if (!open.includes(smaller)) this.release(smaller);
  }

  private threshold({ feature, bin }: BinSplit): number {
    const bins = this.featureBins[feature];
    // Past the last threshold there is only "all present values left, missing ones right".
    return bins.kind === "numeric" && bin < bins.thresholds.length
      ? bins.thresholds[bin]
      : Number.POSITIVE_INFINITY;
  }

  /** Orders the rows `start..end` by a split, keeping the order on both sides; gives where the right side begins. */
  private partition(start: number, end: number, { feature, bin, leftBins, missingLeft }: BinSplit): number {
    const { goesLeft, rows, scratch } = this;
    const bins = this.data.columns[feature];
    for (let b = 0; b < goesLeft.length; b++)
      goesLeft[b] = leftBins === undefined ? (b <= bin ? 1 : 0) : (leftBins[b >> 5] >>> (b & 31)) & 1;
    if (leftBins === undefined) goesLeft[MISSING_BIN] = missingLeft ? 1 : 0;
    let middle = start;
    let right = 0;
    for (let p = start; p < end; p++) {
      const row = rows[p];
      const left = goesLeft[bins[row]];
      // Both are written and one counter moves, so that no branch depends on the data.
      rows[middle] = row;
      scratch[right] = row;
      middle += left;
      right += 1 - left;
    }
    rows.set(scratch.subarray(0, right), middle);
    return middle;
  }
}

import type { Random } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";
import { PriorityQueue } from "../tree/priority-queue.js";
import { type BinSplit, type Bounds, leafValue, unbounded } from "./bin-split.js";
import { type FeatureBins, MISSING_BIN, setWords } from "./binning.js";
import type { FeatureConstraints } from "./feature-constraints.js";
import { type BinnedRows, histogramBytes, Histograms } from "./histogram.js";
import { Routes } from "./routes.js";
import type { RowSample } from "./row-sampler.js";
import { type SplitOptions, Splitter, type Units } from "./splitter.js";
import { TreesBuilder } from "./trees-builder.js";

export interface GrowthOptions extends SplitOptions {
  readonly learningRate: number;
  /** Most that a leaf's Newton step may be; null is no limit. */
  readonly maxDeltaStep: number | null;
  readonly maxLeafNodes: number | null;
  readonly maxDepth: number | null;
  readonly growth: "leafWise" | "depthWise";
  readonly constraints: FeatureConstraints;
  /** Share of the features drawn for each tree. */
  readonly colsampleByTree: number;
  /** Whether trees may learn from some of the rows alone. */
  readonly samplesRows: boolean;
}

/** A final leaf of the tree grown last: its node, and its rows in {@link Grower.rows}. */
export interface GrownLeaf {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  /** What it adds to the raw score. */
  value: number;
}

interface OpenNode {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly count: number;
  /** Its Newton step, before shrinkage and the limit on steps: what splits are compared by. */
  readonly value: number;
  readonly bounds: Bounds;
  /** Sets of features of which one holds all that its path is split by; see {@link FeatureConstraints}. */
  readonly sets: readonly number[];
  /** Fewest rows that a side is asked to have; raised where packed histograms misjudged them. */
  minRows: number;
  histogram?: number | undefined;
  split?: BinSplit | undefined;
}

/** Rows that one thread divides in the time that a second one needs to start. */
const smallNode = 8192;

/** Grows trees on binned rows, the leaf of highest gain first, as LightGBM and scikit-learn do. */
export class Grower {
  /** Row numbers, leaf by leaf. */
  readonly rows: Int32Array;
  /** Where {@link rows} stand in the team's memory. */
  readonly rowsAt: number;
  private readonly everyRow: Int32Array;
  private readonly scratch: number;
  private readonly goesLeft: number;
  private readonly lefts: number;
  private readonly histograms: Histograms;
  private readonly splitter: Splitter;
  private units: Units = { gradient: 1, hessian: 1, countBits: 0, wide: false };
  private quanta = 0;
  private leaves: GrownLeaf[] = [];
  private trees = new TreesBuilder();
  /** 1 for the features that the tree may be split by; undefined where it may by all. */
  private drawn: Uint8Array | undefined;
  /** Rows of {@link rows} that the tree learns from, from the first on. */
  private count = 0;
  private readonly routes: Routes | undefined;

  /**
   * @param wide whether histograms are wide, see {@link Units}
   * @param histograms how many there may be at once; see {@link Grower.bytes}
   */
  constructor(
    private readonly team: KernelTeam,
    private readonly data: BinnedRows,
    private readonly featureBins: readonly FeatureBins[],
    private readonly options: GrowthOptions,
    wide: boolean,
    histograms = histogramCount(data.features, options.maxLeafNodes, wide),
  ) {
    const { rows } = data;
    this.rowsAt = team.allocate(4 * rows);
    this.scratch = team.allocate(4 * rows);
    this.rows = team.i32.subarray(this.rowsAt / 4, this.rowsAt / 4 + rows);
    this.everyRow = Int32Array.from({ length: rows }, (_, i) => i);
    this.goesLeft = team.allocate(MISSING_BIN + 1);
    this.lefts = team.allocate(4 * team.threads);
    this.histograms = new Histograms(team, data, wide, histograms);
    const splitFeatures = featureBins.map((bins, f) => ({
      kind: bins.kind,
      count: bins.count,
      sharesLast: bins.kind === "categorical" && bins.shared !== undefined,
      missing: team.u8.subarray(data.columns + f * rows, data.columns + (f + 1) * rows).includes(MISSING_BIN),
      monotone: options.constraints.monotone[f],
    }));
    this.splitter = new Splitter(team, splitFeatures, options);
    this.count = rows;
    if (options.samplesRows) this.routes = new Routes(team, mostNodes(rows, options.maxLeafNodes));
  }

  /** Bytes that a grower allocates. */
  static bytes(
    rows: number,
    features: number,
    threads: number,
    maxLeafNodes: number | null,
    wide: boolean,
    samplesRows = false,
  ): number {
    const histograms = threads + histogramCount(features, maxLeafNodes, wide);
    return (
      8 * rows +
      histograms * (histogramBytes(features, wide) + 64) +
      Splitter.bytes(features, threads) +
      4 * threads +
      (samplesRows ? Routes.bytes(mostNodes(rows, maxLeafNodes)) : 0) +
      1024
    );
  }

  /**
   * Adds one tree to the builder, fitted by Newton steps to the derivatives of the loss; gives its leaves in the order
   * of their rows.
   *
   * @param quanta address of the rows' quantised derivatives, and what they stand for
   * @param random what is drawn for the tree
   * @param sample rows that it learns from, where the options say that there may be one; undefined is all
   */
  grow(
    trees: TreesBuilder,
    quanta: number,
    units: Units,
    random: Random,
    sample?: RowSample,
  ): readonly GrownLeaf[] {
    this.trees = trees;
    this.quanta = quanta;
    this.units = units;
    this.rows.set(sample?.order ?? this.everyRow);
    this.count = sample?.count ?? this.rows.length;
    this.leaves = [];
    this.splitter.random = random;
    this.drawn = this.drawFeatures(random);
    const first = this.trees.beginTree();
    this.routes?.begin(first);
    const { maxLeafNodes, growth } = this.options;
    const queue = new PriorityQueue<OpenNode>();
    // Without a limit of leaves the order changes nothing, and depth first keeps fewest histograms.
    const priority = ({ depth, split }: OpenNode): number =>
      maxLeafNodes === null ? depth : growth === "depthWise" ? -depth : (split?.gain ?? 0);
    const push = (node: OpenNode): void => queue.push(node, priority(node));
    for (const root of this.root()) push(root);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const isLast = maxLeafNodes !== null && this.leaves.length + queue.size + 2 >= maxLeafNodes;
      const middle = this.divide(next);
      if (middle === undefined) {
        for (const again of this.evaluate([next])) push(again);
        continue;
      }
      for (const child of this.splitNode(next, middle, isLast)) push(child);
      if (isLast) break;
    }
    for (let rest = queue.pop(); rest !== undefined; rest = queue.pop()) this.close(rest);
    return this.leaves.sort((a, b) => a.start - b.start);
  }

  /** Adds the values of leaves to the scores of the rows that the tree did not learn from. */
  addToOthers(leaves: readonly GrownLeaf[], scores: number): void {
    const { team, data, rowsAt, count, routes } = this;
    const others = this.rows.length - count;
    if (others === 0 || routes === undefined) return;
    for (const { node, value } of leaves) routes.setValue(node, value);
    team.whole(0, routes.at, data.bins, data.features, rowsAt + 4 * count, others, scores);
    team.run(jobs.routeRows, others < smallNode ? 1 : team.threads);
  }

  private drawFeatures(random: Random): Uint8Array | undefined {
    const { features } = this.data;
    const count = Math.max(1, Math.round(this.options.colsampleByTree * features));
    if (count === features) return undefined;
    const marks = new Uint8Array(features);
    for (const feature of random.fork("tree").permutation(features).subarray(0, count)) marks[feature] = 1;
    return marks;
  }

  private root(): OpenNode[] {
    const node = this.add(0, this.count, 0, 0, unbounded, this.options.constraints.allSets);
    if (!this.maySplit(node)) {
      this.close(node);
      return [];
    }
    node.histogram = this.histograms.take();
    const order = this.count < this.rows.length ? this.rowsAt : 0;
    this.histograms.fill(node.histogram, order, 0, this.count, this.quanta, 0);
    return this.evaluate([node]);
  }

  private add(
    start: number,
    end: number,
    depth: number,
    value: number,
    bounds: Bounds,
    sets: readonly number[],
  ): OpenNode {
    const count = end - start;
    const node = this.trees.addLeaf(this.shrunk(value), count);
    this.routes?.addLeaf();
    return { node, start, end, depth, count, value, bounds, sets, minRows: this.options.minSamplesLeaf };
  }

  private shrunk(step: number): number {
    const { learningRate, maxDeltaStep } = this.options;
    if (maxDeltaStep === null) return learningRate * step;
    return learningRate * Math.max(-maxDeltaStep, Math.min(maxDeltaStep, step));
  }

  private maySplit({ depth, count }: OpenNode): boolean {
    const { maxDepth, minSamplesLeaf } = this.options;
    return (maxDepth === null || depth < maxDepth) && count >= 2 * minSamplesLeaf;
  }

  /** Looks for the best splits of one or two nodes; closes those that have none, and gives the others. */
  private evaluate(nodes: OpenNode[]): OpenNode[] {
    const minRows = Math.max(...nodes.map((node) => node.minRows));
    const splits = this.splitter.best(
      nodes.map(({ histogram = 0, count, value, bounds, sets }) => ({
        histogram,
        count,
        value,
        bounds,
        allowed: both(this.options.constraints.allowed(sets), this.drawn),
      })),
      this.units,
      minRows,
    );
    return nodes.filter((node, n) => {
      node.split = splits[n];
      if (node.split === undefined) this.close(node);
      else if (this.histograms.isScarce) this.release(node);
      return node.split !== undefined;
    });
  }

  private close(node: OpenNode): void {
    this.release(node);
    const { start, end, value } = node;
    this.leaves.push({ node: node.node, start, end, value: this.shrunk(value) });
  }

  private release(node: OpenNode): void {
    if (node.histogram !== undefined) this.histograms.give(node.histogram);
    node.histogram = undefined;
  }

  /** Applies a node's split; gives those of its children that may be split further. */
  private splitNode(parent: OpenNode, middle: number, isLast: boolean): OpenNode[] {
    const { split } = parent;
    if (split === undefined) return [];
    const { options } = this;
    const below = parent.depth + 1;
    const { leftGradient, leftHessian, rightGradient, rightHessian } = split;
    const values = [
      leafValue(leftGradient, leftHessian, options, parent.bounds),
      leafValue(rightGradient, rightHessian, options, parent.bounds),
    ];
    const bounds = childBounds(parent.bounds, options.constraints.monotone[split.feature], values);
    const sets = options.constraints.below(parent.sets, split.feature);
    const left = this.add(parent.start, middle, below, values[0], bounds[0], sets);
    const right = this.add(middle, parent.end, below, values[1], bounds[1], sets);
    this.trees.setSplit(
      parent.node,
      { ...split, threshold: this.threshold(split), leftPlaces: this.leftPlaces(split) },
      left.node,
      right.node,
    );
    this.routes?.setSplit(parent.node, split, left.node, right.node);
    const open: OpenNode[] = [];
    for (const child of [left, right]) {
      if (!isLast && this.maySplit(child)) open.push(child);
      else this.close(child);
    }
    if (open.length > 0) this.fillChildren(parent, left, right, open);
    else this.release(parent);
    return open.length > 0 ? this.evaluate(open) : [];
  }

  /** Histograms of the children that are open: the smaller one from its rows, the larger one as what is left of the parent's. */
  private fillChildren(parent: OpenNode, left: OpenNode, right: OpenNode, open: readonly OpenNode[]): void {
    const [smaller, larger] = left.count < right.count ? [left, right] : [right, left];
    if (parent.histogram === undefined) {
      for (const child of open) child.histogram = this.fill(child, 0);
      return;
    }
    const needsBoth = open.includes(larger);
    const histogram = this.fill(smaller, needsBoth ? parent.histogram : 0);
    if (needsBoth) {
      larger.histogram = parent.histogram;
      parent.histogram = undefined;
    } else this.release(parent);
    if (open.includes(smaller)) smaller.histogram = histogram;
    else this.histograms.give(histogram);
  }

  private fill({ start, end }: OpenNode, parent: number): number {
    const histogram = this.histograms.take();
    this.histograms.fill(histogram, this.rowsAt, start, end, this.quanta, parent);
    return histogram;
  }

  /** The set of places that goes left. */
  private leftPlaces({ feature, leftBins }: BinSplit): Uint32Array | undefined {
    const bins = this.featureBins[feature];
    if (leftBins === undefined || bins.kind !== "categorical") return undefined;
    const out = new Uint32Array(setWords(bins.places));
    for (let place = 0; place < 32 * out.length; place++) {
      const bin = bins.shared === undefined ? place : (bins.shared[place] ?? MISSING_BIN);
      if (bin < bins.count && ((leftBins[bin >> 5] >>> (bin & 31)) & 1) === 1)
        out[place >> 5] |= 1 << (place & 31);
    }
    return out;
  }

  private threshold({ feature, bin }: BinSplit): number {
    const bins = this.featureBins[feature];
    // Past the last threshold there is only "all present values left, missing ones right".
    return bins.kind === "numeric" && bin < bins.thresholds.length
      ? bins.thresholds[bin]
      : Number.POSITIVE_INFINITY;
  }

  /**
   * Orders a node's rows by its split, keeping the order on both sides; gives where the right side begins. Undefined
   * where a side has fewer rows than it must: then the node asks for a surer split.
   */
  private divide(node: OpenNode): number | undefined {
    const { team, rowsAt, scratch, goesLeft, lefts, data } = this;
    const { start, end, split } = node;
    if (split === undefined) return undefined;
    const { feature, bin, leftBins, missingLeft } = split;
    for (let b = 0; b <= MISSING_BIN; b++)
      team.u8[goesLeft + b] =
        leftBins === undefined ? (b <= bin ? 1 : 0) : (leftBins[b >> 5] >>> (b & 31)) & 1;
    if (leftBins === undefined) team.u8[goesLeft + MISSING_BIN] = missingLeft ? 1 : 0;
    const threads = end - start < smallNode ? 1 : team.threads;
    team.whole(0, data.columns + feature * data.rows, goesLeft, rowsAt, start, end, scratch, lefts);
    team.run(jobs.divideRows, threads);
    const middle = team.joinShares(rowsAt, start, end, scratch, lefts, threads);
    const least = Math.min(middle - start, end - middle);
    if (least >= this.options.minSamplesLeaf) return middle;
    node.minRows = 2 * node.minRows + this.options.minSamplesLeaf - least;
    node.histogram ??= this.fill(node, 0);
    return undefined;
  }
}

/** Features that both allow. */
function both(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  return a && b ? a.map((mark, f) => mark & b[f]) : (a ?? b);
}

/** Nodes of a tree of so many rows at most. */
function mostNodes(rows: number, maxLeafNodes: number | null): number {
  return 2 * Math.min(rows, maxLeafNodes ?? rows);
}

/** Where a split must rise or fall, all below stays on its side of the middle (as LightGBM's basic method). */
function childBounds(bounds: Bounds, monotone: number, [left, right]: readonly number[]): [Bounds, Bounds] {
  if (monotone === 0) return [bounds, bounds];
  const middle = (left + right) / 2;
  const sides: [Bounds, Bounds] = [
    { ...bounds, upper: middle },
    { ...bounds, lower: middle },
  ];
  return monotone > 0
    ? sides
    : [
        { ...bounds, lower: middle },
        { ...bounds, upper: middle },
      ];
}

/** Histograms for every open node, within 512 MiB; deep trees do with fewer, and count some of them again. */
function histogramCount(features: number, maxLeafNodes: number | null, wide: boolean): number {
  const most = Math.floor(2 ** 29 / histogramBytes(features, wide));
  return Math.max(6, Math.min(most, maxLeafNodes === null ? 64 : maxLeafNodes + 3));
}

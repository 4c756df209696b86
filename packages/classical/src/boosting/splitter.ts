import { Random } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";
import { type BinSplit, type Bounds, type SplitFeature, type SplitLimits, tiny } from "./bin-split.js";
import { MISSING_BIN } from "./binning.js";

export interface SplitOptions extends SplitLimits {
  /** Share of the features drawn for each split. */
  readonly maxFeatures: number;
}

/** A node to split: its histogram's address, its rows, and its own value before shrinkage. */
export interface SplitNode {
  readonly histogram: number;
  readonly count: number;
  readonly value: number;
  /** Between which its leaves must stay. */
  readonly bounds: Bounds;
  /** 1 for the features that it may be split by; absent: all. */
  readonly allowed: Uint8Array | undefined;
}

/** What whole numbers in histograms stand for. */
export interface Units {
  readonly gradient: number;
  readonly hessian: number;
  /** Low bits of a wide hessian that count rows. */
  readonly countBits: number;
  readonly wide: boolean;
}

const nodeBytes = 48;
const recordBytes = 96;
/** Nodes whose splits are sought at once: the two children of one. */
const mostNodes = 2;

/** Finds the best split of nodes in their histograms. Of equally good ones the first feature and the lowest bin win. */
export class Splitter {
  private readonly order: Int32Array;
  private readonly about: number;
  private readonly nodes: number;
  private readonly allowed: number;
  private readonly records: number;
  private readonly scratch: number;
  /** What features are drawn by, where not all are. */
  random = new Random(0);

  constructor(
    private readonly team: KernelTeam,
    private readonly features: readonly SplitFeature[],
    private readonly options: SplitOptions,
  ) {
    this.order = Int32Array.from(features.keys());
    this.about = team.allocate(8 * features.length);
    this.nodes = team.allocate(nodeBytes * mostNodes);
    this.allowed = team.allocate(features.length * mostNodes);
    this.records = team.allocate(recordBytes * features.length * mostNodes);
    this.scratch = team.allocate(8192 * team.threads);
    features.forEach(({ kind, count, sharesLast, missing, monotone }, f) => {
      team.i32[this.about / 4 + 2 * f] = count;
      team.u8[this.about + 8 * f + 4] = kind === "numeric" ? 0 : 1;
      team.u8[this.about + 8 * f + 5] = missing ? 1 : 0;
      team.u8[this.about + 8 * f + 6] = monotone;
      team.u8[this.about + 8 * f + 7] = sharesLast ? 1 : 0;
    });
  }

  /** Bytes that a splitter allocates. */
  static bytes(features: number, threads: number): number {
    return features * (8 + mostNodes * (1 + recordBytes)) + nodeBytes * mostNodes + 8192 * threads + 5 * 64;
  }

  /**
   * For each of at most two nodes the best split that leaves enough rows and hessian on both sides and decreases the
   * loss, if there is one.
   *
   * @param minSamplesLeaf where packed histograms only estimate rows, the caller may ask for more than the option says
   */
  best(nodes: readonly SplitNode[], units: Units, minSamplesLeaf: number): (BinSplit | undefined)[] {
    const { team, features } = this;
    const draws = Math.max(1, Math.ceil(this.options.maxFeatures * features.length));
    nodes.forEach(({ histogram, count, value, bounds, allowed }, n) => {
      const at = this.nodes + n * nodeBytes;
      team.i32[at / 4] = histogram;
      team.i32[at / 4 + 1] = count;
      team.f64[at / 8 + 1] = value;
      team.f64[at / 8 + 2] = bounds.lower;
      team.f64[at / 8 + 3] = bounds.upper;
      team.i32[at / 4 + 8] = draws < features.length || allowed ? this.draw(n, draws, allowed) : 0;
      team.i32[at / 4 + 9] = this.records + n * features.length * recordBytes;
    });
    team.whole(0, this.nodes, nodes.length, features.length, this.about, units.wide ? 1 : 0, units.countBits);
    const { l1Regularization, l2Regularization, minHessianLeaf, minGain, maxSplitCategories } = this.options;
    team.doubles(6, units.gradient, units.hessian, l1Regularization, l2Regularization + tiny, minHessianLeaf);
    team.doubles(11, minSamplesLeaf, minGain);
    team.whole(13, this.scratch, maxSplitCategories ?? MISSING_BIN);
    team.run(jobs.findSplits, nodes.length * features.length < 8 ? 1 : team.threads);
    return nodes.map((_, n) => this.read(n));
  }

  /** Draws so many of the features that a node may be split by, or all of them; gives the address of their marks. */
  private draw(node: number, draws: number, allowed: Uint8Array | undefined): number {
    const { order, random, team } = this;
    const marks = this.allowed + node * order.length;
    team.u8.fill(0, marks, marks + order.length);
    let drawn = 0;
    for (let i = 0; i < order.length && drawn < draws; i++) {
      const pick = draws < order.length ? i + random.integer(order.length - i) : i;
      [order[i], order[pick]] = [order[pick], order[i]];
      if (allowed !== undefined && allowed[order[i]] === 0) continue;
      team.u8[marks + order[i]] = 1;
      drawn++;
    }
    return marks;
  }

  private read(node: number): BinSplit | undefined {
    const { f64, i32, u8 } = this.team;
    const first = this.records + node * this.features.length * recordBytes;
    let best = -1;
    let gain = 0;
    for (let f = 0; f < this.features.length; f++) {
      const own = f64[(first + f * recordBytes) / 8];
      if (own > gain) {
        gain = own;
        best = f;
      }
    }
    if (best < 0) return undefined;
    const at = first + best * recordBytes;
    const bin = i32[at / 4 + 11];
    return {
      gain,
      feature: best,
      bin,
      leftBins: bin < 0 ? new Uint32Array(u8.slice(at + 56, at + 88).buffer) : undefined,
      missingLeft: i32[at / 4 + 12] === 1,
      leftGradient: f64[at / 8 + 1],
      leftHessian: f64[at / 8 + 2],
      rightGradient: f64[at / 8 + 3],
      rightHessian: f64[at / 8 + 4],
    };
  }
}

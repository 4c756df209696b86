import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";
import { BinaryLogLoss, MultinomialLogLoss } from "./log-losses.js";
import type { Loss } from "./loss.js";
import type { Units } from "./splitter.js";

/** Rows of a block of the kernels, each of which has sums of its own. */
const blockRows = 4096;
const sumsBytes = 64;

/** More rows than this are packed: below, wide histograms cost nothing that one would notice. */
export const packedRows = 32_768;

/** Bytes of an array of one f64, or of a pair of f32, for each row, with room for the pairs of rows that kernels take. */
const arrayBytes = (rows: number): number => (8 * rows + 8 + 63) & ~63;

/** Raw scores of the training rows and the derivatives of the loss there, in the memory of a team. */
export class Derivatives {
  /** One array a tree of an iteration. */
  readonly raw: readonly Float64Array[];
  /** Address of the quantised derivatives of the tree that is grown. */
  readonly quanta: number;
  private readonly rawAt: number;
  /** Gradient and hessian of every row, side by side. */
  readonly pairs: readonly Float32Array[];
  private readonly pairsAt: number;
  private readonly stride: number;
  private readonly sums: number;
  private readonly kernel: LossKernel | undefined;

  constructor(
    private readonly team: KernelTeam,
    private readonly loss: Loss,
    private readonly y: Float64Array,
    private readonly weights: Float64Array | undefined,
    private readonly wide: boolean,
  ) {
    const rows = y.length;
    this.stride = arrayBytes(rows);
    this.rawAt = team.allocate(this.stride * loss.trees);
    this.pairsAt = team.allocate(this.stride * loss.trees);
    const places = Array.from({ length: loss.trees }, (_, k) => k * this.stride);
    this.raw = places.map((at) => team.f64.subarray((this.rawAt + at) / 8, (this.rawAt + at) / 8 + rows));
    this.pairs = places.map((at) =>
      team.f32.subarray((this.pairsAt + at) / 4, (this.pairsAt + at) / 4 + 2 * rows),
    );
    this.quanta = team.allocate((wide ? 16 : 8) * (rows + 1));
    this.sums = team.allocate(sumsBytes * this.blocks);
    if (loss instanceof BinaryLogLoss || loss instanceof MultinomialLogLoss)
      this.kernel = new LossKernel(team, y, weights, loss.trees);
  }

  /** Bytes that the scores and derivatives of so many rows need. */
  static bytes(rows: number, trees: number, threads: number, wide: boolean): number {
    const labelled = 4 * rows + 8 * rows + 16 * trees * threads;
    const own = 2 * trees * arrayBytes(rows) + (wide ? 16 : 8) * (rows + 1) + labelled;
    return own + sumsBytes * (Math.ceil(rows / blockRows) + 8);
  }

  private get blocks(): number {
    return Math.ceil(this.y.length / blockRows);
  }

  /** Brings the derivatives up to the raw scores; gives the mean loss there. */
  update(): number {
    const { team, y, weights, kernel } = this;
    if (kernel === undefined) return this.loss.derivatives(y, this.raw, weights, this.pairs);
    kernel.run(this.rawAt, this.pairsAt, this.stride, this.sums);
    let sum = 0;
    for (let block = 0; block < this.blocks; block++) {
      const at = (this.sums + block * sumsBytes) / 8;
      const [product, lifts, rest] = team.f64.subarray(at, at + 3);
      sum += rest - Math.log(product) + lifts * 512 * Math.LN2;
    }
    return sum / (weights?.reduce((total, weight) => total + weight, 0) ?? y.length);
  }

  /**
   * Quantises the derivatives of tree `k` of an iteration, so that they can be summed in whole numbers; gives the units.
   *
   * @param seed of the rounding of packed derivatives
   * @param changed whether {@link pairs} were changed since `update`
   */
  quantise(k: number, seed: number, changed = false): Units {
    const { team, y, wide } = this;
    const rows = y.length;
    const threads = rows < blockRows ? 1 : team.threads;
    const pairs = this.pairsAt + k * this.stride;
    // The kernels of the log losses have looked for them already.
    if (this.kernel === undefined || changed) {
      team.whole(0, pairs, rows, this.sums);
      team.run(jobs.largestDerivatives, threads);
    }
    let gradient = 0;
    let hessian = 0;
    for (let block = 0; block < this.blocks; block++) {
      const at = (this.sums + block * sumsBytes) / 4;
      gradient = Math.max(gradient, team.f32[at + 6]);
      hessian = Math.max(hessian, team.f32[at + 7]);
    }
    // Every sum over rows must fit: of packed hessians 32 bits, and of gradients 31 and a sign.
    const bits = Math.ceil(Math.log2(rows + 1));
    const countBits = wide ? bits : 0;
    const perGradient = wide ? powerOfTwo(unit(gradient, 62 - bits)) : unit(gradient, 31 - bits);
    const perHessian = wide ? powerOfTwo(unit(hessian, 62 - 2 * bits)) : unit(hessian, 31 - bits);
    team.whole(0, pairs, rows, this.quanta, wide ? 1 : 0);
    team.doubles(4, perGradient, perHessian);
    team.whole(6, seed, countBits);
    team.run(jobs.quantise, threads);
    return { gradient: 1 / perGradient, hessian: 1 / perHessian, countBits, wide };
  }
}

/** How many quanta make 1, so that the largest value has at most so many bits. */
function unit(largest: number, bits: number): number {
  // One less for rounding up.
  return largest > 0 ? (2 ** bits - 1) / largest : 1;
}

/** The greatest power of two that is no greater: of such a quantum a float32 is a whole multiple, so that sums are exact. */
function powerOfTwo(value: number): number {
  return 2 ** Math.floor(Math.log2(value));
}

/** The log losses as kernels, of which `derivatives` of the losses themselves are the plain form. */
class LossKernel {
  private readonly labels: number;
  private readonly weights: number = 0;
  private readonly scratch: number = 0;

  constructor(
    private readonly team: KernelTeam,
    private readonly y: Float64Array,
    weights: Float64Array | undefined,
    private readonly classes: number,
  ) {
    const rows = y.length;
    this.labels = team.allocate(4 * rows);
    if (classes === 1) team.u8.set(y, this.labels);
    else {
      team.i32.set(y, this.labels / 4);
      this.scratch = team.allocate(16 * classes * team.threads);
    }
    if (weights === undefined) return;
    this.weights = team.allocate(8 * rows);
    team.f64.set(weights, this.weights / 8);
  }

  run(raw: number, pairs: number, stride: number, sums: number): void {
    const { team, y, classes } = this;
    team.whole(0, this.labels, raw, this.weights, y.length, pairs, sums, classes, stride, this.scratch);
    team.run(
      classes === 1 ? jobs.binaryLogLoss : jobs.multinomialLogLoss,
      y.length < blockRows ? 1 : team.threads,
    );
  }
}

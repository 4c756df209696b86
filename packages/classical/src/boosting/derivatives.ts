import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";
import { BinaryLogLoss } from "./log-losses.js";
import type { Loss } from "./loss.js";
import type { Units } from "./splitter.js";

/** Rows of a block of the kernels, each of which has sums of its own. */
const blockRows = 4096;
const sumsBytes = 64;

/** More rows than this are packed: below, wide histograms cost nothing that one would notice. */
export const packedRows = 32_768;

/** Raw scores of the training rows and the derivatives of the loss there, in the memory of a team. */
export class Derivatives {
  /** One array a tree of an iteration. */
  readonly raw: readonly Float64Array[];
  private readonly rawAt: readonly number[];
  private readonly pairs: readonly Float32Array[];
  private readonly pairsAt: readonly number[];
  /** Address of the quantised derivatives of the tree that is grown. */
  readonly quanta: number;
  private readonly sums: number;
  private readonly labels: number = 0;
  private readonly weightsAt: number = 0;

  constructor(
    private readonly team: KernelTeam,
    private readonly loss: Loss,
    private readonly y: Float64Array,
    private readonly weights: Float64Array | undefined,
    private readonly wide: boolean,
  ) {
    const rows = y.length;
    const trees = Array.from({ length: loss.trees });
    this.rawAt = trees.map(() => team.allocate(8 * rows));
    // Room for one row more, because kernels take two at a time.
    this.pairsAt = trees.map(() => team.allocate(8 * rows + 8));
    this.raw = this.rawAt.map((at) => team.f64.subarray(at / 8, at / 8 + rows));
    this.pairs = this.pairsAt.map((at) => team.f32.subarray(at / 4, at / 4 + 2 * rows));
    this.quanta = team.allocate((wide ? 16 : 8) * (rows + 1));
    this.sums = team.allocate(sumsBytes * this.blocks);
    if (!(loss instanceof BinaryLogLoss)) return;
    this.labels = team.allocate(rows);
    for (let i = 0; i < rows; i++) team.u8[this.labels + i] = y[i];
    if (weights === undefined) return;
    this.weightsAt = team.allocate(8 * rows);
    team.f64.set(weights, this.weightsAt / 8);
  }

  /** Bytes that the scores and derivatives of so many rows need. */
  static bytes(rows: number, trees: number, wide: boolean): number {
    const own = 16 * trees + (wide ? 16 : 8) + 1 + 8;
    return rows * own + sumsBytes * Math.ceil(rows / blockRows) + 80 * (2 * trees + 4);
  }

  private get blocks(): number {
    return Math.ceil(this.y.length / blockRows);
  }

  /** Brings the derivatives up to the raw scores; gives the mean loss there. */
  update(): number {
    if (this.loss instanceof BinaryLogLoss) return this.logLoss();
    return this.loss.derivatives(this.y, this.raw, this.weights, this.pairs);
  }

  private logLoss(): number {
    const { team, y, weights } = this;
    team.whole(0, this.labels, this.rawAt[0], this.weightsAt, y.length, this.pairsAt[0], this.sums);
    team.run(jobs.binaryLogLoss, y.length < blockRows ? 1 : team.threads);
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
   */
  quantise(k: number, seed: number): Units {
    const { team, y, wide } = this;
    const rows = y.length;
    const threads = rows < blockRows ? 1 : team.threads;
    // The kernel of the log loss has looked for them already.
    if (!(this.loss instanceof BinaryLogLoss)) {
      team.whole(0, this.pairsAt[k], rows, this.sums);
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
    const perGradient = unit(gradient, wide ? 62 - bits : 31 - bits);
    const perHessian = unit(hessian, wide ? 62 - 2 * bits : 31 - bits);
    team.whole(0, this.pairsAt[k], rows, this.quanta, wide ? 1 : 0);
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

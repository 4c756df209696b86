import type { Random } from "@strata-ml/core";
import type { BoostingParams } from "./boosting-params.js";

/** Rows that an iteration learns from, before those that it leaves out; both in ascending order. */
export interface RowSample {
  readonly order: Int32Array;
  readonly count: number;
}

type SamplingParams = Pick<BoostingParams, "subsample" | "goss" | "learningRate">;

/** Draws the rows of each iteration: evenly, or by their gradients (Ke and others 2017, algorithm 2). */
export class RowSampler {
  constructor(
    private readonly rows: number,
    private readonly params: SamplingParams,
    private readonly random: Random,
  ) {}

  /**
   * The rows of an iteration; undefined is all of them. Derivatives of the rows drawn for all others of little gradient are
   * multiplied by how many they stand for.
   *
   * @param pairs gradient and hessian of every row, side by side, one array a tree of the iteration
   */
  draw(iteration: number, pairs: readonly Float32Array[]): RowSample | undefined {
    const { rows, params } = this;
    const random = this.random.fork(iteration);
    if (params.goss === null)
      return params.subsample === 1 ? undefined : this.split(evenly(rows, params.subsample, random));
    // Gradients tell little before the first trees have learnt what is easy, as in LightGBM.
    if (iteration <= 1 / params.learningRate) return undefined;
    const { topRate, otherRate } = params.goss;
    const taken = largest(sizes(rows, pairs), Math.max(1, Math.floor(topRate * rows)));
    const rest = rows - taken.reduce((sum, mark) => sum + mark, 0);
    const drawn = Math.min(rest, Math.max(1, Math.floor(otherRate * rows)));
    const factor = rest / drawn;
    for (let row = 0, left = rest, needed = drawn; row < rows; row++) {
      if (taken[row] === 1) continue;
      if (random.uniform() * left-- >= needed) continue;
      needed--;
      taken[row] = 1;
      for (const pair of pairs) {
        pair[2 * row] *= factor;
        pair[2 * row + 1] *= factor;
      }
    }
    return this.split(taken);
  }

  private split(taken: Uint8Array): RowSample {
    const order = new Int32Array(this.rows);
    const count = taken.reduce((sum, mark) => sum + mark, 0);
    let [inside, outside] = [0, count];
    for (let row = 0; row < this.rows; row++) order[taken[row] === 1 ? inside++ : outside++] = row;
    return { order, count };
  }
}

/** Marks a share of the rows, one at least. */
function evenly(rows: number, share: number, random: Random): Uint8Array {
  const taken = new Uint8Array(rows);
  let needed = Math.max(1, Math.round(share * rows));
  for (let row = 0; row < rows; row++) {
    if (random.uniform() * (rows - row) >= needed) continue;
    taken[row] = 1;
    needed--;
  }
  return taken;
}

/** Sum of the gradients' sizes of each row. */
function sizes(rows: number, pairs: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(rows);
  for (const pair of pairs) for (let row = 0; row < rows; row++) out[row] += Math.abs(pair[2 * row]);
  return out;
}

/** Marks so many of the largest values, none of them negative; of equal ones the first. */
function largest(values: Float32Array, count: number): Uint8Array {
  // Numbers that are not negative are in the order of their bits: of the high half first, then of the low one.
  const bits = new Uint32Array(values.buffer);
  const high = new Int32Array(65_536);
  for (const bit of bits) high[bit >>> 16]++;
  const [top, above] = lastBucket(high, count);
  const low = new Int32Array(65_536);
  for (const bit of bits) if (bit >>> 16 === top) low[bit & 65_535]++;
  const [bottom, over] = lastBucket(low, count - above);
  const least = top * 65_536 + bottom;
  const taken = new Uint8Array(values.length);
  let equal = count - above - over;
  bits.forEach((bit, row) => {
    if (bit > least || (bit === least && equal-- > 0)) taken[row] = 1;
  });
  return taken;
}

/** The bucket in which the count from the highest one down is reached, and how many are above it. */
function lastBucket(buckets: Int32Array, count: number): [bucket: number, above: number] {
  let above = 0;
  for (let bucket = buckets.length - 1; ; bucket--) {
    if (above + buckets[bucket] >= count) return [bucket, above];
    above += buckets[bucket];
  }
}

import type { Random } from "@strata-ml/core";
import { PriorityQueue } from "../tree/priority-queue.js";

/** Draws some of the rows that have weight, each with a chance in proportion to it. */
export class RowDraw {
  /** Rows of weight above zero. */
  readonly rows: Int32Array;
  /** Weights of these rows, where they differ. */
  private readonly weights: Float64Array | undefined;

  constructor(count: number, weights: Float64Array | undefined) {
    const all = Int32Array.from({ length: count }, (_, row) => row);
    this.rows = weights === undefined ? all : all.filter((row) => weights[row] > 0);
    const own = weights && Float64Array.from(this.rows, (row) => weights[row]);
    this.weights = own?.every((weight) => weight === own[0]) ? undefined : own;
  }

  /** So many rows, each as often as it is drawn. */
  withReplacement(count: number, random: Random): Int32Array {
    const { rows, weights } = this;
    if (weights === undefined) return new Int32Array(count).map(() => rows[random.integer(rows.length)]);
    const upTo = weights.slice();
    for (let i = 1; i < upTo.length; i++) upTo[i] += upTo[i - 1];
    const total = upTo[upTo.length - 1];
    return new Int32Array(count).map(() => rows[firstAbove(upTo, random.uniform() * total)]);
  }

  /** So many different rows; there must be as many. */
  withoutReplacement(count: number, random: Random): Int32Array {
    const { rows, weights } = this;
    if (weights !== undefined) return firstToRing(rows, weights, count, random);
    // The first steps of a shuffle, taken back afterwards.
    const places = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      places[i] = i + random.integer(rows.length - i);
      swap(rows, i, places[i]);
    }
    const drawn = rows.slice(0, count);
    for (let i = count - 1; i >= 0; i--) swap(rows, i, places[i]);
    return drawn;
  }
}

function swap(rows: Int32Array, i: number, j: number): void {
  const held = rows[i];
  rows[i] = rows[j];
  rows[j] = held;
}

/**
 * One row after another with chances in proportion to the weights of those left: as clocks that ring at exponential times with
 * the weights as rates (Efraimidis and Spirakis 2006).
 */
function firstToRing(rows: Int32Array, weights: Float64Array, count: number, random: Random): Int32Array {
  const first = new PriorityQueue<number>();
  let latest = Number.POSITIVE_INFINITY;
  const times = new Float64Array(rows.length);
  rows.forEach((_, i) => {
    times[i] = random.exponential() / weights[i];
    if (first.size === count) {
      if (times[i] >= latest) return;
      first.pop();
    }
    first.push(i, times[i]);
    if (first.size < count) return;
    const last = first.pop()!;
    latest = times[last];
    first.push(last, latest);
  });
  return Int32Array.from({ length: count }, () => rows[first.pop()!]);
}

/** Position of the first ascending value that is greater than `value`, or the last position. */
function firstAbove(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

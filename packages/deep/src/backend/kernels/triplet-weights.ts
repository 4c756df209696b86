import type { TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

export const TRIPLET_WEIGHTS = "StrataTripletWeights";

/** What counts of an anchor's triplets, as attributes of the kernel. */
export interface TripletAttributes {
  readonly [name: string]: string | number;
  readonly mining: "hard" | "semiHard" | "all";
  readonly margin: number;
}

/** An anchor: its distances, its positives, its negatives from the nearest on, and where its weights go. */
interface Anchor {
  readonly distance: Float32Array;
  readonly positives: readonly number[];
  readonly negatives: Int32Array;
  readonly margin: number;
  readonly weights: Float32Array;
}

/** See `tripletWeights`: with every anchor's negatives in order, a search instead of a pass over them for each positive. */
export const tripletWeightsKernel: HostKernel = {
  name: TRIPLET_WEIGHTS,
  run(memory, { distance, same, different }, attributes): TensorInfo {
    const { mining, margin } = attributes as unknown as TripletAttributes;
    const [rows] = distance.shape;
    const out = memory.create(distance.shape, "float32", "zero");
    const [weights, distances, alike, others] = [out, distance, same, different].map((info) =>
      memory.floats(info),
    );
    for (let i = 0; i < rows; i++) {
      const row = (values: Float32Array): Float32Array => values.subarray(i * rows, (i + 1) * rows);
      const own = row(distances);
      const positives = placesOf(row(alike));
      const negatives = Int32Array.from(placesOf(row(others))).sort((a, b) => own[a] - own[b]);
      if (positives.length === 0 || negatives.length === 0) continue;
      weigh[mining]({ distance: own, positives, negatives, margin, weights: row(weights) });
    }
    return out;
  },
};

function placesOf(flags: Float32Array): number[] {
  const out: number[] = [];
  for (let j = 0; j < flags.length; j++) if (flags[j] !== 0) out.push(j);
  return out;
}

const weigh: Readonly<Record<TripletAttributes["mining"], (anchor: Anchor) => void>> = {
  hard({ distance, positives, negatives, margin, weights }) {
    const furthest = Math.max(...positives.map((p) => distance[p]));
    const equal = positives.filter((p) => distance[p] === furthest);
    if (!(furthest - distance[negatives[0]] + margin > 0)) return;
    for (const p of equal) weights[p] += 1 / equal.length;
    push(weights, distance, negatives, 0, 1);
  },
  semiHard({ distance, positives, negatives, margin, weights }) {
    const share = 1 / positives.length;
    for (const p of positives) {
      const beyond = countWhere(negatives, (n) => distance[n] <= distance[p]);
      // Where none lies beyond the positive it is the furthest, of equal ones the first.
      const last = distance[negatives[negatives.length - 1]];
      const chosen = beyond < negatives.length ? beyond : countWhere(negatives, (n) => distance[n] < last);
      if (!(distance[p] - distance[negatives[chosen]] + margin > 0)) continue;
      weights[p] += share;
      push(weights, distance, negatives, chosen, share);
    }
  },
  all({ distance, positives, negatives, margin, weights }) {
    const share = 1 / (positives.length * negatives.length);
    /** How many positives have exactly so many negatives that are too near. */
    const near = new Int32Array(negatives.length + 1);
    for (const p of positives) {
      const count = countWhere(negatives, (n) => distance[p] - distance[n] + margin > 0);
      weights[p] += count * share;
      near[count]++;
    }
    let pushing = 0;
    for (let k = negatives.length - 1; k >= 0; k--) {
      pushing += near[k + 1];
      weights[negatives[k]] -= pushing * share;
    }
  },
};

/** How many of the first ones there is something true of, which is true of none after one of which it is not. */
function countWhere(sorted: Int32Array, holds: (place: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes a share from the negative at `first`; equal ones after it take their part. */
function push(
  weights: Float32Array,
  distance: Float32Array,
  negatives: Int32Array,
  first: number,
  share: number,
): void {
  const at = distance[negatives[first]];
  let end = first + 1;
  while (end < negatives.length && distance[negatives[end]] === at) end++;
  for (let k = first; k < end; k++) weights[negatives[k]] -= share / (end - first);
}

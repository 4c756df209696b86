import type { FitRun, Random } from "@strata-ml/core";
import { nearestRows } from "../kernels/nearest.js";
import { type Centres, centresOf, nearestOf, type Points } from "./points.js";

const rowsPerBreath = 8192;

/** A row drawn with a chance in proportion to its mass. */
function draw(cumulative: Float64Array, uniform: number): number {
  const goal = uniform * cumulative[cumulative.length - 1];
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > goal) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Running sums of weight times squared distance, or of the weights alone. */
function accumulate(
  weights: Float64Array,
  closest: Float64Array | undefined,
  cumulative: Float64Array,
): void {
  let sum = 0;
  for (let i = 0; i < cumulative.length; i++) {
    sum += closest === undefined ? weights[i] : weights[i] * closest[i];
    cumulative[i] = sum;
  }
}

/** `k` different rows, each draw in proportion to the weights of the rows left. */
export function randomRows(weights: Float64Array, k: number, random: Random): Int32Array {
  const left = weights.slice();
  const cumulative = new Float64Array(weights.length);
  const chosen = new Int32Array(k);
  for (let c = 0; c < k; c++) {
    accumulate(left, undefined, cumulative);
    chosen[c] = cumulative[cumulative.length - 1] > 0 ? draw(cumulative, random.uniform()) : c;
    left[chosen[c]] = 0;
  }
  return chosen;
}

/**
 * Rows to start from by k-means++ (Arthur and Vassilvitskii, 2007), greedy as scikit-learn's: of 2 + log(k) rows drawn
 * in proportion to weight times squared distance, the one that leaves the smallest sum of them is taken.
 * A row whose nearest centre is less than half as far as the candidate is from that centre needs no distance
 * (Elkan, 2003).
 */
export async function kMeansPlusPlus(
  points: Points,
  weights: Float64Array,
  k: number,
  random: Random,
  run: FitRun,
): Promise<Int32Array> {
  const { rows, columns } = points;
  const trials = 2 + Math.floor(Math.log(k));
  const chosen = new Int32Array(k);
  const cumulative = new Float64Array(rows);
  accumulate(weights, undefined, cumulative);
  chosen[0] = draw(cumulative, random.uniform());

  const seeds = new Float64Array(k * columns);
  points.add(chosen[0], 1, seeds, 0);
  const closest = new Float64Array(rows);
  const owner = new Int32Array(rows);
  const first = centresOf(seeds.subarray(0, columns), 1);
  for (let i = 0; i < rows; i++) closest[i] = points.distance(i, first, 0);

  const candidates = new Float64Array(trials * columns);
  const tried = Array.from({ length: trials }, () => new Float64Array(rows));
  const potential = new Float64Array(trials);
  for (let c = 1; c < k; c++) {
    accumulate(weights, closest, cumulative);
    const drawn = Int32Array.from({ length: trials }, () => draw(cumulative, random.uniform()));
    candidates.fill(0);
    drawn.forEach((row, t) => points.add(row, 1, candidates, t * columns));
    const at = centresOf(candidates, trials);
    const toSeeds = betweenCentres(candidates, trials, seeds, c, columns);
    const state = { points, weights, closest, owner, candidates: at, toSeeds, tried };
    potential.fill(0);
    for (let start = 0; start < rows; start += rowsPerBreath) {
      tryCandidates(state, start, Math.min(rows, start + rowsPerBreath), potential);
      await run.breathe();
    }
    const best = potential.indexOf(potential.reduce((a, b) => Math.min(a, b)));
    chosen[c] = drawn[best];
    seeds.set(candidates.subarray(best * columns, (best + 1) * columns), c * columns);
    take(state, best, c);
  }
  return chosen;
}

interface Trial {
  readonly points: Points;
  readonly weights: Float64Array;
  /** Squared distance of each row to its nearest seed, and that seed. */
  readonly closest: Float64Array;
  readonly owner: Int32Array;
  readonly candidates: Centres;
  readonly toSeeds: Float64Array;
  /** For each candidate, what `closest` would be with it. */
  readonly tried: readonly Float64Array[];
}

/** Makes a candidate seed `c`. */
function take({ closest, owner, tried }: Trial, candidate: number, c: number): void {
  const left = tried[candidate];
  for (let i = 0; i < left.length; i++) {
    if (left[i] >= closest[i]) continue;
    closest[i] = left[i];
    owner[i] = c;
  }
}

/** Fills in `tried` for some rows and adds their weighted sums to `potential`. */
function tryCandidates(trial: Trial, start: number, end: number, potential: Float64Array): void {
  const { weights, closest, owner, candidates, toSeeds, tried } = trial;
  const trials = candidates.count;
  const open = new Int32Array(nearestRows);
  let count = 0;
  for (let i = start; i < end; i++) {
    const own = closest[i];
    const mine = owner[i] * trials;
    let t = 0;
    // (2 d)² <= D²: a candidate is at least as far from the row as its seed is.
    while (t < trials && 4 * own <= toSeeds[mine + t]) t++;
    if (t < trials) open[count++] = i;
    for (t = 0; t < trials; t++) tried[t][i] = own;
    if (count === nearestRows || i === end - 1) {
      compare(trial, open, count);
      count = 0;
    }
  }
  for (let t = 0; t < trials; t++) {
    const left = tried[t];
    for (let i = start; i < end; i++) potential[t] += weights[i] * left[i];
  }
}

/** Fills in `tried` where a candidate is nearer to one of the rows than any seed. */
function compare({ points, closest, candidates, tried }: Trial, rows: Int32Array, count: number): void {
  if (count === 0) return;
  const { distances, stride } = nearestOf(points, rows, count, candidates);
  for (let t = 0; t < candidates.count; t++) {
    const left = tried[t];
    for (let i = 0, at = t; i < count; i++, at += stride)
      if (distances[at] < closest[rows[i]]) left[rows[i]] = distances[at];
  }
}

/** Squared distances of each of `b` seeds to each of `a` candidates. */
function betweenCentres(
  candidates: Float64Array,
  a: number,
  seeds: Float64Array,
  b: number,
  p: number,
): Float64Array {
  const out = new Float64Array(a * b);
  for (let s = 0; s < b; s++) {
    for (let t = 0; t < a; t++) {
      let squares = 0;
      for (let j = 0; j < p; j++) squares += (candidates[t * p + j] - seeds[s * p + j]) ** 2;
      out[s * a + t] = squares;
    }
  }
  return out;
}

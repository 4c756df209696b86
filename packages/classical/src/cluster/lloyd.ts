import type { FitRun } from "@strata-ml/core";
import { Assignment } from "./assignment.js";
import { ClusterMeans } from "./cluster-means.js";
import { type Centres, centresOf, nearestCentres, type Points } from "./points.js";

export interface LloydOptions {
  readonly maxIter: number;
  /** Converged when the squared moves of all centres sum to no more. */
  readonly tol: number;
  readonly onIteration: (iteration: number) => Promise<void>;
}

export interface LloydResult {
  readonly centres: Centres;
  readonly labels: Int32Array;
  readonly inertia: number;
  readonly iterations: number;
}

/**
 * Lloyd's iteration (1982) from given centres, until no label changes or the centres hardly move. A cluster that loses
 * all its rows takes the row farthest from its own centre.
 */
export async function lloyd(
  points: Points,
  weights: Float64Array,
  initial: Float64Array,
  k: number,
  { maxIter, tol, onIteration }: LloydOptions,
  run: FitRun,
): Promise<LloydResult> {
  let centres = centresOf(initial, k);
  const assignment = new Assignment(points, centres);
  const means = new ClusterMeans(points, weights, k);
  let iterations = 0;
  let converged = false;
  while (iterations < maxIter && !converged) {
    const changes = await assignment.update(centres, run, (row, from, to) => means.move(row, from, to));
    const next = means.centres(assignment.labels, centres);
    const shifts = shiftsOf(centres.data, next, k);
    centres = centresOf(next, k);
    assignment.move(shifts);
    iterations++;
    converged = changes === 0 || shifts.reduce((sum, shift) => sum + shift * shift, 0) <= tol;
    await onIteration(iterations);
  }
  return { centres, iterations, ...(await assign(points, weights, centres, run)) };
}

/** Labels as predict gives them, and the weighted sum of squared distances. */
async function assign(
  points: Points,
  weights: Float64Array,
  centres: Centres,
  run: FitRun,
): Promise<{ labels: Int32Array; inertia: number }> {
  const labels = new Int32Array(points.rows);
  let inertia = 0;
  for (let start = 0; start < points.rows; start += rowsPerBreath) {
    const end = Math.min(points.rows, start + rowsPerBreath);
    inertia += nearestCentres(points, start, end, centres, weights, labels);
    await run.breathe();
  }
  return { labels, inertia };
}

const rowsPerBreath = 8192;

function shiftsOf(before: Float64Array, after: Float64Array, k: number): Float64Array {
  const p = before.length / k;
  const shifts = new Float64Array(k);
  for (let at = 0; at < before.length; at++) shifts[Math.floor(at / p)] += (after[at] - before[at]) ** 2;
  return shifts.map(Math.sqrt);
}

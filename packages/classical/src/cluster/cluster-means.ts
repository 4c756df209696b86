import type { Centres, Points } from "./points.js";

/** Updates by single rows before the sums are worked out anew, so that rounding can't build up. */
const refreshAfter = 8;

/** Weighted means of the clusters, kept up as rows move between them. */
export class ClusterMeans {
  private readonly sums: Float64Array;
  private readonly mass: Float64Array;
  /** Rows of positive weight: unlike the mass it is exact. */
  private readonly members: Int32Array;
  private age = refreshAfter;

  constructor(
    private readonly points: Points,
    private readonly weights: Float64Array,
    private readonly k: number,
  ) {
    this.sums = new Float64Array(k * points.columns);
    this.mass = new Float64Array(k);
    this.members = new Int32Array(k);
  }

  /** Takes a row from one cluster (-1: none) to another. */
  move(row: number, from: number, to: number): void {
    // All sums are about to be worked out anew.
    if (this.age >= refreshAfter) return;
    if (from >= 0) this.count(row, from, -1);
    this.count(row, to, 1);
  }

  /** The mean of every cluster; `before` are the centres by which the labels were given. */
  centres(labels: Int32Array, before: Centres): Float64Array {
    if (this.age++ >= refreshAfter) {
      this.age = 0;
      this.sums.fill(0);
      this.mass.fill(0);
      this.members.fill(0);
      labels.forEach((label, row) => this.count(row, label, 1));
    }
    if (this.members.includes(0)) {
      this.relocate(labels, before);
      this.age = refreshAfter;
    }
    const { sums, mass, members, k } = this;
    const p = this.points.columns;
    const out = new Float64Array(k * p);
    const largest = mass.indexOf(mass.reduce((a, b) => Math.max(a, b)));
    for (let c = 0; c < k; c++) {
      // With fewer different rows than clusters some stay empty: they sit on the largest.
      const from = members[c] > 0 ? c : largest;
      for (let j = 0; j < p; j++) out[c * p + j] = sums[from * p + j] / mass[from];
    }
    return out;
  }

  private count(row: number, cluster: number, sign: 1 | -1): void {
    const weight = this.weights[row];
    if (weight === 0) return;
    this.points.add(row, sign * weight, this.sums, cluster * this.points.columns);
    this.mass[cluster] += sign * weight;
    this.members[cluster] += sign;
  }

  /** Gives each empty cluster one of the rows that are farthest from their centres. */
  private relocate(labels: Int32Array, before: Centres): void {
    const { points, weights, members } = this;
    const distances = new Float64Array(points.rows);
    for (let row = 0; row < points.rows; row++)
      if (weights[row] > 0) distances[row] = points.distance(row, before, labels[row]);
    const empty = Array.from(members.keys()).filter((c) => members[c] === 0);
    for (const cluster of empty) {
      let farthest = 0;
      for (let row = 1; row < points.rows; row++) if (distances[row] > distances[farthest]) farthest = row;
      // More clusters than different rows: nowhere to go.
      if (!(distances[farthest] > 0)) return;
      distances[farthest] = 0;
      this.count(farthest, labels[farthest], -1);
      this.count(farthest, cluster, 1);
    }
  }
}

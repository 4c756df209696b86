import type { FitRun } from "@strata-ml/core";
import { groupCentres } from "./centre-groups.js";
import { nearestRows } from "../kernels/nearest.js";
import { type Centres, centresOf, type Points } from "./points.js";

/** Slack of every comparison of bounds, far above rounding: a point too close to call is worked out in full. */
const slack = 1 + 1e-9;
const rowsPerBreath = 8192;
/** Centres from which groups pay where all distances of a row are worked out together. */
const manyCentres = 100;

/** Called for a row whose label changes; `from` is -1 the first time. */
export type Change = (row: number, from: number, to: number) => void;

/**
 * Which centre each row is nearest to, kept up while centres move. For every row it knows an upper bound of the distance
 * to its own centre, and for each group of other centres a lower bound; by the triangle inequality most rows need no
 * distance at all (Hamerly, 2010, with one group; Ding et al., "Yinyang K-means", 2015, with one for ten of many).
 * The result is what working out every distance would give.
 */
export class Assignment {
  /** Centre of each row; -1 before the first {@link update}. */
  readonly labels: Int32Array;
  private readonly groups: number;
  /** Centres by group, as `groupCentres` gives them. */
  private readonly order: Int32Array;
  private readonly first: Int32Array;
  private readonly groupOf: Int32Array;
  /** Bounds as of a time when nothing had moved: what has moved since is added when they are read. */
  private readonly upper: Float64Array;
  private readonly lower: Float64Array;
  /** How far each centre, and the fastest centre of each group, has moved in all. */
  private readonly moved: Float64Array;
  private readonly groupMoved: Float64Array;
  private readonly distances: Float64Array;
  /** Rows that {@link updateTogether} works on. */
  private readonly open = new Int32Array(nearestRows);
  /** Squared distance of the row at hand to its own centre. */
  private own = 0;

  constructor(
    private readonly points: Points,
    initial: Centres,
  ) {
    const k = initial.count;
    // The distances that groups save cost less than asking about each group while there are not many.
    const isOne = points.nearest !== undefined && k < manyCentres;
    const groups = isOne ? 1 : Math.max(1, Math.floor(k / 10));
    const grouping = groupCentres(initial, points.columns, groups);
    this.order = grouping.order;
    this.first = grouping.first;
    this.groups = grouping.first.length - 1;
    this.groupOf = new Int32Array(k);
    for (let g = 0; g < this.groups; g++)
      for (let at = this.first[g]; at < this.first[g + 1]; at++)
        if (this.order[at] >= 0) this.groupOf[this.order[at]] = g;
    this.labels = new Int32Array(points.rows).fill(-1);
    this.upper = new Float64Array(points.rows);
    this.lower = new Float64Array(points.rows * this.groups);
    this.moved = new Float64Array(k);
    this.groupMoved = new Float64Array(this.groups);
    this.distances = new Float64Array(this.order.length);
  }

  /** Takes in how far each centre moved. */
  move(shifts: Float64Array): void {
    const fastest = new Float64Array(this.groups);
    shifts.forEach((shift, k) => {
      this.moved[k] += shift;
      fastest[this.groupOf[k]] = Math.max(fastest[this.groupOf[k]], shift);
    });
    fastest.forEach((shift, g) => (this.groupMoved[g] += shift));
  }

  /** Assigns every row to its nearest centre, the first of equals, and calls `change` for each whose label changes. */
  async update(centres: Centres, run: FitRun, change: Change): Promise<number> {
    const grouped = this.inGroupOrder(centres);
    const gaps = halfGaps(centres, this.points);
    let changes = 0;
    for (let start = 0; start < this.points.rows; start += rowsPerBreath) {
      const end = Math.min(this.points.rows, start + rowsPerBreath);
      changes +=
        this.updateTogether(start, end, centres, gaps, change) ??
        this.updateRows(start, end, centres, grouped, gaps, change);
      await run.breathe();
    }
    return changes;
  }

  private updateRows(
    start: number,
    end: number,
    centres: Centres,
    grouped: Centres,
    gaps: Float64Array,
    change: Change,
  ): number {
    let changes = 0;
    for (let row = start; row < end; row++) {
      const from = this.labels[row];
      if (from >= 0 && this.isSettled(row, from, centres, gaps)) continue;
      const to = this.search(row, from, grouped);
      if (to === from) continue;
      this.labels[row] = to;
      change(row, from, to);
      changes++;
    }
    return changes;
  }

  /**
   * With one group, all rows that the bounds leave open at once, where that is quicker: their distances to all centres
   * give the labels and bounds that {@link search} gives.
   */
  private updateTogether(
    start: number,
    end: number,
    centres: Centres,
    gaps: Float64Array,
    change: Change,
  ): number | undefined {
    const { points, labels, upper, lower, moved, groupMoved, open } = this;
    if (this.groups > 1 || points.nearest === undefined) return undefined;
    let changes = 0;
    for (let row = start; row < end; ) {
      let count = 0;
      for (; row < end && count < nearestRows; row++) {
        const label = labels[row];
        if (label >= 0) {
          const bound = Math.max(gaps[label], lower[row] - groupMoved[0]);
          if ((upper[row] + moved[label]) * slack < bound) continue;
        }
        open[count++] = row;
      }
      const found = count === 0 ? undefined : points.nearest(open, count, centres);
      if (count > 0 && found === undefined) return undefined;
      for (let i = 0; i < count; i++) {
        const at = open[i];
        const to = found!.labels[i];
        upper[at] = Math.sqrt(found!.least[i]) - moved[to];
        lower[at] = Math.sqrt(found!.second[i]) + groupMoved[0];
        if (to === labels[at]) continue;
        change(at, labels[at], to);
        labels[at] = to;
        changes++;
      }
    }
    return changes;
  }

  /** Whether no other centre can be as near as the row's own. */
  private isSettled(row: number, label: number, centres: Centres, gaps: Float64Array): boolean {
    const { upper, lower, groups, moved, groupMoved } = this;
    let bound = Number.POSITIVE_INFINITY;
    for (let g = 0, at = row * groups; g < groups; g++, at++) {
      const low = lower[at] - groupMoved[g];
      if (low < bound) bound = low;
    }
    if (gaps[label] > bound) bound = gaps[label];
    if ((upper[row] + moved[label]) * slack < bound) return true;
    this.own = this.points.distance(row, centres, label);
    const own = Math.sqrt(this.own);
    upper[row] = own - moved[label];
    return own * slack < bound;
  }

  /** The nearest centre among those of groups that may hold one; renews the bounds of those groups. */
  private search(row: number, label: number, grouped: Centres): number {
    const { upper, lower, groups, moved, groupMoved, order, first, distances, groupOf, own } = this;
    let best = label;
    // Squared distance to the best so far.
    let least = label < 0 ? Number.POSITIVE_INFINITY : own;
    for (let g = 0, at = row * groups; g < groups; g++, at++) {
      const low = lower[at] - groupMoved[g];
      if (label >= 0 && low > 0 && low * low > least * slack) continue;
      this.points.distances(row, grouped, first[g], first[g + 1], distances);
      let nearest = Number.POSITIVE_INFINITY;
      let which = -1;
      let second = Number.POSITIVE_INFINITY;
      for (let c = first[g]; c < first[g + 1]; c++) {
        const distance = distances[c - first[g]];
        if (order[c] === label || order[c] < 0) continue;
        if (distance < nearest) {
          second = nearest;
          nearest = distance;
          which = order[c];
        } else if (distance < second) second = distance;
      }
      lower[at] = Math.sqrt(nearest) + groupMoved[g];
      if (nearest < least || (nearest === least && which < best && which >= 0)) {
        this.demote(row, best, least);
        lower[at] = Math.sqrt(second) + groupMoved[g];
        best = which;
        least = nearest;
      }
    }
    if (best !== label) {
      upper[row] = Math.sqrt(least) - moved[best];
      // The old centre is now one of the others of its group.
      if (label >= 0) {
        const at = row * groups + groupOf[label];
        lower[at] = Math.min(lower[at], Math.sqrt(own) + groupMoved[groupOf[label]]);
      }
    }
    return best;
  }

  /** A centre that was the best until a nearer one came counts among the others of its group again. */
  private demote(row: number, centre: number, distance: number): void {
    if (centre < 0 || centre === this.labels[row]) return;
    const g = this.groupOf[centre];
    const at = row * this.groups + g;
    this.lower[at] = Math.min(this.lower[at], Math.sqrt(distance) + this.groupMoved[g]);
  }

  private inGroupOrder(centres: Centres): Centres {
    const p = this.points.columns;
    const data = new Float64Array(this.order.length * p);
    this.order.forEach((k, at) => k >= 0 && data.set(centres.data.subarray(k * p, (k + 1) * p), at * p));
    return centresOf(data, this.order.length);
  }
}

/**
 * Half the distance from each centre to its nearest other: a row closer than that to its centre is settled.
 * Zeros, which settle nothing, where working them out would cost more than they save.
 */
function halfGaps({ count, data }: Centres, { rows, columns: p }: Points): Float64Array {
  const gaps = new Float64Array(count);
  if (count * count > rows / 2) return gaps;
  gaps.fill(Number.POSITIVE_INFINITY);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      let squares = 0;
      for (let j = 0; j < p; j++) squares += (data[a * p + j] - data[b * p + j]) ** 2;
      const half = Math.sqrt(squares) / 2;
      if (half < gaps[a]) gaps[a] = half;
      if (half < gaps[b]) gaps[b] = half;
    }
  }
  return gaps;
}

/** What a split is judged by. A splitter enters a node, then moves its rows one by one from the right side to the left. */
export interface Criterion {
  /** Numbers in a node's value. */
  readonly outputs: number;
  /** Takes the rows `rows[start..end)` as the node. */
  enter(rows: Int32Array, start: number, end: number): void;
  /** Total weight of the node. */
  readonly weight: number;
  readonly impurity: number;
  /** Whether no split can make the node purer. */
  readonly pure: boolean;
  /** The node's value, appended to a list. */
  pushValue(out: number[]): void;
  /** Puts all rows right again. */
  reset(): void;
  moveLeft(row: number): void;
  leftWeight(): number;
  /** Grows with the decrease of impurity that the split here brings; comparable within a node. */
  score(): number;
  /** Decrease of the node's impurity by the split here, weighted by the node's share of `totalWeight`. */
  improvement(totalWeight: number): number;
}

/** Impurity of class counts (weights) that sum to `total`. */
type ClassImpurity = (counts: Float64Array, total: number) => number;

/** 1 - sum of squared shares. */
export const gini: ClassImpurity = (counts, total) => {
  let squares = 0;
  for (let k = 0; k < counts.length; k++) squares += counts[k] * counts[k];
  return 1 - squares / (total * total);
};

/** Shannon's, in bits. */
export const entropy: ClassImpurity = (counts, total) => {
  let sum = 0;
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] > 0) sum -= (counts[k] / total) * Math.log2(counts[k] / total);
  }
  return sum;
};

/** Class counts under an impurity; a node's value is its class shares. */
export class ClassCriterion implements Criterion {
  readonly outputs: number;
  weight = 0;
  impurity = 0;
  pure = true;
  private readonly total: Float64Array;
  private readonly left: Float64Array;
  private readonly right: Float64Array;

  constructor(
    private readonly codes: Int32Array,
    private readonly weights: Float64Array,
    classes: number,
    private readonly impurityOf: ClassImpurity,
  ) {
    this.outputs = classes;
    this.total = new Float64Array(classes);
    this.left = new Float64Array(classes);
    this.right = new Float64Array(classes);
  }

  enter(rows: Int32Array, start: number, end: number): void {
    const { total, codes, weights } = this;
    total.fill(0);
    for (let p = start; p < end; p++) total[codes[rows[p]]] += weights[rows[p]];
    this.weight = sum(total);
    this.impurity = this.impurityOf(total, this.weight);
    this.pure = total.filter((count) => count > 0).length < 2;
    this.reset();
  }

  pushValue(out: number[]): void {
    for (const count of this.total) out.push(count / this.weight);
  }

  reset(): void {
    this.left.fill(0);
    this.right.set(this.total);
  }

  moveLeft(row: number): void {
    const k = this.codes[row];
    this.left[k] += this.weights[row];
    this.right[k] -= this.weights[row];
  }

  leftWeight(): number {
    return sum(this.left);
  }

  score(): number {
    const left = sum(this.left);
    const right = this.weight - left;
    return -right * this.impurityOf(this.right, right) - left * this.impurityOf(this.left, left);
  }

  improvement(totalWeight: number): number {
    return (this.weight * this.impurity + this.score()) / totalWeight;
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k];
  return total;
}

/** Squared error about the mean; a node's value is the weighted mean. */
export class SquaredErrorCriterion implements Criterion {
  readonly outputs = 1;
  weight = 0;
  impurity = 0;
  pure = true;
  private mean = 0;
  /** Weight and sum of the rows on the left; sums are of deviations from the node's mean, which keeps their precision. */
  private readonly left = new Float64Array(2);

  constructor(
    private readonly y: Float64Array,
    private readonly weights: Float64Array,
  ) {}

  enter(rows: Int32Array, start: number, end: number): void {
    const { y, weights } = this;
    let weight = 0;
    let total = 0;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let p = start; p < end; p++) {
      const row = rows[p];
      weight += weights[row];
      total += weights[row] * y[row];
      least = Math.min(least, y[row]);
      most = Math.max(most, y[row]);
    }
    this.pure = least === most;
    // The mean of equal values is that value, also where its sum is rounded.
    const mean = this.pure ? least : total / weight;
    let squares = 0;
    for (let p = start; p < end; p++) squares += weights[rows[p]] * (y[rows[p]] - mean) ** 2;
    this.weight = weight;
    this.mean = mean;
    this.impurity = squares / weight;
    this.reset();
  }

  pushValue(out: number[]): void {
    out.push(this.mean);
  }

  reset(): void {
    this.left.fill(0);
  }

  moveLeft(row: number): void {
    const weight = this.weights[row];
    this.left[0] += weight;
    this.left[1] += weight * (this.y[row] - this.mean);
  }

  leftWeight(): number {
    return this.left[0];
  }

  // Deviations from the node's mean sum to zero, so the right side's sum is the left's, negated.
  score(): number {
    const [weight, total] = this.left;
    return total * total * (1 / weight + 1 / (this.weight - weight));
  }

  improvement(totalWeight: number): number {
    return this.score() / totalWeight;
  }
}

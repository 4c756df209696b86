/** Share of the bins that lie evenly between both tails; each tail holds as many rows as one of these bins. */
const middleShare = 0.75;
/** By so much sums of sizes, which are at most 1, may be off. */
const rounding = 1e-12;

/** Finds thresholds of one feature after another, in the same scratch memory. */
export class TailThresholds {
  /** Where in the values each distinct one ends, and how much of the bins it would take, so that all take 1. */
  private ends = new Int32Array(0);
  private sizes = new Float64Array(0);

  /**
   * Thresholds of ascending values of more than `maxBins` distinct ones, finer at both ends: three quarters of the bins
   * have about equal weight, and the outermost such bin on either side is divided into an eighth of all bins, since that
   * is where rare values are that tell. A value too frequent for one bin has one of its own, and the rest is spread over
   * the others.
   */
  of(present: Float64Array, weights: Float64Array | undefined, maxBins: number): Float64Array {
    const count = this.measure(present, weights, maxBins);
    const { ends, sizes } = this;
    const cuts = evenCuts(sizes.subarray(0, count), maxBins);
    return Float64Array.from(cuts, (at) => middle(present[ends[at]], present[ends[at] + 1]));
  }

  /** Fills in ends and sizes; gives how many distinct values there are. */
  private measure(present: Float64Array, weights: Float64Array | undefined, maxBins: number): number {
    const { length } = present;
    if (this.sizes.length < length) {
      this.ends = new Int32Array(length);
      this.sizes = new Float64Array(length);
    }
    const { ends, sizes } = this;
    const inMiddle = Math.max(1, Math.round(middleShare * maxBins));
    // Of all rows, and of all bins, what each tail holds.
    const tail = 1 / Math.max(3, inMiddle);
    const below = (maxBins - inMiddle) / 2 / maxBins;
    const inTail = below / tail;
    const slope = (1 - 2 * below) / (1 - 2 * tail);
    const perRow = 1 / (weights === undefined ? length : weights.reduce((sum, weight) => sum + weight, 0));
    let count = 0;
    let upTo = 0;
    let last = 0;
    for (let i = 0; i < length; i++) {
      upTo += weights === undefined ? 1 : weights[i];
      if (i + 1 < length && present[i + 1] === present[i]) continue;
      const share = upTo * perRow;
      let here = below + (share - tail) * slope;
      if (share < tail) here = share * inTail;
      else if (share > 1 - tail) here = 1 - (1 - share) * inTail;
      ends[count] = i;
      sizes[count++] = here - last;
      last = here;
    }
    return count;
  }
}

/**
 * Cuts things in a row into at most `maxBins` parts of about equal size: the positions after which a cut lies. What is too
 * large for one part has one of its own, and the rest is spread over the others.
 *
 * @param sizes that sum to 1
 */
export function evenCuts(sizes: Float64Array, maxBins: number): number[] {
  const most = capAt(sizes, maxBins);
  const out: number[] = [];
  let below = 0;
  let edge = most;
  for (let i = 0; i + 1 < sizes.length && out.length < maxBins - 1; i++) {
    const before = below;
    below += Math.min(sizes[i], most);
    if (below < edge - rounding) continue;
    // The edge of a part lies here: the cut goes to the nearer end.
    const at = edge - before < below - edge && i > 0 ? i - 1 : i;
    if (out.at(-1) !== at) out.push(at);
    edge += most;
  }
  return out;
}

/** The size that a bin has where no value takes more than one: the sizes so cut sum to it times `maxBins`. */
function capAt(sizes: Float64Array, maxBins: number): number {
  let most = 1 / maxBins;
  // A lower cap finds more values above it; it falls until it finds no more, or, by rounding, fewer.
  for (let heavy = -1; ; ) {
    let count = 0;
    let rest = 0;
    for (let i = 0; i < sizes.length; i++) {
      if (sizes[i] > most) count++;
      else rest += sizes[i];
    }
    if (count <= heavy || count >= maxBins) return most;
    heavy = count;
    most = rest / (maxBins - count);
  }
}

/** A number t with a <= t < b, half way between where rounding allows. */
export function middle(a: number, b: number): number {
  const half = a / 2 + b / 2;
  return half < b && half >= a ? half : a;
}

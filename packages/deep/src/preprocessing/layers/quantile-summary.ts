/** Numbers in ascending order, with how many each stands for. */
interface Summary {
  readonly values: Float32Array;
  readonly weights: Float32Array;
}

/**
 * Boundaries of `bins` bins of about equal weight, missing numbers left out; fewer where there are fewer numbers. The quantile summary
 * of Keras's Discretization, in single precision as there: at most about 1 / epsilon numbers, interpolated between.
 */
export function quantileBoundaries(
  numbers: ArrayLike<number>,
  bins: number,
  epsilon: number,
  weightOf?: (place: number) => number,
): Float64Array {
  const there: { readonly value: number; readonly weight: number }[] = [];
  for (let k = 0; k < numbers.length; k++) {
    const weight = weightOf?.(k) ?? 1;
    if (!Number.isNaN(numbers[k]) && weight > 0) there.push({ value: Math.fround(numbers[k]), weight });
  }
  if (there.length === 0) return new Float64Array(0);
  there.sort((a, b) => a.value - b.value);
  const even = there.every(({ weight }) => weight === there[0].weight);
  const summary = compress(even ? thinned(there, epsilon) : whole(there), epsilon);
  return Float64Array.from(compress(summary, 1 / bins).values.subarray(0, -1));
}

/** Every so many-th number, for those before it, too. */
function thinned(sorted: readonly { readonly value: number }[], epsilon: number): Summary {
  const step = Math.max(sorted.length / (1 / epsilon), 1);
  const kept: number[] = [];
  for (let at = Math.trunc(step - 1); at < sorted.length; at += Math.trunc(step)) kept.push(sorted[at].value);
  return { values: Float32Array.from(kept), weights: new Float32Array(kept.length).fill(step) };
}

/** All numbers with their weights: where these differ none can be left out. */
function whole(sorted: readonly { readonly value: number; readonly weight: number }[]): Summary {
  const values = Float32Array.from(sorted, ({ value }) => value);
  return { values, weights: Float32Array.from(sorted, ({ weight }) => weight) };
}

/** A summary at even steps of `epsilon` of the whole weight, interpolated; as it is where it is shorter already. */
function compress(summary: Summary, epsilon: number): Summary {
  if (summary.values.length * epsilon < 1) return summary;
  const reached = new Float32Array(summary.values.length);
  let sum = 0;
  for (let i = 0; i < reached.length; i++) {
    sum = Math.fround(sum + summary.weights[i]);
    reached[i] = sum;
  }
  const shares = reached.map((weight) => weight / sum);
  const steps = Array.from({ length: Math.ceil(1 / epsilon) }, (_, i) => epsilon + i * epsilon);
  const ends = steps.map((share) => interpolate(share, shares, reached));
  return {
    values: Float32Array.from(steps, (share) => interpolate(share, shares, summary.values)),
    weights: Float32Array.from(ends, (end, i) => end - (ends[i - 1] ?? 0)),
  };
}

/** The piecewise linear function through (xs, ys) at x, its end values beyond the ends. */
function interpolate(x: number, xs: Float32Array, ys: Float32Array): number {
  const last = xs.length - 1;
  if (x >= xs[last]) return ys[last];
  if (x < xs[0]) return ys[0];
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  if (xs[low] === x) return ys[low];
  return ((ys[low + 1] - ys[low]) / (xs[low + 1] - xs[low])) * (x - xs[low]) + ys[low];
}

import type { Awaitable } from "../estimator/capabilities.js";

/** A point on the line: the step, the value there and the slope along the direction. */
export interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

export interface LineSearchOptions {
  /** First step to try. */
  readonly first: number;
  /** Longest step to try. */
  readonly longest: number;
  /** A rise this small can't be told from rounding. */
  readonly noise: number;
}

const sufficientDecrease = 1e-4;
const curvature = 0.9;
const maxEvaluations = 40;

/**
 * A step that satisfies the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.5
 * and 3.6, with cubic interpolation). Values that aren't finite count as too high. Within `noise` of the start the
 * slopes alone decide, as in Hager and Zhang's approximate Wolfe conditions (2005), so that a minimiser can go on
 * until the gradient itself is rounding.
 *
 * @returns The point, which is also the last one evaluated; undefined where no step lowers the value.
 */
export async function strongWolfe(
  origin: LinePoint,
  evaluate: (step: number) => Awaitable<LinePoint>,
  { first, longest, noise }: LineSearchOptions,
): Promise<LinePoint | undefined> {
  const tooHigh = (point: LinePoint): boolean =>
    !(point.value <= origin.value + sufficientDecrease * point.step * origin.slope + noise);
  const flatEnough = (point: LinePoint): boolean => Math.abs(point.slope) <= -curvature * origin.slope;

  // `low` holds the best step so far that is not too high, `high` the other end of the bracket.
  let low = origin;
  let high: LinePoint | undefined;
  let step = Math.min(first, longest);
  let last = origin;
  for (let n = 0; n < maxEvaluations; n++) {
    const point = await evaluate(step);
    last = point;
    if (tooHigh(point) || point.value > low.value + noise) {
      high = point;
    } else {
      if (flatEnough(point)) return point;
      if (high === undefined ? point.slope > 0 : point.slope * (high.step - low.step) >= 0) high = low;
      low = point;
      if (high === undefined && point.step >= longest) return point;
    }
    if (high === undefined) {
      step = Math.min(longest, Math.max(2 * low.step, Math.min(8 * low.step, extrapolated(origin, low))));
    } else {
      if (Math.abs(high.step - low.step) <= 1e-16 * Math.max(1, low.step)) break;
      step = interpolated(low, high, noise);
    }
  }
  if (!(low.value < origin.value)) return undefined;
  return low === last ? low : await evaluate(low.step);
}

/** Where the slopes of two points meet zero. */
function extrapolated(a: LinePoint, b: LinePoint): number {
  const step = b.step - (b.slope * (b.step - a.step)) / (b.slope - a.slope);
  return Number.isFinite(step) ? step : 0;
}

/** The minimum of the cubic through both ends, kept away from them; by slopes alone where the values differ by rounding. */
function interpolated(a: LinePoint, b: LinePoint, noise: number): number {
  const width = b.step - a.step;
  let step: number;
  if (Math.abs(a.value - b.value) <= noise) step = extrapolated(a, b);
  else {
    const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
    const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - a.slope * b.slope);
    step = b.step - (width * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  }
  const part = (step - a.step) / width;
  return part > 0.05 && part < 0.95 ? step : a.step + width / 2;
}

import { describe, ParamError } from "../errors.js";
import type { Awaitable } from "../estimator/capabilities.js";
import { type LinePoint, strongWolfe } from "./line-search.js";

/** A smooth function: returns its value at `x` and writes its gradient. */
export type Objective = (x: Float64Array, gradient: Float64Array) => Awaitable<number>;

export interface LbfgsOptions {
  /** Done when no entry of the gradient is larger in size. */
  readonly tol: number;
  readonly maxIter: number;
  /** Pairs of steps and gradient changes that stand for the Hessian; default 10. */
  readonly memory?: number;
  /** Rounding error of the objective's values, relative to the larger of them and 1; default that of float64. */
  readonly precision?: number;
  /**
   * Called after each iteration with the length of its step along the direction; may throw to stop. The objective was
   * called last where the step led.
   */
  readonly onIteration?: (
    iteration: number,
    value: number,
    gradientSize: number,
    step: number,
  ) => Awaitable<void>;
}

export interface LbfgsResult {
  /** Where it ended. */
  readonly x: Float64Array;
  readonly value: number;
  /** Largest entry of the gradient in size. */
  readonly gradientSize: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** `gradient`: within `tol`; `precision`: no lower value can be told from rounding; else not converged. */
  readonly stopped: "gradient" | "precision" | "maxIter" | "lineSearch";
  readonly converged: boolean;
}

/**
 * Minimises a smooth function by limited-memory BFGS (Nocedal, 1980; Liu and Nocedal, 1989) with a strong Wolfe line
 * search. `start` stays as it is. The search steps back from where values are not finite.
 *
 * @throws ParamError for options out of range; rejects with what the objective or the callback throws.
 * @example
 * const result = await minimise((x, g) => { g[0] = 2 * (x[0] - 3); return (x[0] - 3) ** 2; }, Float64Array.of(0), { tol: 1e-9, maxIter: 50 });
 * result.x[0]; // 3
 */
export async function minimise(
  objective: Objective,
  start: Float64Array,
  { tol, maxIter, memory = 10, precision = Number.EPSILON, onIteration }: LbfgsOptions,
): Promise<LbfgsResult> {
  requireOption("tol", tol, "a number >= 0", tol >= 0);
  requireOption("maxIter", maxIter, "a whole number >= 0", Number.isInteger(maxIter) && maxIter >= 0);
  requireOption("memory", memory, "a whole number >= 1", Number.isInteger(memory) && memory >= 1);
  requireOption("precision", precision, "a number > 0", precision > 0);
  const n = start.length;
  let x = start.slice();
  let gradient = new Float64Array(n);
  let trial = new Float64Array(n);
  let trialGradient = new Float64Array(n);
  const direction = new Float64Array(n);
  const history = new History(n, memory);
  let value = await objective(x, gradient);
  let evaluations = 1;
  let iterations = 0;
  let lowest = { value, size: largest(gradient) };
  let idle = 0;
  const finish = (stopped: LbfgsResult["stopped"]): LbfgsResult => ({
    x,
    value,
    gradientSize: largest(gradient),
    iterations,
    evaluations,
    stopped,
    converged: stopped === "gradient" || stopped === "precision",
  });

  while (!(largest(gradient) <= tol)) {
    if (iterations >= maxIter) return finish("maxIter");
    history.descend(gradient, direction);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      history.clear();
      history.descend(gradient, direction);
      slope = dot(gradient, direction);
    }
    const noise = 16 * precision * Math.max(1, Math.abs(value));
    const origin: LinePoint = { step: 0, value, slope };
    const accepted = await strongWolfe(
      origin,
      async (step) => {
        for (let i = 0; i < n; i++) trial[i] = x[i] + step * direction[i];
        const at = await objective(trial, trialGradient);
        evaluations++;
        return { step, value: at, slope: dot(trialGradient, direction) };
      },
      { first: history.isEmpty ? Math.min(1, 1 / Math.sqrt(-slope)) : 1, longest: 1e10, noise },
    );
    if (accepted === undefined) {
      if (-slope <= noise) return finish("precision");
      if (history.isEmpty) return finish("lineSearch");
      history.clear();
      continue;
    }
    iterations++;
    history.add(x, trial, gradient, trialGradient);
    [x, trial] = [trial, x];
    [gradient, trialGradient] = [trialGradient, gradient];
    value = accepted.value;
    const size = largest(gradient);
    await onIteration?.(iterations, value, size, accepted.step);
    // Neither a lower value nor a smaller gradient for a while: both are as small as rounding lets them be.
    const lower = value < lowest.value - precision * Math.abs(lowest.value);
    idle = lower || size < 0.9 * lowest.size ? 0 : idle + 1;
    lowest = { value: Math.min(lowest.value, value), size: Math.min(lowest.size, size) };
    if (idle >= 10 && size > tol) return finish("precision");
  }
  return finish("gradient");
}

function requireOption(name: string, value: unknown, expected: string, holds: boolean): void {
  if (!holds) throw new ParamError("minimise", `${name} must be ${expected}, received ${describe(value)}`);
}

/** The last pairs (step, change of gradient) in a ring, and the two-loop recursion over them. */
class History {
  private readonly steps: Float64Array[];
  private readonly changes: Float64Array[];
  private readonly rho: Float64Array;
  private readonly alpha: Float64Array;
  private held = 0;
  private next = 0;

  constructor(
    n: number,
    private readonly memory: number,
  ) {
    this.steps = Array.from({ length: memory }, () => new Float64Array(n));
    this.changes = Array.from({ length: memory }, () => new Float64Array(n));
    this.rho = new Float64Array(memory);
    this.alpha = new Float64Array(memory);
  }

  get isEmpty(): boolean {
    return this.held === 0;
  }

  clear(): void {
    this.held = 0;
  }

  add(x: Float64Array, newX: Float64Array, gradient: Float64Array, newGradient: Float64Array): void {
    const s = this.steps[this.next];
    const y = this.changes[this.next];
    for (let i = 0; i < s.length; i++) {
      s[i] = newX[i] - x[i];
      y[i] = newGradient[i] - gradient[i];
    }
    const curvature = dot(s, y);
    if (!(curvature > Number.EPSILON * dot(y, y))) return;
    this.rho[this.next] = 1 / curvature;
    this.next = (this.next + 1) % this.memory;
    this.held = Math.min(this.held + 1, this.memory);
  }

  /** Writes minus the inverse Hessian times the gradient into `out`. */
  descend(gradient: Float64Array, out: Float64Array): void {
    const { steps, changes, rho, alpha, memory, held, next } = this;
    for (let i = 0; i < out.length; i++) out[i] = -gradient[i];
    if (held === 0) return;
    for (let age = 1; age <= held; age++) {
      const at = (next - age + memory) % memory;
      alpha[at] = rho[at] * dot(steps[at], out);
      addScaled(out, -alpha[at], changes[at]);
    }
    const newest = (next - 1 + memory) % memory;
    const scale = 1 / (rho[newest] * dot(changes[newest], changes[newest]));
    for (let i = 0; i < out.length; i++) out[i] *= scale;
    for (let age = held; age >= 1; age--) {
      const at = (next - age + memory) % memory;
      addScaled(out, alpha[at] - rho[at] * dot(changes[at], out), steps[at]);
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(target: Float64Array, factor: number, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * values[i];
}

function largest(values: Float64Array): number {
  let size = 0;
  // Not Math.max: a NaN must come out as one.
  for (let i = 0; i < values.length; i++) {
    const value = Math.abs(values[i]);
    if (!(value <= size)) size = value;
  }
  return size;
}

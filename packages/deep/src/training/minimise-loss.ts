import { type FitRun, minimise, type Objective, StrataError } from "@strata-ml/core";
import { loadGradients } from "../backend/gradients.js";
import { currentBackend } from "../backend/select-backend.js";
import type { Network } from "../network/network.js";
import { evaluatedRows, type Judge } from "./evaluation.js";
import { summedLosses } from "./full-batch.js";
import { epochProgress, extendedHistory, noHistory } from "./progress.js";
import type { Trained } from "./trainer.js";
import type { TrainingRows } from "./training-rows.js";

/** Rounding error of float32, in which a network's losses are computed. */
const precision = 2 ** -24;

export interface MinimisePlan {
  readonly network: Network;
  readonly judge: Pick<Judge, "loss" | "offset">;
  readonly train: TrainingRows;
  readonly validation: TrainingRows | undefined;
  /** Half of it times the squares of the weights `of` these names is added to the mean loss. */
  readonly penalty: { readonly strength: number; readonly of: readonly string[] };
  readonly tol: number;
  readonly maxIter: number;
  readonly seed: number;
  /** Weights to go on from, and the history of what made them. */
  readonly start: Trained | undefined;
}

/**
 * Minimises the weighted mean loss of all rows by L-BFGS, from a network's first weights or those to go on from. An iteration
 * is an epoch of history and progress. The same plan gives the same weights, bit for bit.
 *
 * @throws StrataError for a loss that is not finite to begin with, or of the validation rows; rejects as the run does when aborted.
 */
export async function minimiseLoss(plan: MinimisePlan, run: FitRun): Promise<Trained> {
  const { network, judge, validation, tol, maxIter, start } = plan;
  const { layout } = network;
  await currentBackend();
  await loadGradients();
  const weights = start?.weights.slice() ?? layout.initial(plan.seed);
  const trained = weights.subarray(0, layout.trained);
  let history = start?.history ?? noHistory;
  const onIteration = async (done: number, loss: number, gradient: number, step: number): Promise<void> => {
    const judged =
      validation && (await evaluatedRows(network, judge, weights, validation, () => run.breathe()));
    if (judged && !Number.isFinite(judged.loss)) throw diverged(run, "validation loss", judged.loss, done);
    const measures = { loss, learningRate: step, validation: judged };
    history = extendedHistory(history, measures);
    await run.step("epoch", done, maxIter, { ...epochProgress(measures), gradient });
  };
  const options = { tol, maxIter, precision, onIteration };
  const result = await minimise(lossObjective(plan, weights, run), Float64Array.from(trained), options);
  const { x, iterations, converged, gradientSize } = result;
  if (!converged)
    run.warn(
      `no convergence after ${iterations} iterations: the gradient is ${gradientSize.toExponential(1)}, tol ${tol} (raise maxIter, or scale the features)`,
    );
  if (iterations < maxIter) await run.step("epoch", iterations, iterations);
  trained.set(x);
  return { weights, history };
}

/** The loss by the trained weights, which are written into `weights` and hold what it was called with last. */
export function lossObjective(
  { network, judge, train, penalty }: Pick<MinimisePlan, "network" | "judge" | "train" | "penalty">,
  weights: Float32Array,
  run: FitRun,
): Objective {
  const { layout } = network;
  const penalised = layout.weights.filter(({ name }) => penalty.of.includes(name));
  const rows = train.weights.length;
  let passes = 0;
  return async (x, gradient) => {
    // Value and gradient are those of the weights as float32 has them, which are what a model keeps.
    weights.set(x);
    passes++;
    gradient.fill(0);
    const sum = await summedLosses(network, judge, weights, train, gradient, () => run.breathe());
    for (let i = 0; i < gradient.length; i++) gradient[i] /= rows;
    let squares = 0;
    for (const { offset, size } of penalised) {
      for (let i = offset; i < offset + size; i++) {
        squares += weights[i] ** 2;
        gradient[i] += penalty.strength * weights[i];
      }
    }
    const value = sum / rows + 0.5 * penalty.strength * squares;
    const worst = Number.isFinite(value) ? gradient.find((slope) => !Number.isFinite(slope)) : value;
    if (worst === undefined) return value;
    // Later on the line search steps back from such a place.
    if (passes === 1) throw diverged(run, Number.isFinite(value) ? "gradient" : "loss", worst, passes);
    return Number.POSITIVE_INFINITY;
  };
}

function diverged(run: FitRun, what: string, value: number, step: number): StrataError {
  return new StrataError(
    run.owner,
    `the ${what} must stay finite, received ${value} at step ${step}: scale the features and the target`,
  );
}

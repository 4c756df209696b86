import type { FitRun, Objective } from "@strata-ml/core";
import type { DesignMatrix } from "./design-matrix.js";
import { binomialLoss, multinomialLoss } from "./logistic-loss.js";
import { WhitenedCoordinates } from "./whitened-coordinates.js";

export interface LogisticProblem {
  readonly design: DesignMatrix;
  readonly codes: Int32Array;
  readonly classes: number;
  readonly weights: Float64Array | undefined;
  /** Strength of the penalty: 1 / C, or 0 for none. */
  readonly penalty: number;
  readonly fitIntercept: boolean;
}

/**
 * The mean loss plus penalty / (2 * total weight) * ||w||², which has its minimum where
 * C * sum of losses + 0.5 ||w||² has, in {@link WhitenedCoordinates}.
 */
export interface LogisticObjective {
  readonly evaluate: Objective;
  readonly start: Float64Array;
  readonly coordinates: WhitenedCoordinates;
}

export function logisticObjective(problem: LogisticProblem, run: FitRun): LogisticObjective {
  const { design, codes, classes, weights } = problem;
  const { rows, columns, blockRows } = design;
  const outputs = classes === 2 ? 1 : classes;
  const shares = classShares(codes, classes, weights);
  const { total } = shares;
  const penalty = problem.penalty / total;
  const { coordinates, start } = whiten(problem, shares, penalty);

  const blockLoss = outputs === 1 ? binomialLoss : multinomialLoss(outputs);
  const scores = new Float64Array(blockRows * outputs);
  const w = new Float64Array(outputs * columns);
  const bias = new Float64Array(outputs);
  const byWeights = new Float64Array(outputs * columns);
  const byBias = new Float64Array(outputs);
  const blocksPerBreath = Math.max(1, Math.ceil(1e6 / (blockRows * outputs * Math.max(1, columns))));

  const evaluate = async (at: Float64Array, gradient: Float64Array): Promise<number> => {
    coordinates.toOriginal(at, w, bias);
    byBias.fill(0);
    let squares = 0;
    for (let j = 0; j < w.length; j++) {
      byWeights[j] = penalty * w[j];
      squares += w[j] * w[j];
    }
    let loss = 0;
    for (let begin = 0, block = 1; begin < rows; begin += blockRows, block++) {
      const end = Math.min(rows, begin + blockRows);
      design.scores(begin, end, w, bias, scores);
      loss += blockLoss(scores, end - begin, begin, codes, weights, 1 / total);
      design.addTransposed(begin, end, scores, outputs, byWeights);
      for (let i = 0; i < (end - begin) * outputs; i += outputs)
        for (let k = 0; k < outputs; k++) byBias[k] += scores[i + k];
      if (block % blocksPerBreath === 0) await run.breathe();
    }
    coordinates.gradient(byWeights, byBias, gradient);
    return loss / total + 0.5 * penalty * squares;
  };
  return { evaluate, start, coordinates };
}

interface ClassShares {
  /** Each class's part of the total weight. */
  readonly share: Float64Array;
  readonly total: number;
}

function classShares(codes: Int32Array, classes: number, weights: Float64Array | undefined): ClassShares {
  const share = new Float64Array(classes);
  for (let i = 0; i < codes.length; i++) share[codes[i]] += weights === undefined ? 1 : weights[i];
  const total = share.reduce((sum, value) => sum + value, 0);
  return { share: share.map((value) => value / total), total };
}

/** Coordinates from the curvature at zero coefficients, and the start there: the intercepts that give the class shares. */
function whiten(
  { design, classes, weights, fitIntercept }: LogisticProblem,
  { share, total }: ClassShares,
  penalty: number,
): { coordinates: WhitenedCoordinates; start: Float64Array } {
  const outputs = classes === 2 ? 1 : classes;
  const odds = share.map((value) => Math.log(Math.max(value, 1e-9)));
  const middle = odds.reduce((sum, value) => sum + value, 0) / classes;
  const bias = outputs === 1 ? Float64Array.of(odds[1] - odds[0]) : odds.map((value) => value - middle);
  // Mean of p (1 - p) over the classes, as the start has them; one for all of them, so that their symmetry stays.
  let perRow = 0;
  for (const p of share) perRow += (fitIntercept ? p * (1 - p) : (classes - 1) / classes ** 2) / classes;
  const curvature = { weights, totalWeight: total, perRow: Math.max(perRow, 1e-6), penalty, fitIntercept };
  const coordinates = WhitenedCoordinates.of(design, outputs, curvature);
  return { coordinates, start: coordinates.startAt(bias) };
}

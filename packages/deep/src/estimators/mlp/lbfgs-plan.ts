import type { DatasetSchema, FitRun } from "@strata-ml/core";
import type { Network } from "../../network/network.js";
import type { FeatureEncoder } from "../../preprocessing/feature-encoder.js";
import type { RowLoss } from "../../training/losses/row-loss.js";
import type { MinimisePlan } from "../../training/minimise-loss.js";
import type { Trained } from "../../training/trainer.js";
import { type LearningRows, meanWeight, trainingRows } from "../learning-rows.js";
import { mlpKernels } from "./mlp-network.js";
import type { MlpParams } from "./mlp-params.js";

interface LbfgsTask {
  readonly network: Network;
  readonly encoder: FeatureEncoder;
  readonly features: DatasetSchema;
  readonly loss: RowLoss;
  readonly train: LearningRows;
  readonly validation: LearningRows | undefined;
  readonly start: Trained | undefined;
}

/** How L-BFGS fits a perceptron: scikit-learn's objective over all rows. */
export async function lbfgsPlan(
  { alpha, tol, maxIter, seed }: MlpParams,
  { network, encoder, features, loss, train, validation, start }: LbfgsTask,
  run: FitRun,
): Promise<MinimisePlan> {
  const rowsOf = (rows: LearningRows) => trainingRows(rows, { encoder, features }, run);
  const totalWeight = meanWeight(train) * train.data.rows;
  return {
    network,
    judge: { loss, offset: new Float32Array(network.outputs) },
    train: await rowsOf(train),
    validation: validation && (await rowsOf(validation)),
    // By what rows weigh and not by their number: a row of weight 2 is as two rows.
    penalty: { strength: alpha / totalWeight, of: mlpKernels(network) },
    tol,
    maxIter,
    seed,
    start,
  };
}

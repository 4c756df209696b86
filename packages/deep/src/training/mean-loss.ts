import type { FitRun } from "@strata-ml/core";
import { type Tensor, tensor, tidy } from "../backend/tensors.js";
import type { Network } from "../network/network.js";
import { forward } from "./forward.js";
import type { RowLoss } from "./losses/row-loss.js";
import type { TrainingRows } from "./training-rows.js";

/** The weighted mean of a loss over all rows, as in prediction: without dropout, by running statistics. */
export async function meanLoss(
  network: Network,
  tensors: ReadonlyMap<string, Tensor>,
  { encoded, targets, weights }: TrainingRows,
  loss: RowLoss,
  { owner, offset, run }: { readonly owner: string; readonly offset: Float32Array; readonly run: FitRun },
): Promise<number> {
  const outputs = await forward(network, tensors, encoded, { owner, offset, breathe: () => run.breathe() });
  const shape = [encoded.rows, offset.length];
  const perRow = tidy(() => loss(tensor(Float32Array.from(outputs), shape), tensor(targets, shape)));
  const losses = await perRow.data();
  perRow.dispose();
  let sum = 0;
  let total = 0;
  for (let i = 0; i < losses.length; i++) {
    sum += weights[i] * losses[i];
    total += weights[i];
  }
  return sum / total;
}

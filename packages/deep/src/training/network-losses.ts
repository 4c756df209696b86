import { add, type Tensor } from "../backend/tensors.js";
import type { PassInputs } from "../network/evaluate.js";
import type { Network } from "../network/network.js";
import type { RowLoss } from "./losses/row-loss.js";

/** A network's outputs, `offset` added, and what its layers add to the loss of each row. */
export function networkPass(
  network: Network,
  pass: PassInputs,
  offset: Tensor,
): { readonly outputs: Tensor; readonly terms: readonly Tensor[] } {
  const terms: Tensor[] = [];
  const addLoss = (term: Tensor): void => void terms.push(term);
  return { outputs: add(network.run({ ...pass, addLoss }), offset), terms };
}

/** A network's outputs for a batch, and the loss of each row, that of its layers included. */
export function networkLosses(
  network: Network,
  pass: PassInputs,
  offset: Tensor,
  loss: RowLoss,
  targets: Tensor,
): { readonly outputs: Tensor; readonly losses: Tensor } {
  const { outputs, terms } = networkPass(network, pass, offset);
  return { outputs, losses: terms.reduce((sum, term) => add(sum, term), loss(outputs, targets)) };
}

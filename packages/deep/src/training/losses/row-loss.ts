import { mean, type Tensor } from "../../backend/tensors.js";

/** The loss of each row (a vector), from the network's outputs before any sigmoid or softmax and targets of the same shape, rows x outputs. */
export type RowLoss = (outputs: Tensor, targets: Tensor) => Tensor;

/** Mean over a row's outputs, as in Keras. */
export function meanOfOutputs(losses: Tensor): Tensor {
  return mean(losses, 1);
}

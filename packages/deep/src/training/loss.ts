import {
  absolute,
  logSoftmax,
  mul,
  neg,
  reshape,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
} from "../backend/tensors.js";

export const regressionLosses = ["squaredError", "absoluteError"] as const;
export type LossName = "binaryCrossEntropy" | "crossEntropy" | (typeof regressionLosses)[number];

/**
 * The loss of each row, from the network's outputs (rows x outputs, before any sigmoid or softmax) and targets of the
 * same shape: 0 or 1 for two classes, one-hot for more, numbers for a regression.
 */
const losses: Readonly<Record<LossName, (outputs: Tensor, targets: Tensor) => Tensor>> = {
  binaryCrossEntropy: (z, y) => reshape(sub(softplus(z), mul(y, z)), [-1]),
  crossEntropy: (z, y) => neg(sum(mul(y, logSoftmax(z)), 1)),
  squaredError: (z, y) => sum(square(sub(z, y)), 1),
  absoluteError: (z, y) => sum(absolute(sub(z, y)), 1),
};

export function rowLosses(name: LossName, outputs: Tensor, targets: Tensor): Tensor {
  return losses[name](outputs, targets);
}

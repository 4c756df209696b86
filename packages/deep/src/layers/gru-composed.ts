import {
  add,
  matMul,
  mul,
  reshape,
  sigmoid,
  slice,
  sub,
  type Tensor,
  tanh,
  zeros,
} from "../backend/tensors.js";

/** The last state of a GRU by ordinary operations: for backends whose memory our own kernel can't reach, and as its reference. */
export function composedGru(
  projected: Tensor,
  recurrent: Tensor,
  [bias, recurrentBias]: readonly [Tensor, Tensor],
  mask: Tensor,
): Tensor {
  const [steps, rows, width] = projected.shape;
  const units = width / 3;
  let state: Tensor = zeros([rows, units]);
  for (let t = 0; t < steps; t++) {
    const x = add(reshape(slice(projected, [t, 0, 0], [1, rows, width]), [rows, width]), bias);
    const product = add(matMul(state, recurrent), recurrentBias);
    const gate = (from: Tensor, k: number): Tensor => slice(from, [0, k * units], [rows, units]);
    const update = sigmoid(add(gate(x, 0), gate(product, 0)));
    const reset = sigmoid(add(gate(x, 1), gate(product, 1)));
    const candidate = tanh(add(gate(x, 2), mul(reset, gate(product, 2))));
    const next = add(candidate, mul(update, sub(state, candidate)));
    const real = slice(mask, [0, t], [rows, 1]);
    state = add(state, mul(real, sub(next, state)));
  }
  return state;
}

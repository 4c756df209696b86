import { add, elu, mul, relu, sigmoid, type Tensor, tanh } from "../backend/tensors.js";

export const activationNames = ["linear", "relu", "elu", "silu", "tanh", "sigmoid"] as const;
/** What a layer does to each of its outputs; `silu` is x sigmoid(x). */
export type Activation = (typeof activationNames)[number];

const functions: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  linear: (x) => x,
  relu: (x) => relu(x),
  elu: (x) => elu(x),
  silu: (x) => mul(x, sigmoid(x)),
  tanh: (x) => tanh(x),
  sigmoid: (x) => sigmoid(x),
};

export function activate(activation: Activation, x: Tensor): Tensor {
  return functions[activation](x);
}

/** An activation of sums and, where there is one, a bias. */
export function activated(activation: Activation, sums: Tensor, bias?: Tensor): Tensor {
  return activate(activation, bias === undefined ? sums : add(sums, bias));
}

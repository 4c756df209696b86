import {
  absolute,
  add,
  div,
  elu,
  erf,
  exp,
  leakyRelu,
  mul,
  relu,
  relu6,
  selu,
  sigmoid,
  softmax,
  softplus,
  type Tensor,
  tanh,
} from "../backend/tensors.js";
import { unnamedLike } from "../network/graph.js";
import type { Node, NumberKind } from "../network/node.js";
import { checkOneOf, type OptionOf } from "./check-option.js";

export const activationNames = [
  "linear",
  "relu",
  "relu6",
  "leakyRelu",
  "elu",
  "selu",
  "gelu",
  "geluTanh",
  "silu",
  "mish",
  "softplus",
  "softsign",
  "softmax",
  "tanh",
  "sigmoid",
  "hardSigmoid",
  "hardSilu",
  "exponential",
] as const;
/**
 * What a layer does to its outputs, as Keras's function of that name does by default: `leakyRelu` has a slope of 0.2
 * below zero, `silu` (swish) is x sigmoid(x), `geluTanh` is gelu in its approximate form, `softmax` goes over the
 * last axis.
 */
export type Activation = (typeof activationNames)[number];

const hardSigmoid = (x: Tensor): Tensor => div(relu6(add(x, 3)), 6);

const functions: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  linear: (x) => x,
  relu: (x) => relu(x),
  relu6: (x) => relu6(x),
  leakyRelu: (x) => leakyRelu(x, 0.2),
  elu: (x) => elu(x),
  selu: (x) => selu(x),
  gelu: (x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
  geluTanh: (x) => {
    const cubed = mul(mul(mul(x, x), x), 0.044715);
    return mul(mul(x, 0.5), add(tanh(mul(add(x, cubed), Math.sqrt(2 / Math.PI))), 1));
  },
  silu: (x) => mul(x, sigmoid(x)),
  mish: (x) => mul(x, tanh(softplus(x))),
  softplus: (x) => softplus(x),
  softsign: (x) => div(x, add(absolute(x), 1)),
  softmax: (x) => softmax(x),
  tanh: (x) => tanh(x),
  sigmoid: (x) => sigmoid(x),
  hardSigmoid,
  hardSilu: (x) => mul(x, hardSigmoid(x)),
  exponential: (x) => exp(x),
};

export function activate(activation: Activation, x: Tensor): Tensor {
  return functions[activation](x);
}

/** An activation of sums and, where there is one, a bias. */
export function activated(activation: Activation, sums: Tensor, bias?: Tensor): Tensor {
  return activate(activation, bias === undefined ? sums : add(sums, bias));
}

/** Throws {@link ParamError} for an activation that there is none of. */
export function checkActivation(of: OptionOf, activation: unknown): void {
  checkOneOf(of, "activation", activationNames, activation);
}

/** An activation as a layer of its own. */
export function activationLayer<K extends NumberKind>(
  owner: string,
  input: Node<K>,
  activation: Activation,
): Node<K> {
  checkActivation({ owner, layer: "activation" }, activation);
  return unnamedLike(input, input.width, [input], ([value]) => ({
    ...value,
    tensor: activate(activation, value.tensor),
  }));
}

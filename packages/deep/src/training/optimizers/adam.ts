import { ADAM, type AdamAttributes } from "../../backend/kernels/adam.js";
import { hasKernel } from "../../backend/has-kernel.js";
import {
  add,
  concat,
  div,
  engine,
  mul,
  slice,
  sqrt,
  square,
  sub,
  type Tensor,
} from "../../backend/tensors.js";
import { scaledFirst, type Update } from "./update.js";
import type { OptimizerSettings } from "./optimizer-settings.js";

/** Adam (Kingma and Ba 2015, bias corrections as in Keras), with weight decay as its name says. */
export const adamUpdate: Update<Extract<OptimizerSettings, { name: "adam" | "adamw" }>> = (
  { name, beta1, beta2, epsilon },
  { learningRate, step, weightDecay, decayed },
  weights,
  gradient,
  slots,
) => {
  const attributes: AdamAttributes = {
    rate: (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step),
    beta1,
    beta2,
    epsilon,
    decay: name === "adamw" ? learningRate * weightDecay : 0,
    penalty: name === "adam" ? weightDecay : 0,
    decayed,
  };
  const update = hasKernel(ADAM) ? fusedUpdate : composedUpdate;
  const [next, ...moments] = update(weights, gradient, slots, attributes);
  return { weights: next, slots: moments };
};

/** New weights, mean gradient and mean squared gradient. */
type Moments = (
  weights: Tensor,
  gradient: Tensor,
  slots: readonly Tensor[],
  attributes: AdamAttributes,
) => Tensor[];

const fusedUpdate: Moments = (weights, gradient, [mean, squares], attributes) =>
  engine().runKernel<Tensor[]>(ADAM, { weights, gradient, mean, square: squares }, { ...attributes });

/** The same by ordinary operations: for backends whose memory our own kernel can't reach, and as its reference. */
export const composedUpdate: Moments = (weights, gradient, [oldMean, oldSquares], attributes) => {
  const { rate, beta1, beta2, epsilon, decay, penalty, decayed } = attributes;
  const size = weights.size;
  const first = slice(weights, [0], [decayed]);
  const pull = concat([mul(first, penalty), mul(slice(weights, [decayed], [size - decayed]), 0)], 0);
  const penalised = penalty === 0 ? gradient : add(gradient, pull);
  const mean = add(oldMean, mul(sub(penalised, oldMean), 1 - beta1));
  const squares = add(oldSquares, mul(sub(square(penalised), oldSquares), 1 - beta2));
  const kept = scaledFirst(weights, decayed, 1 - decay);
  return [sub(kept, div(mul(mean, rate), add(sqrt(squares), epsilon))), mean, squares];
};

import { ADAM, type AdamAttributes } from "../backend/kernels/adam.js";
import { hasKernel } from "../backend/has-kernel.js";
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
  zeros,
} from "../backend/tensors.js";

export const optimizerNames = ["adamw", "adam"] as const;

export interface OptimizerSettings {
  readonly optimizer: (typeof optimizerNames)[number];
  readonly learningRate: number;
  /** Of `adamw` taken off the weights themselves (Loshchilov and Hutter 2019), of `adam` added to the gradient as an L2 penalty. */
  readonly weightDecay: number;
}

/** Running means of the gradient and of its square, one number a weight each. */
export interface AdamState {
  readonly mean: Tensor;
  readonly square: Tensor;
  /** Steps made so far. */
  readonly step: number;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-7;

export function adamStart(size: number): AdamState {
  return { mean: zeros([size]), square: zeros([size]), step: 0 };
}

/** One step of Adam (Kingma and Ba 2015, bias corrections as in Keras): new weights and new state, nothing changed in place. */
export function adamStep(
  { optimizer, learningRate, weightDecay }: OptimizerSettings,
  decayed: number,
  weights: Tensor,
  gradient: Tensor,
  state: AdamState,
): { readonly weights: Tensor; readonly state: AdamState } {
  const step = state.step + 1;
  const attributes: AdamAttributes = {
    rate: (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step),
    beta1,
    beta2,
    epsilon,
    decay: optimizer === "adamw" ? learningRate * weightDecay : 0,
    penalty: optimizer === "adam" ? weightDecay : 0,
    decayed,
  };
  const update = hasKernel(ADAM) ? fusedUpdate : composedUpdate;
  const [next, mean, squares] = update(weights, gradient, state, attributes);
  return { weights: next, state: { mean, square: squares, step } };
}

type Update = (weights: Tensor, gradient: Tensor, state: AdamState, attributes: AdamAttributes) => Tensor[];

const fusedUpdate: Update = (weights, gradient, state, attributes) =>
  engine().runKernel<Tensor[]>(
    ADAM,
    { weights, gradient, mean: state.mean, square: state.square },
    { ...attributes },
  );

/** The same by ordinary operations: for backends whose memory our own kernel can't reach, and as its reference. */
export const composedUpdate: Update = (weights, gradient, state, attributes) => {
  const { rate, decay, penalty, decayed } = attributes;
  const size = weights.size;
  const first = slice(weights, [0], [decayed]);
  const rest = slice(weights, [decayed], [size - decayed]);
  const penalised = penalty === 0 ? gradient : add(gradient, concat([mul(first, penalty), mul(rest, 0)], 0));
  const kept = decay === 0 ? weights : concat([mul(first, 1 - decay), rest], 0);
  const mean = add(state.mean, mul(sub(penalised, state.mean), 1 - beta1));
  const squares = add(state.square, mul(sub(square(penalised), state.square), 1 - beta2));
  const next = sub(kept, div(mul(mean, rate), add(sqrt(squares), epsilon)));
  return [next, mean, squares];
};

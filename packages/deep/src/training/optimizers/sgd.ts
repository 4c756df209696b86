import { add, mul } from "../../backend/tensors.js";
import type { Update } from "./update.js";
import type { OptimizerSettings } from "./optimizer-settings.js";

/** Gradient descent with momentum (Polyak 1964), or Nesterov's (Sutskever and others 2013). */
export const sgdUpdate: Update<Extract<OptimizerSettings, { name: "sgd" }>> = (
  { momentum, nesterov },
  { learningRate },
  weights,
  gradient,
  [last],
) => {
  const move = mul(gradient, -learningRate);
  if (momentum === 0) return { weights: add(weights, move), slots: [] };
  const velocity = add(mul(last, momentum), move);
  const step = nesterov ? add(mul(velocity, momentum), move) : velocity;
  return { weights: add(weights, step), slots: [velocity] };
};

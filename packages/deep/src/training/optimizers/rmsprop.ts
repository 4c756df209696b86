import { add, div, mul, sqrt, square, sub } from "../../backend/tensors.js";
import { movingMean, type Update } from "./update.js";
import type { OptimizerSettings } from "./optimizer-settings.js";

/** Steps over the root of the mean squared gradient (Tieleman and Hinton 2012), as Keras's. */
export const rmspropUpdate: Update<Extract<OptimizerSettings, { name: "rmsprop" }>> = (
  { rho, momentum, epsilon },
  { learningRate },
  weights,
  gradient,
  [squares, last],
) => {
  const mean = movingMean(squares, square(gradient), rho);
  const move = div(mul(gradient, learningRate), sqrt(add(mean, epsilon)));
  if (momentum === 0) return { weights: sub(weights, move), slots: [mean] };
  const velocity = add(mul(last, momentum), move);
  return { weights: sub(weights, velocity), slots: [mean, velocity] };
};

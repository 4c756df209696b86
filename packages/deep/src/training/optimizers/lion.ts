import { mul, sign, sub } from "../../backend/tensors.js";
import { movingMean, type Update } from "./update.js";
import type { OptimizerSettings } from "./optimizer-settings.js";

/** Steps of one length in the sign of the mean gradient (Chen and others 2023). */
export const lionUpdate: Update<Extract<OptimizerSettings, { name: "lion" }>> = (
  { beta1, beta2 },
  { learningRate },
  weights,
  gradient,
  [mean],
) => ({
  weights: sub(weights, mul(sign(movingMean(mean, gradient, beta1)), learningRate)),
  slots: [movingMean(mean, gradient, beta2)],
});

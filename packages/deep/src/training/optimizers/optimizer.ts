import { type Tensor, zeros } from "../../backend/tensors.js";
import { adamUpdate } from "./adam.js";
import { lionUpdate } from "./lion.js";
import type { OptimizerSettings } from "./optimizer-settings.js";
import { rmspropUpdate } from "./rmsprop.js";
import { sgdUpdate } from "./sgd.js";
import { scaledFirst, type Step, type Update } from "./update.js";

/** What an optimizer remembers: vectors as long as the trained weights, in an order of its own. */
export interface OptimizerState {
  readonly slots: readonly Tensor[];
  /** Steps made so far. */
  readonly step: number;
}

/** Vectors that an optimizer keeps. */
function slotCount(settings: OptimizerSettings): number {
  switch (settings.name) {
    case "adam":
    case "adamw":
      return 2;
    case "lion":
      return 1;
    case "sgd":
      return settings.momentum > 0 ? 1 : 0;
    case "rmsprop":
      return settings.momentum > 0 ? 2 : 1;
  }
}

export function optimizerStart(settings: OptimizerSettings, size: number): OptimizerState {
  return { slots: Array.from({ length: slotCount(settings) }, () => zeros([size])), step: 0 };
}

/**
 * One step of an optimizer. Weight decay is taken off the weights themselves (Loshchilov and Hutter 2019), times the
 * learning rate; only `adam` adds it to the gradient, as an L2 penalty.
 */
export function optimizerStep(
  settings: OptimizerSettings,
  { learningRate, weightDecay, decayed }: Omit<Step, "step">,
  weights: Tensor,
  gradient: Tensor,
  state: OptimizerState,
): { readonly weights: Tensor; readonly state: OptimizerState } {
  const step = { learningRate, weightDecay, decayed, step: state.step + 1 };
  const next = updated(settings, step, weights, gradient, state.slots);
  return { weights: next.weights, state: { slots: next.slots, step: step.step } };
}

function updated(
  settings: OptimizerSettings,
  step: Step,
  weights: Tensor,
  gradient: Tensor,
  slots: readonly Tensor[],
): ReturnType<Update<OptimizerSettings>> {
  if (settings.name === "adam" || settings.name === "adamw")
    return adamUpdate(settings, step, weights, gradient, slots);
  const { learningRate, weightDecay, decayed } = step;
  const kept = scaledFirst(weights, decayed, 1 - learningRate * weightDecay);
  switch (settings.name) {
    case "sgd":
      return sgdUpdate(settings, step, kept, gradient, slots);
    case "rmsprop":
      return rmspropUpdate(settings, step, kept, gradient, slots);
    case "lion":
      return lionUpdate(settings, step, kept, gradient, slots);
  }
}

import type { Random } from "@strata-ml/core";
import {
  add,
  concat,
  div,
  engine,
  maximum,
  minimum,
  mul,
  reshape,
  sqrt,
  square,
  sum,
  type Tensor,
  tensor,
  tidy,
  zerosLike,
} from "../backend/tensors.js";
import type { TrainStepDefinition } from "../custom/define-train-step.js";
import type { Network } from "../network/network.js";
import type { Feeds } from "../preprocessing/feed.js";
import { gradientsOf } from "../backend/gradients.js";
import type { RowLoss } from "./losses/row-loss.js";
import { networkLosses } from "./network-losses.js";
import { optimizerStep } from "./optimizers/optimizer.js";
import type { OptimizerSettings } from "./optimizers/optimizer-settings.js";
import { ownGradients } from "./own-step.js";
import type { TrainingState } from "./training-state.js";

/** Rows of a batch, as arrays. */
export interface Batch {
  readonly feeds: Feeds;
  /** Rows x outputs, or whatever width the loss takes. */
  readonly targets: Float32Array;
  /** One a row. */
  readonly weights: Float32Array;
}

export interface StepSettings {
  readonly optimizer: OptimizerSettings;
  readonly weightDecay: number;
  readonly loss: RowLoss;
  /** A step of the user's own in place of the gradient of the mean loss. */
  readonly own?: TrainStepDefinition | undefined;
  /** Longest gradient over all weights together; longer ones are shortened to it. */
  readonly clipNorm: number | null;
  /** Largest number of a gradient either way; larger ones are cut to it, before `clipNorm`. */
  readonly clipValue: number | null;
  /** Added to the network's outputs. */
  readonly offset: Float32Array;
}

/** What the gradient of a step depends on. */
export type StepGradientSettings = Pick<StepSettings, "loss" | "offset" | "own">;

export function uploadFeeds(feeds: Feeds): ReadonlyMap<string, Tensor> {
  return new Map(
    [...feeds].map(([key, { data, shape }]) => [
      key,
      tensor(data, [...shape], data instanceof Int32Array ? "int32" : "float32"),
    ]),
  );
}

/** What a step needs besides its settings. */
export interface StepInputs {
  /** Rows of a step, in parts that each fit in memory; their gradients are summed before the step is made. */
  readonly batches: readonly Batch[];
  readonly learningRate: number;
  /** The random numbers of a layer in this step, for each part. */
  readonly random: (layer: string, part: number) => Random;
}

/** The gradient of a step by the flat vector of trained weights, the loss, and the running statistics after it. */
export interface StepGradient {
  readonly gradient: Tensor;
  readonly loss: Tensor;
  /** Those of the state before where nothing has moved them. */
  readonly running: ReadonlyMap<string, Tensor>;
}

/**
 * One step of gradient descent: (weights, optimizer state, batches) to new weights, new state and the rows' mean
 * weighted loss. The caller disposes the old state.
 */
export function trainStep(
  network: Network,
  settings: StepSettings,
  state: TrainingState,
  { learningRate, ...inputs }: StepInputs,
): { readonly state: TrainingState; readonly loss: Tensor } {
  const rows = inputs.batches.reduce((sum, { weights }) => sum + weights.length, 0);
  return appliedStep(
    network,
    settings,
    state,
    stepGradient(network, settings, state, inputs, rows),
    learningRate,
  );
}

/** What some batches have in the gradient of the mean over `rows` rows; running statistics go from batch to batch. */
export function stepGradient(
  network: Network,
  settings: StepGradientSettings,
  state: Pick<TrainingState, "trained" | "running">,
  { batches, random }: Pick<StepInputs, "batches" | "random">,
  rows: number,
): StepGradient {
  let { running } = state;
  let total: BatchGradient | undefined;
  const moved: Tensor[] = [];
  try {
    for (const [part, batch] of batches.entries()) {
      const from = { ...state, running };
      const own = batchGradient(network, settings, from, batch, rows, (layer) => random(layer, part));
      running = own.running;
      moved.push(...own.moved);
      total = total === undefined ? own : summed(total, own);
    }
  } catch (error) {
    for (const held of [...moved, ...(total ? [total.gradient, total.loss] : [])]) held.dispose();
    throw error;
  }
  const kept = new Set(running.values());
  for (const held of moved) if (!kept.has(held)) held.dispose();
  return { gradient: total!.gradient, loss: total!.loss, running };
}

/** The state after a step along a gradient, which is freed; where that throws, all that came with it is. */
export function appliedStep(
  network: Network,
  settings: StepSettings,
  state: TrainingState,
  step: StepGradient,
  learningRate: number,
): { readonly state: TrainingState; readonly loss: Tensor } {
  const { gradient, loss, running } = step;
  try {
    const next = tidy(
      () =>
        optimizerStep(
          settings.optimizer,
          { learningRate, weightDecay: settings.weightDecay, decayed: network.layout.decayed },
          state.trained,
          clipped(gradient, settings),
          state.optimizer,
        ) as never,
    ) as ReturnType<typeof optimizerStep>;
    gradient.dispose();
    return { state: { trained: next.weights, running, optimizer: next.state }, loss };
  } catch (error) {
    disposeGradient(step, state);
    throw error;
  }
}

/** Frees a gradient and what came with it, but for what the state before still holds. */
export function disposeGradient(
  { gradient, loss, running }: StepGradient,
  state: Pick<TrainingState, "running">,
): void {
  const held = new Set(state.running.values());
  for (const tensor of [gradient, loss, ...running.values()]) if (!held.has(tensor)) tensor.dispose();
}

type BatchGradient = Pick<StepGradient, "gradient" | "loss">;

/** The sum of two gradients, which are freed. */
export function summed(a: BatchGradient, b: BatchGradient): BatchGradient {
  const sums = { gradient: add(a.gradient, b.gradient), loss: add(a.loss, b.loss) };
  for (const held of [a.gradient, a.loss, b.gradient, b.loss]) held.dispose();
  return sums;
}

/** The part that a batch has in the gradient of the mean over `rows` rows, and what it made of the running statistics. */
function batchGradient(
  network: Network,
  { loss, offset, own }: StepGradientSettings,
  { trained, running }: Pick<TrainingState, "trained" | "running">,
  batch: Batch,
  rows: number,
  random: (layer: string) => Random,
): BatchGradient & Pick<TrainingState, "running"> & { readonly moved: readonly Tensor[] } {
  const updates = new Map<string, Tensor>();
  try {
    const result = tidy(() => {
      const feeds = uploadFeeds(batch.feeds);
      const count = batch.weights.length;
      const targets = tensor(batch.targets, [count, batch.targets.length / count]);
      const weights = tensor(batch.weights);
      const shift = tensor(offset);
      const parts = network.layout.cut(trained);
      const training = {
        random,
        update: (name: string, value: Tensor) => {
          updates.get(name)?.dispose();
          updates.set(name, engine().keep(value));
        },
      };
      const lossOf = (): Tensor => {
        const all = new Map([...running, ...parts]);
        const pass = { feeds, weights: all, training };
        const { losses } = networkLosses(network, pass, shift, loss, targets);
        return div(sum(mul(losses, weights)), rows);
      };
      const { value, gradients } = own
        ? ownGradients(own, {
            network,
            loss,
            feeds,
            targets,
            weights,
            offset: shift,
            trained: parts,
            training,
            rows,
            running: () => new Map([...running, ...updates]),
          })
        : gradientsOf(lossOf, [...parts.values()]);
      return { loss: value, gradient: flattened([...parts.values()], gradients) };
    });
    const next = new Map([...running].map(([name, held]) => [name, updates.get(name) ?? held]));
    return { ...result, running: next, moved: [...updates.values()] };
  } catch (error) {
    for (const held of updates.values()) held.dispose();
    throw error;
  }
}

/** Gradients side by side in the order of the weights; zeros for one that the loss doesn't depend on. */
export function flattened(weights: readonly Tensor[], gradients: readonly (Tensor | undefined)[]): Tensor {
  return concat(
    weights.map((weight, i) => reshape(gradients[i] ?? zerosLike(weight), [-1])),
    0,
  );
}

function clipped(gradient: Tensor, { clipNorm, clipValue }: StepSettings): Tensor {
  const cut = clipValue === null ? gradient : maximum(minimum(gradient, clipValue), -clipValue);
  if (clipNorm === null) return cut;
  const norm = sqrt(sum(square(cut)));
  return mul(cut, minimum(div(clipNorm, add(norm, 1e-12)), 1));
}

import type { Random } from "@strata-ml/core";
import {
  add,
  concat,
  div,
  engine,
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
import type { Network } from "../network/network.js";
import type { Feeds } from "../preprocessing/feed.js";
import { adamStep, type OptimizerSettings } from "./adam.js";
import { type LossName, rowLosses } from "./loss.js";
import type { TrainingState } from "./training-state.js";

/** Rows of a batch, as arrays. */
export interface Batch {
  readonly feeds: Feeds;
  /** Rows x outputs. */
  readonly targets: Float32Array;
  /** One a row. */
  readonly weights: Float32Array;
}

export interface StepSettings extends OptimizerSettings {
  readonly loss: LossName;
  /** Longest gradient over all weights together; longer ones are shortened to it. */
  readonly clipNorm: number | null;
  /** Added to the network's outputs. */
  readonly offset: Float32Array;
}

export function uploadFeeds(feeds: Feeds): ReadonlyMap<string, Tensor> {
  return new Map(
    [...feeds].map(([key, { data, shape }]) => [
      key,
      tensor(data, [...shape], data instanceof Int32Array ? "int32" : "float32"),
    ]),
  );
}

/**
 * One step of gradient descent: (weights, optimizer state, batch) to new weights, new state and the batch's weighted
 * loss. `random` gives the random numbers of a layer in this step. The caller disposes the old state.
 */
export function trainStep(
  network: Network,
  settings: StepSettings,
  state: TrainingState,
  batch: Batch,
  random: (layer: string) => Random,
): { readonly state: TrainingState; readonly loss: Tensor } {
  const updates = new Map<string, Tensor>();
  try {
    return stepped(network, settings, state, batch, random, updates);
  } catch (error) {
    for (const kept of updates.values()) kept.dispose();
    throw error;
  }
}

function stepped(
  network: Network,
  settings: StepSettings,
  state: TrainingState,
  batch: Batch,
  random: (layer: string) => Random,
  updates: Map<string, Tensor>,
): { readonly state: TrainingState; readonly loss: Tensor } {
  const result = tidy(() => {
    const feeds = uploadFeeds(batch.feeds);
    const rows = batch.weights.length;
    const outputs = settings.offset.length;
    const targets = tensor(batch.targets, [rows, outputs]);
    const weights = tensor(batch.weights, [rows]);
    const offset = tensor(settings.offset, [outputs]);
    const parts = network.layout.cut(state.trained);
    const lossOf = (): Tensor => {
      const training = {
        random,
        update: (name: string, value: Tensor) => updates.set(name, engine().keep(value)),
      };
      const out = add(
        network.run({ feeds, weights: new Map([...state.running, ...parts]), training }),
        offset,
      );
      return div(sum(mul(rowLosses(settings.loss, out, targets), weights)), rows);
    };
    const { value, grads } = engine().gradients(lossOf, [...parts.values()], undefined, true);
    const gradient = clipped(flattened([...parts.values()], grads), settings.clipNorm);
    const next = adamStep(settings, network.layout.decayed, state.trained, gradient, state.optimizer);
    return { loss: value, trained: next.weights, mean: next.state.mean, square: next.state.square };
  });
  const { loss, trained, mean, square } = result;
  const running = new Map([...state.running].map(([name, held]) => [name, updates.get(name) ?? held]));
  const optimizer = { mean, square, step: state.optimizer.step + 1 };
  return { state: { trained, running, optimizer }, loss };
}

/** Gradients side by side in the order of the weights; zeros for one that the loss doesn't depend on. */
function flattened(weights: readonly Tensor[], gradients: readonly (Tensor | null)[]): Tensor {
  return concat(
    weights.map((weight, i) => reshape(gradients[i] ?? zerosLike(weight), [-1])),
    0,
  );
}

function clipped(gradient: Tensor, clipNorm: number | null): Tensor {
  if (clipNorm === null) return gradient;
  const norm = sqrt(sum(square(gradient)));
  return mul(gradient, minimum(div(clipNorm, add(norm, 1e-12)), 1));
}

import { type Tensor, tensor } from "../backend/tensors.js";
import type { WeightLayout } from "../network/weight-layout.js";
import { type OptimizerState, optimizerStart } from "./optimizers/optimizer.js";
import type { OptimizerSettings } from "./optimizers/optimizer-settings.js";

/** Everything that a training step changes: a step gives a new one and changes nothing in place. */
export interface TrainingState {
  /** The trained weights as one vector. */
  readonly trained: Tensor;
  /** Weights that are not trained, by name. */
  readonly running: ReadonlyMap<string, Tensor>;
  readonly optimizer: OptimizerState;
}

/** The state before the first step, from the network's weights as one vector. */
export function startState(
  layout: WeightLayout,
  weights: Float32Array,
  optimizer: OptimizerSettings,
): TrainingState {
  const running = layout.weights.filter(({ trainable }) => !trainable);
  return {
    trained: tensor(weights.slice(0, layout.trained)),
    running: new Map(
      running.map(({ name, shape, offset, size }) => [
        name,
        tensor(weights.slice(offset, offset + size), [...shape]),
      ]),
    ),
    optimizer: optimizerStart(optimizer, layout.trained),
  };
}

function tensorsOf({ trained, running, optimizer }: TrainingState): Tensor[] {
  return [trained, ...optimizer.slots, ...running.values()];
}

/** Frees a state's tensors, but for those that the state after it goes on using. */
export function disposeState(state: TrainingState, next?: TrainingState): void {
  const kept = new Set(next && tensorsOf(next));
  for (const held of tensorsOf(state)) if (!kept.has(held)) held.dispose();
}

/** All weights of a state as one vector, in the order of the layout. */
export function readWeights(layout: WeightLayout, { trained, running }: TrainingState): Float32Array {
  const out = new Float32Array(layout.size);
  out.set(trained.dataSync());
  for (const { name, offset } of layout.weights) {
    const held = running.get(name);
    if (held) out.set(held.dataSync(), offset);
  }
  return out;
}

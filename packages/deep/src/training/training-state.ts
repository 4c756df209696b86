import { type Tensor, tensor } from "../backend/tensors.js";
import { readInto, tensorOf } from "../backend/transfer.js";
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
  return stateOf(layout, weights, optimizerStart(optimizer, layout.trained));
}

/** A state read back: see {@link readWeights} and {@link readSlots}. */
export function resumedState(
  layout: WeightLayout,
  weights: Float32Array,
  slots: readonly Float32Array[],
  step: number,
): TrainingState {
  return stateOf(layout, weights, { slots: slots.map((slot) => tensor(slot)), step });
}

function stateOf(layout: WeightLayout, weights: Float32Array, optimizer: OptimizerState): TrainingState {
  return { ...weightsState(layout, weights), optimizer };
}

/** The part of a state that a gradient is of, from all weights as one vector. */
export function weightsState(
  layout: WeightLayout,
  weights: Float32Array,
): Pick<TrainingState, "trained" | "running"> {
  const running = layout.weights.filter(({ trainable }) => !trainable);
  return {
    trained: tensorOf(weights.subarray(0, layout.trained)),
    running: new Map(
      running.map(({ name, shape, offset, size }) => [
        name,
        tensorOf(weights.subarray(offset, offset + size), shape),
      ]),
    ),
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
export async function readWeights(layout: WeightLayout, state: TrainingState): Promise<Float32Array> {
  const out = new Float32Array(layout.size);
  await writeWeights(layout, state, out);
  return out;
}

/** The same into a vector that is there. */
export async function writeWeights(
  layout: WeightLayout,
  { trained, running }: Pick<TrainingState, "trained" | "running">,
  out: Float32Array,
): Promise<void> {
  await readInto(out.subarray(0, layout.trained), trained);
  for (const { name, offset, size } of layout.weights) {
    const held = running.get(name);
    if (held) await readInto(out.subarray(offset, offset + size), held);
  }
}

/** What a state's optimizer remembers. */
export function readSlots({ optimizer }: TrainingState): Promise<Float32Array[]> {
  return Promise.all(optimizer.slots.map((slot) => slot.data() as Promise<Float32Array>));
}

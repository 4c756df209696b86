import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Random } from "@strata-ml/core";
import { loadGradients } from "../backend/gradients.js";
import { selectBackend } from "../backend/select-backend.js";
import { readInto } from "../backend/transfer.js";
import type { Network } from "../network/network.js";
import { stepRandom } from "../training/step-random.js";
import { stepGradient, type StepGradientSettings } from "../training/train-step.js";
import { weightsState, writeWeights } from "../training/training-state.js";
import { madeAgain, type ReplicaStart, requireSameWeights } from "./replica-task.js";
import { readStep, type SharedStep, spinWhile, states, words } from "./shared-step.js";

// The entry of a worker thread of a mirrored fit: it sleeps until there is a step, and leaves its part of the gradient.
const start = workerData as ReplicaStart & { readonly replica: number };
const control = new Int32Array(start.control);
const weights = new Float32Array(start.weights);
const results = new Float32Array(start.results);

function tell(state: number): void {
  Atomics.store(control, words.state, state);
  Atomics.notify(control, words.state);
}

async function serve(): Promise<void> {
  await selectBackend(start.backend);
  await loadGradients();
  const { network, settings } = await madeAgain(start);
  requireSameWeights(network, start.weightShapes);
  let memory = new SharedArrayBuffer(0);
  tell(states.done);
  parentPort!.postMessage("ready");
  for (;;) {
    spinWhile(control, states.done, start.spin);
    Atomics.wait(control, words.state, states.done);
    if (control[words.replaced] === 1) {
      memory = receiveMessageOnPort(parentPort!)!.message as SharedArrayBuffer;
      control[words.replaced] = 0;
    }
    await compute(network, settings, readStep(memory, control));
    tell(states.done);
  }
}

/** Writes loss, gradient and running statistics, each where the weights have their place. */
async function compute(
  network: Network,
  settings: StepGradientSettings,
  { seed, step, rows, batches }: SharedStep,
): Promise<void> {
  const { layout } = network;
  const state = weightsState(layout, weights);
  const random = stepRandom(new Random(seed), step, start.replica);
  try {
    const { gradient, loss, running } = stepGradient(network, settings, state, { batches, random }, rows);
    await readInto(results.subarray(0, 1), loss);
    await writeWeights(layout, { trained: gradient, running }, results.subarray(1));
    for (const held of [gradient, loss, ...running.values()]) held.dispose();
  } finally {
    for (const held of [state.trained, ...state.running.values()]) held.dispose();
  }
}

try {
  await serve();
} catch (error) {
  try {
    parentPort!.postMessage({ error });
  } catch {
    parentPort!.postMessage({ error: new Error(String(error)) });
  }
  tell(states.failed);
}

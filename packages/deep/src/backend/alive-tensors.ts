import { engine } from "./tensors.js";

/**
 * How many tensors are alive in this process, on all backends: 0 before one is chosen. Every call of this package
 * leaves as many as it found.
 *
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 * const model = await new NeuralClassifier({ epochs: 2 }).fit(data);
 * const before = aliveTensors();
 * await model.predict(data);
 * aliveTensors() === before; // true
 */
export function aliveTensors(): number {
  return engine().state.numTensors;
}

import { assertClose } from "@strata-ml/core/testing";
import { expect } from "vitest";
import { loadGradients } from "../backend/gradients.js";
import { engine, memory, mul, sum, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { Graph, unnamed } from "../network/graph.js";
import type { Node, Steps } from "../network/node.js";
import { wave } from "./finite-difference.js";

type Build = (graph: Graph, input: Steps) => Node;

interface RealNumbers {
  /** Of the real steps that come out, or of the vector. */
  readonly output: readonly number[];
  readonly inputGradient: readonly number[];
  readonly paddingGradient: readonly number[];
  readonly weightGradients: readonly (readonly number[])[];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** How many tensors are alive, and how many blocks of numbers the backend holds: kernels may leave some without a tensor. */
export function held(): readonly [tensors: number, blocks: number] {
  return [memory().numTensors, engine().backend.numDataIds()];
}

/**
 * Asserts that a layer over steps gives a row the same real numbers and gradients with padding behind it as without,
 * that no gradient reaches the padding, and that no tensor stays.
 */
export async function expectPaddingChangesNothing(
  build: Build,
  width: number,
  length: number,
): Promise<void> {
  const before = held();
  const alone = await run(build, width, length, length);
  for (const steps of [length + 1, length + 4]) {
    const padded = await run(build, width, length, steps);
    expect(padded.output).toHaveLength(alone.output.length);
    assertClose(padded.output, alone.output, { absolute: 1e-5, label: "output" });
    assertClose(padded.inputGradient, alone.inputGradient, { absolute: 1e-4, label: "input gradient" });
    expect(padded.paddingGradient.every((value) => value === 0)).toBe(true);
    padded.weightGradients.forEach((gradient, i) =>
      assertClose(gradient, alone.weightGradients[i], { absolute: 1e-4, label: `gradient of weight ${i}` }),
    );
  }
  expect(held()).toEqual(before);
}

/** One row of `length` real steps among `steps`; the others hold rubbish. */
async function run(build: Build, width: number, length: number, steps: number): Promise<RealNumbers> {
  await loadGradients();
  const graph = new Graph("padding");
  const values = Float32Array.from({ length: steps * width }, (_, i) =>
    i < length * width ? wave(length * width)[i] : 20 + i,
  );
  const real = Float32Array.from({ length: steps }, (_, t) => (t < length ? 1 : 0));
  const input = unnamed("steps", width, [], (_, pass) => ({
    tensor: pass.feed("x"),
    mask: pass.feed("mask"),
  }));
  const node = build(graph, input);
  return tidy(() => {
    const x = tensor(values, [1, steps, width]);
    const weights = graph.weights.map(({ shape }, i) => tensor(wave(sizeOf(shape), i + 1), [...shape]));
    const pass = {
      feeds: new Map([["x", x] as const, ["mask", tensor(real, [1, steps])] as const]),
      weights: new Map(graph.weights.map(({ name }, i) => [name, weights[i]])),
    };
    const value = evaluate(node, pass);
    const mask = value.mask?.dataSync() ?? [1];
    const share = value.tensor.size / mask.length;
    const at = Array.from(mask).flatMap((kept, t) =>
      kept === 1 ? Array.from({ length: share }, (_, j) => t * share + j) : [],
    );
    const probe = new Float32Array(value.tensor.size);
    at.forEach((index, i) => {
      probe[index] = 1 + (i % 5);
    });
    const loss = (): Tensor => sum(mul(evaluate(node, pass).tensor, tensor(probe, value.tensor.shape)));
    const { grads } = engine().gradients(loss, [x, ...weights], undefined, true);
    const [inputGradient, ...weightGradients] = grads.map((gradient) => Array.from(gradient.dataSync()));
    const output = value.tensor.dataSync();
    return {
      output: at.map((index) => output[index]),
      inputGradient: inputGradient.slice(0, length * width),
      paddingGradient: inputGradient.slice(length * width),
      weightGradients,
    } as never;
  }) as RealNumbers;
}

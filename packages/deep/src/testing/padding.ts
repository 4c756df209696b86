import { assertClose } from "@strata-ml/core/testing";
import { expect } from "vitest";
import { loadGradients } from "../backend/gradients.js";
import {
  dispose,
  engine,
  identity,
  memory,
  mul,
  ones,
  sum,
  type Tensor,
  tensor,
  tidy,
} from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { Graph, unnamed } from "../network/graph.js";
import type { Node, Steps } from "../network/node.js";
import { wave } from "./finite-difference.js";
import { taken } from "./taken.js";

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
  const x = tensor(values, [1, steps, width]);
  const weights = graph.weights.map(({ shape }, i) => tensor(wave(sizeOf(shape), i + 1), [...shape]));
  const mask = tensor(real, [1, steps]);
  const pass = {
    feeds: new Map([["x", x] as const, ["mask", mask] as const]),
    weights: new Map(graph.weights.map(({ name }, i) => [name, weights[i]])),
  };
  const seen = tidy(() => {
    const value = evaluate(node, pass);
    return [value.tensor, value.mask ?? ones([1, 1])].map((tensor) => engine().keep(identity(tensor)));
  });
  const { shape, size } = seen[0];
  const [output, kept] = await taken(seen);
  const share = size / kept.length;
  const at = Array.from(kept).flatMap((is, t) =>
    is === 1 ? Array.from({ length: share }, (_, j) => t * share + j) : [],
  );
  const probe = new Float32Array(size);
  at.forEach((index, i) => {
    probe[index] = 1 + (i % 5);
  });
  const held = tidy(() => {
    const loss = (): Tensor => sum(mul(evaluate(node, pass).tensor, tensor(probe, shape)));
    return engine().gradients(loss, [x, ...weights], undefined, true).grads;
  });
  const [inputGradient, ...weightGradients] = (await taken(held)).map((values) => Array.from(values));
  dispose([x, mask, ...weights]);
  return {
    output: at.map((index) => output[index]),
    inputGradient: inputGradient.slice(0, length * width),
    paddingGradient: inputGradient.slice(length * width),
    weightGradients,
  };
}

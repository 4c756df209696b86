import type { Random } from "@strata-ml/core";
import { mul, type Tensor, tensor } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Node, NumberKind } from "../network/node.js";
import { checkRate } from "./check-option.js";

export interface DropoutOptions {
  /** Part of the values that is dropped: >= 0 and < 1. */
  readonly rate: number;
}

/**
 * Drops a part `rate` of the values while training and scales up the rest (Srivastava et al. 2014); does nothing in
 * prediction. Each step drops others, and the same seed drops the same.
 *
 * @throws ParamError for a rate outside 0 <= rate < 1.
 */
export function dropout<K extends NumberKind>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { rate }: DropoutOptions,
): Node<K> {
  checkRate({ owner: graph.owner, layer: name }, "rate", rate);
  return graph.like(name, input, input.width, ([value], run) => {
    if (!run.training || rate === 0) return value;
    return { ...value, tensor: mul(value.tensor, kept(value.tensor.shape, rate, run.random(name))) };
  });
}

/** 0 for a dropped number, 1 / (1 - rate) for a kept one. */
export function kept(shape: number[], rate: number, random: Random): Tensor {
  return tensor(
    keptScale(
      shape.reduce((a, b) => a * b, 1),
      rate,
      random,
    ),
    shape,
  );
}

function keptScale(size: number, rate: number, random: Random): Float32Array {
  const out = new Float32Array(size);
  const limit = rate * 4294967296;
  const scale = 1 / (1 - rate);
  for (let i = 0; i < size; i++) out[i] = random.uint32() < limit ? 0 : scale;
  return out;
}

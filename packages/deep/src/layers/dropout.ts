import { mul, tensor } from "../backend/tensors.js";
import { ParamError, type Random } from "@strata-ml/core";
import type { Graph } from "../network/graph.js";
import type { Node, NumberKind } from "../network/node.js";

/**
 * Drops a part `rate` of the values while training and scales up the rest (Srivastava et al. 2014); does nothing in
 * prediction. Each step drops others, and the same seed drops the same.
 */
export function dropout<K extends NumberKind>(
  graph: Graph,
  name: string,
  input: Node<K>,
  { rate }: { readonly rate: number },
): Node<K> {
  requireRate(graph.owner, name, rate);
  return graph.like(name, input, input.width, ([value], run) => {
    if (!run.training || rate === 0) return value;
    const kept = keptScale(value.tensor.size, rate, run.random(name));
    return { ...value, tensor: mul(value.tensor, tensor(kept, value.tensor.shape)) };
  });
}

export function requireRate(owner: string, layer: string, rate: number): void {
  if (!(rate >= 0 && rate < 1))
    throw new ParamError(owner, `layer '${layer}': rate must be >= 0 and < 1, received ${rate}`);
}

/** 0 for a dropped value, 1 / (1 - rate) for a kept one. */
export function keptScale(size: number, rate: number, random: Random): Float32Array {
  const out = new Float32Array(size);
  const limit = rate * 4294967296;
  const scale = 1 / (1 - rate);
  for (let i = 0; i < size; i++) out[i] = random.uint32() < limit ? 0 : scale;
  return out;
}

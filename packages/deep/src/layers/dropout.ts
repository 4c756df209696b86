import { mul, tensor } from "../backend/tensors.js";
import { ParamError, type Random } from "@strata-ml/core";
import type { Graph } from "../network/graph.js";
import type { Node } from "../network/node.js";

/**
 * Drops a part `rate` of the values while training and scales up the rest (Srivastava et al. 2014); does nothing in
 * prediction. Each step drops others, and the same seed drops the same.
 */
export function dropout<K extends "vector" | "steps">(
  graph: Graph,
  name: string,
  input: Node<K>,
  { rate }: { readonly rate: number },
): Node<K> {
  if (!(rate >= 0 && rate < 1))
    throw new ParamError(graph.owner, `layer '${name}': rate must be >= 0 and < 1, received ${rate}`);
  return graph.layer(name, input.kind, input.width, [input], ([value], run) => {
    if (!run.training || rate === 0) return value;
    const kept = keptScale(value.tensor.size, rate, run.random(name));
    return { ...value, tensor: mul(value.tensor, tensor(kept, value.tensor.shape)) };
  });
}

/** 0 for a dropped value, 1 / (1 - rate) for a kept one. */
function keptScale(size: number, rate: number, random: Random): Float32Array {
  const out = new Float32Array(size);
  const limit = rate * 4294967296;
  const scale = 1 / (1 - rate);
  for (let i = 0; i < size; i++) out[i] = random.uint32() < limit ? 0 : scale;
  return out;
}

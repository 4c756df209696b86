import { StrataError } from "@strata-ml/core";
import { add as sumOf, concat } from "../backend/tensors.js";
import { unnamed } from "../network/graph.js";
import type { Node } from "../network/node.js";

/** Vectors side by side, or steps of one sequence side by side. */
export function concatenate<K extends "vector" | "steps">(
  owner: string,
  inputs: readonly Node<K>[],
): Node<K> {
  const [first] = inputs;
  if (first === undefined) throw new StrataError(owner, "concat must get at least one input, received none");
  const width = inputs.reduce((total, input) => total + input.width, 0);
  if (inputs.length === 1) return first;
  return unnamed(first.kind, width, inputs, (values) => {
    const { mask } = values[0];
    const tensors = values.map(({ tensor }) => tensor);
    return { tensor: concat(tensors, tensors[0].shape.length - 1), ...(mask && { mask }) };
  });
}

/** The sum of two nodes of equal width: a residual connection. */
export function add<K extends "vector" | "steps">(owner: string, a: Node<K>, b: Node<K>): Node<K> {
  if (a.width !== b.width)
    throw new StrataError(owner, `add must get nodes of equal width, received ${a.width} and ${b.width}`);
  return unnamed(a.kind, a.width, [a, b], ([x, y]) => ({
    tensor: sumOf(x.tensor, y.tensor),
    ...(x.mask && { mask: x.mask }),
  }));
}

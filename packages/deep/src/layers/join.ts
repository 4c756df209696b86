import { StrataError } from "@strata-ml/core";
import { add as sumOf, concat } from "../backend/tensors.js";
import { unnamedLike } from "../network/graph.js";
import type { Node, NumberKind } from "../network/node.js";

/** Vectors side by side, steps of one sequence side by side, or the channels of images of one size. */
export function concatenate<K extends NumberKind>(owner: string, inputs: readonly Node<K>[]): Node<K> {
  const [first] = inputs;
  if (first === undefined) throw new StrataError(owner, "concat must get at least one input, received none");
  const width = inputs.reduce((total, input) => total + input.width, 0);
  for (const input of inputs) requireEqualSize(owner, "concat", first, input);
  if (inputs.length === 1) return first;
  return unnamedLike(first, width, inputs, (values) => {
    const { mask } = values[0];
    const tensors = values.map(({ tensor }) => tensor);
    return { tensor: concat(tensors, tensors[0].shape.length - 1), ...(mask && { mask }) };
  });
}

/** The sum of two nodes of equal width: a residual connection. */
export function add<K extends NumberKind>(owner: string, a: Node<K>, b: Node<K>): Node<K> {
  if (a.width !== b.width)
    throw new StrataError(owner, `add must get nodes of equal width, received ${a.width} and ${b.width}`);
  requireEqualSize(owner, "add", a, b);
  return unnamedLike(a, a.width, [a, b], ([x, y]) => ({
    tensor: sumOf(x.tensor, y.tensor),
    ...(x.mask && { mask: x.mask }),
  }));
}

function requireEqualSize(owner: string, what: string, a: Node, b: Node): void {
  if (a.size?.rows === b.size?.rows && a.size?.columns === b.size?.columns) return;
  const sizes = [a, b].map(({ size }) => (size ? `${size.rows} x ${size.columns}` : "none"));
  throw new StrataError(owner, `${what} must get images of equal size, received ${sizes.join(" and ")}`);
}

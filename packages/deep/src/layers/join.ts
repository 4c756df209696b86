import { StrataError } from "@strata-ml/core";
import {
  add as sumOf,
  concat,
  div,
  maximum as larger,
  minimum as smaller,
  mul,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
} from "../backend/tensors.js";
import { unnamed, unnamedLike } from "../network/graph.js";
import type { Node, NumberKind, Vector } from "../network/node.js";

type Nodes<K extends NumberKind> = readonly Node<K>[];

/** Vectors side by side, steps of one sequence side by side, or the channels of images of one size. */
export function concatenate<K extends NumberKind>(owner: string, inputs: Nodes<K>): Node<K> {
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

/** The sum of nodes of equal width: a residual connection. */
export function add<K extends NumberKind>(owner: string, inputs: Nodes<K>): Node<K> {
  return joined(owner, "add", inputs, (tensors) => tensors.reduce((a, b) => sumOf(a, b)));
}

/** The first less the second. */
export function subtract<K extends NumberKind>(owner: string, a: Node<K>, b: Node<K>): Node<K> {
  return joined(owner, "subtract", [a, b], ([x, y]) => sub(x, y));
}

/** The product of nodes of equal width, unit by unit. */
export function multiply<K extends NumberKind>(owner: string, inputs: Nodes<K>): Node<K> {
  return joined(owner, "multiply", inputs, (tensors) => tensors.reduce((a, b) => mul(a, b)));
}

/** The mean of nodes of equal width, unit by unit. */
export function average<K extends NumberKind>(owner: string, inputs: Nodes<K>): Node<K> {
  return joined(owner, "average", inputs, (tensors) =>
    div(
      tensors.reduce((a, b) => sumOf(a, b)),
      tensors.length,
    ),
  );
}

/** The largest of nodes of equal width, unit by unit. */
export function maximum<K extends NumberKind>(owner: string, inputs: Nodes<K>): Node<K> {
  return joined(owner, "maximum", inputs, (tensors) => tensors.reduce((a, b) => larger(a, b)));
}

/** The smallest of nodes of equal width, unit by unit. */
export function minimum<K extends NumberKind>(owner: string, inputs: Nodes<K>): Node<K> {
  return joined(owner, "minimum", inputs, (tensors) => tensors.reduce((a, b) => smaller(a, b)));
}

export interface DotOptions {
  /** Whether both are scaled to length 1 first: their cosine. Default false. */
  readonly normalize?: boolean;
}

/** The product of two vectors of equal width summed over their units: one number a row. */
export function dot(owner: string, a: Vector, b: Vector, { normalize = false }: DotOptions = {}): Vector {
  checkWidths(owner, "dot", [a, b]);
  return unnamed("vector", 1, [a, b], ([{ tensor: x }, { tensor: y }]) => ({
    tensor: sum(normalize ? mul(unit(x), unit(y)) : mul(x, y), 1, true),
  }));
}

/** Of length 1; the square of its length is taken as 1e-14 at least, as in Keras. */
function unit(x: Tensor): Tensor {
  return mul(x, rsqrt(larger(sum(square(x), 1, true), 1e-14)));
}

function joined<K extends NumberKind>(
  owner: string,
  name: string,
  inputs: Nodes<K>,
  join: (tensors: readonly Tensor[]) => Tensor,
): Node<K> {
  checkWidths(owner, name, inputs);
  const [first] = inputs;
  for (const input of inputs) requireEqualSize(owner, name, first, input);
  return unnamedLike(first, first.width, inputs, (values) => {
    const { mask } = values[0];
    return { tensor: join(values.map(({ tensor }) => tensor)), ...(mask && { mask }) };
  });
}

function checkWidths(owner: string, name: string, inputs: readonly Node[]): void {
  if (inputs.length === 0) throw new StrataError(owner, `${name} must get at least one input, received none`);
  const widths = inputs.map(({ width }) => width);
  if (widths.some((width) => width !== widths[0]))
    throw new StrataError(owner, `${name} must get nodes of equal width, received ${widths.join(" and ")}`);
}

function requireEqualSize(owner: string, what: string, a: Node, b: Node): void {
  if (a.size?.rows === b.size?.rows && a.size?.columns === b.size?.columns) return;
  const sizes = [a, b].map(({ size }) => (size ? `${size.rows} x ${size.columns}` : "none"));
  throw new StrataError(owner, `${what} must get images of equal size, received ${sizes.join(" and ")}`);
}

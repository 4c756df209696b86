import {
  customGrad,
  div,
  type GradSaveFunc,
  maximum,
  minimum,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from "../backend/tensors.js";
import { unnamedLike } from "../network/graph.js";
import type { Node, NumberKind } from "../network/node.js";

/** Shorter vectors have no direction in float32. */
const shortest = 1e-12;

/**
 * Each vector (of a step, of a pixel) made one long; as Keras's UnitNormalization. A vector of zeros stays as it is and
 * gets no gradient, where Keras's would be 1e12 times as large.
 */
export function unitNorm<K extends NumberKind>(input: Node<K>): Node<K> {
  return unnamedLike(input, input.width, [input], ([value]) => ({
    ...value,
    tensor: unitVectors(value.tensor),
  }));
}

/** x / |x| over the last axis, with its gradient in closed form. */
export function unitVectors(x: Tensor): Tensor {
  return customGrad((...inputs) => {
    const values = inputs[0] as Tensor;
    const squares = sum(square(values), -1, true);
    const length = maximum(sqrt(squares), shortest);
    const alive = minimum(mul(squares, 1 / (shortest * shortest)), 1);
    const out = div(values, length);
    (inputs[1] as GradSaveFunc)([out, length, alive]);
    return {
      value: out,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [z, before, there] = saved;
        return mul(div(sub(dy, mul(z, sum(mul(dy, z), -1, true))), before), there);
      },
    };
  })(x);
}

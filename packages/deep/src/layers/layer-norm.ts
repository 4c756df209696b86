import {
  add,
  customGrad,
  div,
  type GradSaveFunc,
  mean,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { onesInitializer, zerosInitializer } from "../network/initializer.js";
import type { Node } from "../network/node.js";

export interface LayerNormOptions {
  /** Added to the variance; default 1e-3, as in Keras. */
  readonly epsilon?: number;
}

/** Standardises each vector by its own mean and variance (Ba et al. 2016), then scales and shifts it. Weights `gamma` and `beta`. */
export function layerNorm<K extends "vector" | "steps">(
  graph: Graph,
  name: string,
  input: Node<K>,
  { epsilon = 1e-3 }: LayerNormOptions = {},
): Node<K> {
  const gamma = graph.weight(name, "gamma", [input.width], onesInitializer);
  const beta = graph.weight(name, "beta", [input.width], zerosInitializer);
  return graph.layer(name, input.kind, input.width, [input], ([value], run) => ({
    ...value,
    tensor: add(mul(standardised(value.tensor, epsilon), run.weight(gamma)), run.weight(beta)),
  }));
}

/** (x - mean) / sqrt(variance + epsilon) over the last axis, with its gradient in closed form. */
export function standardised(x: Tensor, epsilon: number): Tensor {
  const { shape } = x;
  const width = shape[shape.length - 1];
  const normed = customGrad((...inputs) => {
    const values = inputs[0] as Tensor;
    const save = inputs[1] as GradSaveFunc;
    const centred = sub(values, mean(values, 1, true));
    const scale = sqrt(add(mean(square(centred), 1, true), epsilon));
    const out = div(centred, scale);
    save([out, scale]);
    return {
      value: out,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [z, deviation] = saved;
        const along = div(sum(mul(dy, z), 1, true), width);
        return div(sub(sub(dy, mean(dy, 1, true)), mul(z, along)), deviation);
      },
    };
  })(reshape(x, [-1, width]));
  return reshape(normed, shape);
}

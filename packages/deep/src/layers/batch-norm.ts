import {
  add,
  customGrad,
  div,
  type GradSaveFunc,
  mean,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
} from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { onesInitializer, zerosInitializer } from "../network/initializer.js";
import type { Vector } from "../network/node.js";

export interface BatchNormOptions {
  /** How much of the running statistics a step keeps; default 0.99, as in Keras. */
  readonly momentum?: number;
  /** Added to the variance; default 1e-3, as in Keras. */
  readonly epsilon?: number;
}

/**
 * Standardises each unit (Ioffe and Szegedy 2015): by the batch while training, by running statistics in prediction,
 * so that a prediction never depends on the rows around it. Weights `gamma`, `beta`, `movingMean`, `movingVariance`.
 */
export function batchNorm(
  graph: Graph,
  name: string,
  input: Vector,
  { momentum = 0.99, epsilon = 1e-3 }: BatchNormOptions = {},
): Vector {
  const { width } = input;
  const gamma = graph.weight(name, "gamma", [width], onesInitializer);
  const beta = graph.weight(name, "beta", [width], zerosInitializer);
  const movingMean = graph.weight(name, "movingMean", [width], zerosInitializer, { trainable: false });
  const movingVariance = graph.weight(name, "movingVariance", [width], onesInitializer, { trainable: false });
  return graph.layer(name, "vector", width, [input], ([{ tensor: x }], run) => {
    const scaled = (z: Tensor): Tensor => add(mul(z, run.weight(gamma)), run.weight(beta));
    const [oldMean, oldVariance] = [run.weight(movingMean), run.weight(movingVariance)];
    if (!run.training) {
      return { tensor: scaled(div(sub(x, oldMean), sqrt(add(oldVariance, epsilon)))) };
    }
    const average = mean(x, 0);
    const variance = mean(square(sub(x, average)), 0);
    const moved = (old: Tensor, now: Tensor): Tensor => add(mul(old, momentum), mul(now, 1 - momentum));
    run.update(movingMean, moved(oldMean, average));
    run.update(movingVariance, moved(oldVariance, variance));
    return { tensor: scaled(batchStandardised(x, epsilon)) };
  });
}

/** (x - mean) / sqrt(variance + epsilon) over the first axis, with its gradient in closed form. */
export function batchStandardised(x: Tensor, epsilon: number): Tensor {
  return customGrad((...inputs) => {
    const values = inputs[0] as Tensor;
    const save = inputs[1] as GradSaveFunc;
    const centred = sub(values, mean(values, 0));
    const scale = sqrt(add(mean(square(centred), 0), epsilon));
    const out = div(centred, scale);
    save([out, scale]);
    return {
      value: out,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [z, deviation] = saved;
        return div(sub(sub(dy, mean(dy, 0)), mul(z, mean(mul(dy, z), 0))), deviation);
      },
    };
  })(x);
}

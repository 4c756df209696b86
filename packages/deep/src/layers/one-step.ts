import { cast, equal, expandDims, max, mul, sum, type Tensor, tensor } from "../backend/tensors.js";
import { unnamed } from "../network/graph.js";
import type { Steps, Vector } from "../network/node.js";

/** The first real step of a row; zeros where there is none. */
export function firstStep(input: Steps): Vector {
  return oneStep(input, (steps, t) => steps - t);
}

/** The last real step of a row; zeros where there is none. */
export function lastStep(input: Steps): Vector {
  return oneStep(input, (_, t) => t + 1);
}

/** The real step whose rank, a number above 0, is highest. */
function oneStep(input: Steps, rank: (steps: number, t: number) => number): Vector {
  return unnamed("vector", input.width, [input], ([{ tensor: x, mask: given }]) => {
    const mask = given!;
    const steps = mask.shape[1]!;
    const ranks = Float32Array.from({ length: steps }, (_, t) => rank(steps, t));
    const places = mul(mask, tensor(ranks, [1, steps]));
    const chosen: Tensor = mul(mask, cast(equal(places, max(places, 1, true)), "float32"));
    return { tensor: sum(mul(x, expandDims(chosen, 2)), 1) };
  });
}

import { mul } from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import type { Node } from "../network/node.js";
import { checkRate } from "./check-option.js";
import { type DropoutOptions, kept } from "./dropout.js";
import { whileTraining } from "./while-training.js";

/**
 * Drops a part `rate` of the channels of each image, or of the units of each row's steps, as a whole while training
 * (Tompson et al. 2015), and scales up the rest: neighbouring pixels tell each other's values, so that dropping one
 * alone hides nothing. As Keras's SpatialDropout2D and SpatialDropout1D.
 */
export function spatialDropout<K extends "steps" | "image">(
  graph: Graph,
  name: string,
  input: Node<K>,
  { rate }: DropoutOptions,
): Node<K> {
  checkRate({ owner: graph.owner, layer: name }, "rate", rate);
  return whileTraining(graph, "spatialDropout", name, input, (x, random) => {
    const wholes = x.shape.map((size, axis) => (axis === 0 || axis === x.shape.length - 1 ? size : 1));
    return rate === 0 ? x : mul(x, kept(wholes, rate, random));
  });
}

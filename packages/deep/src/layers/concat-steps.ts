import { StrataError } from "@strata-ml/core";
import { concat } from "../backend/tensors.js";
import { unnamed } from "../network/graph.js";
import type { Steps } from "../network/node.js";

/**
 * Sequences one after another, masks as well, as Keras's Concatenate over the axis of the steps: each keeps its padding, which
 * layers after it skip.
 *
 * @throws StrataError for no inputs, and widths that differ.
 */
export function concatSteps(owner: string, inputs: readonly Steps[]): Steps {
  const [first] = inputs;
  if (first === undefined)
    throw new StrataError(owner, "concatSteps must get at least one input, received none");
  const widths = inputs.map(({ width }) => width);
  if (widths.some((width) => width !== first.width))
    throw new StrataError(owner, `concatSteps must get steps of one width, received ${widths.join(", ")}`);
  return unnamed("steps", first.width, inputs, (values) => ({
    tensor: concat(
      values.map(({ tensor }) => tensor),
      1,
    ),
    mask: concat(
      values.map(({ mask }) => mask!),
      1,
    ),
  }));
}

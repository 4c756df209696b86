import { add, expandDims, ones, zeros } from "../backend/tensors.js";
import { unnamed } from "../network/graph.js";
import type { Steps, Vector } from "../network/node.js";
import { checkWhole } from "./check-option.js";

/** A vector as so many equal steps, all real. */
export function repeatVector(owner: string, input: Vector, count: number): Steps {
  checkWhole({ owner, layer: "repeatVector" }, "count", count);
  return unnamed("steps", input.width, [input], ([{ tensor }]) => {
    const rows = tensor.shape[0];
    return {
      tensor: add(expandDims(tensor, 1), zeros([rows, count, input.width])),
      mask: ones([rows, count]),
    };
  });
}

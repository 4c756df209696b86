import {
  customGrad,
  gather,
  type GradSaveFunc,
  reshape,
  type Tensor,
  unsortedSegmentSum,
} from "../backend/tensors.js";
import type { Graph } from "../network/graph.js";
import { firstRowsZero, type Initializer, uniformInitializer } from "../network/initializer.js";
import type { Code, Node, StepCodes } from "../network/node.js";

/**
 * The first codes of every code input: 0 for a category or token that fit did not see (and for padding, which masks
 * take out again), 1 for a missing one. Their embeddings start as zeros.
 */
export const RESERVED_CODES = 2;
export const UNSEEN = 0;
export const MISSING = 1;

export interface EmbeddingOptions {
  readonly units: number;
  /** Default uniform within ±0.05, as in Keras. */
  readonly initializer?: Initializer;
}

/** A learned vector for each code (Guo and Berkhahn 2016 for categories). Weight `embeddings` (codes x units). */
export function embedding<K extends "code" | "stepCodes">(
  graph: Graph,
  name: string,
  input: Node<K>,
  { units, initializer = uniformInitializer(0.05) }: EmbeddingOptions,
): Node<K extends "code" ? "vector" : "steps"> {
  const first = firstRowsZero(Math.min(RESERVED_CODES, input.width), initializer);
  const table = graph.weight(name, "embeddings", [input.width, units], first, { decays: true });
  const kind = (input.kind === "code" ? "vector" : "steps") as K extends "code" ? "vector" : "steps";
  return graph.layer(
    "embedding",
    name,
    kind,
    units,
    [input as Code | StepCodes],
    ([{ tensor, mask }], run) => ({
      tensor: lookUp(run.weight(table), tensor),
      ...(mask && { mask }),
    }),
  );
}

/** Rows of `table` (codes x units) at `codes` (any shape): a tensor of that shape with units added. */
export function lookUp(table: Tensor, codes: Tensor): Tensor {
  const [rowsOfTable, units] = table.shape as [number, number];
  // tfjs's own gradient of gather transposes twice for nothing.
  const rows = customGrad((...inputs) => {
    const flat = reshape(codes, [codes.size]);
    (inputs[1] as GradSaveFunc)([flat]);
    return {
      value: gather(inputs[0] as Tensor, flat),
      gradFunc: (dy: Tensor, saved: Tensor[]) => unsortedSegmentSum(dy, saved[0] as never, rowsOfTable),
    };
  })(table);
  return reshape(rows, [...codes.shape, units]);
}

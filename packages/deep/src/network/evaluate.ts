import { type Random, StrataError } from "@strata-ml/core";
import type { Tensor } from "../backend/tensors.js";
import type { Node, Value } from "./node.js";

/** What one pass through a network needs besides its plan. */
export interface PassInputs {
  readonly feeds: ReadonlyMap<string, Tensor>;
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Takes what layers add to the loss, where one is asked for. */
  readonly addLoss?: (term: Tensor) => void;
  /** Given while training: the random numbers of a layer in this step, and where new running statistics go. */
  readonly training?: {
    readonly random: (layer: string) => Random;
    readonly update: (name: string, value: Tensor) => void;
  };
}

/** A node's numbers for a batch; nodes that it does not depend on are not computed. */
export function evaluate(node: Node, pass: PassInputs, done = new Map<Node, Value>()): Value {
  const held = done.get(node);
  if (held !== undefined) return held;
  const { inputs, run } = node.operation;
  const values = inputs.map((input) => evaluate(input, pass, done));
  const value = run(values, {
    training: pass.training !== undefined,
    feed: (key) => found(pass.feeds, key, "input"),
    weight: (name) => found(pass.weights, name, "weight"),
    addLoss: (term) => pass.addLoss?.(term),
    random: (layer) => pass.training!.random(layer),
    update: (name, tensor) => pass.training?.update(name, tensor),
  });
  done.set(node, value);
  return value;
}

function found(held: ReadonlyMap<string, Tensor>, name: string, what: string): Tensor {
  const tensor = held.get(name);
  if (tensor === undefined) throw new StrataError("network", `${what} ${name} must be there, received none`);
  return tensor;
}

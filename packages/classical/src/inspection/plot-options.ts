import { describe, type Label, ParamError } from "@strata-ml/core";

/** Place of an output among several: of the one asked for, or of the last one. */
export function outputAt(owner: string, outputs: readonly Label[], output: Label | undefined): number {
  const at = output === undefined ? outputs.length - 1 : outputs.indexOf(output);
  if (at < 0)
    throw new ParamError(owner, `output must be one of ${outputs.join(", ")}, received ${describe(output)}`);
  return at;
}

/** Numbers of the features of greatest weight, the greatest first. */
export function strongest(weights: ArrayLike<number>, most: number): number[] {
  const order = Array.from({ length: weights.length }, (_, i) => i).sort((a, b) => weights[b] - weights[a]);
  return order.slice(0, most);
}

/** A count that an option gives. */
export function countOption(owner: string, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw new ParamError(owner, `${name} must be a whole number >= 1, received ${describe(value)}`);
  return value;
}

import { describe, type Label, ParamError } from "@strata-ml/core";

/** A Vega-Lite specification (version 6) as a plain object, its data inside: any renderer of Vega-Lite draws it. */
export interface VegaLiteSpec {
  readonly $schema: string;
  readonly [property: string]: unknown;
}

/** A specification of the given parts. */
export function vegaLite(parts: Readonly<Record<string, unknown>>): VegaLiteSpec {
  return { $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...parts };
}

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

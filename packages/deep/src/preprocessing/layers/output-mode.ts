import { DataError } from "@strata-ml/core";
import { z } from "zod";
import type { Bag, LayerColumns } from "./preprocessing-layer.js";

/** What Keras calls the output modes of codes. */
export type OutputMode = "int" | "oneHot" | "multiHot" | "count" | "tfIdf";

export const codeModes = ["int", "oneHot", "multiHot", "count"] as const;
export const lookupModes = [...codeModes, "tfIdf"] as const;

/** What a layer of an output mode gives. */
export type OutputOf<M, Int extends "code" | "stepCodes" = "code"> = M extends "int" ? Int : "vector";

/** The node kind of an output mode. */
export function outputOf<Int extends "code" | "stepCodes">(mode: OutputMode, int: Int): Int | "vector" {
  return mode === "int" ? int : "vector";
}

export function outputModeParam<M extends readonly [OutputMode, ...OutputMode[]]>(
  modes: M,
  standard: M[number],
) {
  return z
    .enum(modes)
    .default(standard as never)
    .describe(
      "int: codes, for an embedding; else one vector a row: oneHot of its one code, multiHot of which codes occur, count of how often, tfIdf of counts by inverse document frequency",
    );
}

/** How codes become vectors in a mode; undefined in int mode. */
export function bagOf(mode: OutputMode, weights?: Float64Array): Bag | undefined {
  if (mode === "int") return undefined;
  return { repeats: mode === "count" || mode === "tfIdf", weights };
}

/** Throws {@link DataError} where one code a row is asked of rows that hold several numbers. */
export function requireOne(mode: OutputMode, { owner, columns }: LayerColumns): void {
  for (const column of columns) {
    if (mode !== "oneHot" || column.kind !== "numbers" || column.values.length === 0) continue;
    const width = column.shape.reduce((a, b) => a * b, 1);
    if (width !== 1)
      throw new DataError(
        owner,
        `column '${column.name}' must hold one value a row to be one-hot (multiHot and count take several), received ${width}`,
      );
  }
}

/** Adds the codes of a row to its vector. */
export function bagRow({ repeats, weights }: Bag, codes: Int32Array, out: Float32Array | Float64Array): void {
  for (const code of codes) {
    if (code < 0) continue;
    const weight = weights?.[code] ?? 1;
    out[code] = repeats ? out[code] + weight : weight;
  }
}

import type { FeatureColumn } from "./feature-columns.js";

/**
 * Rows `from..to` as trees walk them, row-major: numbers as they are, categories as their place, NaN for missing and
 * unknown.
 *
 * @param out where they go, from its start
 */
export function walkRows(
  columns: readonly FeatureColumn[],
  placesOf: ReadonlyMap<number, Int32Array>,
  from: number,
  to: number,
  out: Float64Array,
): void {
  const features = columns.length;
  columns.forEach((column, f) => {
    if (column.kind === "numeric") {
      const { values, offset, stride } = column;
      for (let i = from, k = f; i < to; i++, k += features) out[k] = values[offset + i * stride];
      return;
    }
    const places = placesOf.get(f) ?? new Int32Array(0);
    for (let i = from, k = f; i < to; i++, k += features) {
      const code = column.codes[i];
      out[k] = code < 0 || places[code] < 0 ? Number.NaN : places[code];
    }
  });
}

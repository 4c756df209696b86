import { MISSING_BIN } from "./binning.js";
import type { FeatureColumn } from "./feature-columns.js";

/** Every row as trees walk it, row-major: numbers as they are, categories as their bin, NaN for missing and unknown. */
export function walkRows(
  columns: readonly FeatureColumn[],
  categoryBinsOf: ReadonlyMap<number, Uint8Array>,
  rows: number,
): Float64Array {
  const features = columns.length;
  const out = new Float64Array(rows * features);
  columns.forEach((column, f) => {
    if (column.kind === "numeric") {
      const { values, offset, stride } = column;
      for (let i = 0, k = f; i < rows; i++, k += features) out[k] = values[offset + i * stride];
      return;
    }
    const bins = categoryBinsOf.get(f) ?? new Uint8Array(0);
    for (let i = 0, k = f; i < rows; i++, k += features) {
      const code = column.codes[i];
      out[k] = code < 0 || bins[code] === MISSING_BIN ? Number.NaN : bins[code];
    }
  });
  return out;
}

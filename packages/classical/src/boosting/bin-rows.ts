import { type FeatureBins, MISSING_BIN } from "./binning.js";
import type { FeatureColumn } from "./feature-columns.js";
import { type BinnedRows, BINS } from "./histogram.js";
import { ThresholdTable } from "./threshold-table.js";

/** Every row's bins, by row and by feature. */
export function binRows(
  columns: readonly FeatureColumn[],
  bins: readonly FeatureBins[],
  rows: number,
): BinnedRows {
  const features = columns.length;
  const byFeature = columns.map((column, f) => binColumn(column, bins[f], rows));
  const byRow = new Uint8Array(rows * features);
  for (let i = 0, k = 0; i < rows; i++) for (let f = 0; f < features; f++) byRow[k++] = byFeature[f][i];
  const counts = new Int32Array(features * BINS);
  byFeature.forEach((column, f) => {
    for (let i = 0; i < rows; i++) counts[f * BINS + column[i]]++;
  });
  return { bins: byRow, columns: byFeature, features, counts };
}

function binColumn(column: FeatureColumn, bins: FeatureBins, rows: number): Uint8Array {
  const out = new Uint8Array(rows);
  if (column.kind === "numeric" && bins.kind === "numeric") {
    const { values, offset, stride } = column;
    const table = new ThresholdTable(bins.thresholds);
    for (let i = 0, k = offset; i < rows; i++, k += stride) {
      const value = values[k];
      out[i] = value !== value ? MISSING_BIN : table.binOf(value);
    }
  } else if (column.kind === "categorical" && bins.kind === "categorical") {
    for (let i = 0; i < rows; i++) out[i] = column.codes[i] < 0 ? MISSING_BIN : bins.bins[column.codes[i]];
  }
  return out;
}

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

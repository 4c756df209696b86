import type { Random } from "@strata-ml/core";
import { sortedRows } from "../tree/sorted-rows.js";
import type { CategoricalFeature, FeatureColumn, NumericFeature } from "./feature-columns.js";
import { lowerBound } from "./lower-bound.js";
import { weightedQuantiles } from "./quantile.js";
import { sortedValues } from "./sorted-values.js";

/** The bin of missing values, and the size of every feature's histogram less one. */
export const MISSING_BIN = 255;

/** How a feature's values become bins 0 to `count - 1`. */
export type FeatureBins = NumericBins | CategoryBins;

/** Value x is in bin b where `thresholds[b - 1] < x <= thresholds[b]`. */
interface NumericBins {
  readonly kind: "numeric";
  readonly count: number;
  readonly thresholds: Float64Array;
}

/** Category c of the dictionary is in bin `bins[c]`; {@link MISSING_BIN} is one that fit did not see. */
interface CategoryBins {
  readonly kind: "categorical";
  readonly count: number;
  readonly bins: Uint8Array;
}

/** Rows that thresholds are taken from where there are more. */
const sampleRows = 200_000;

/**
 * Bins of every feature: at most `maxBins` (<= 255) of them, of about equal weight, missing values left out.
 * A feature of no more distinct values has its thresholds half way between them.
 */
export function fitBins(
  columns: readonly FeatureColumn[],
  weights: Float64Array | undefined,
  rows: number,
  maxBins: number,
  random: Random,
): FeatureBins[] {
  const sampled = rows > sampleRows;
  const sample = sampled ? drawRows(rows, weights, random) : Int32Array.from({ length: rows }, (_, i) => i);
  // A sample is drawn by weight, so the weights are used up.
  const left = sampled ? undefined : weights;
  return columns.map((column) =>
    column.kind === "categorical"
      ? categoryBins(column, maxBins)
      : numericBins(column, sample, left, maxBins),
  );
}

/** Rows drawn with replacement in proportion to their weight. */
function drawRows(rows: number, weights: Float64Array | undefined, random: Random): Int32Array {
  const out = new Int32Array(sampleRows);
  if (weights === undefined) {
    for (let i = 0; i < sampleRows; i++) out[i] = random.integer(rows);
    return out;
  }
  const upTo = new Float64Array(rows);
  let total = 0;
  for (let i = 0; i < rows; i++) upTo[i] = total += weights[i];
  for (let i = 0; i < sampleRows; i++)
    out[i] = Math.min(rows - 1, lowerBound(upTo, random.uniform() * total));
  return out;
}

function numericBins(
  { values, offset, stride }: NumericFeature,
  rows: Int32Array,
  weights: Float64Array | undefined,
  maxBins: number,
): NumericBins {
  const raw = new Float64Array(rows.length);
  for (let i = 0; i < raw.length; i++) raw[i] = values[offset + rows[i] * stride];
  const present = sortedValues(raw);
  const distinct = distinctValues(present);
  let thresholds: Float64Array;
  if (distinct.length <= maxBins) {
    thresholds = new Float64Array(Math.max(0, distinct.length - 1));
    for (let i = 0; i < thresholds.length; i++) thresholds[i] = middle(distinct[i], distinct[i + 1]);
  } else {
    const shares = Float64Array.from({ length: maxBins - 1 }, (_, i) => (i + 1) / maxBins);
    const ordered =
      weights &&
      Float64Array.from(
        sortedRows(
          raw,
          rows.map((_, i) => i),
        ),
        (i) => weights[rows[i]],
      );
    thresholds = distinctValues(weightedQuantiles(present, ordered?.subarray(0, present.length), shares));
  }
  return { kind: "numeric", count: thresholds.length + 1, thresholds };
}

/** Ascending values without repeats. */
function distinctValues(sorted: Float64Array): Float64Array {
  const out = new Float64Array(sorted.length);
  let count = 0;
  for (let i = 0; i < sorted.length; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) out[count++] = sorted[i];
  return out.subarray(0, count);
}

/** A number t with a <= t < b, half way between where rounding allows. */
function middle(a: number, b: number): number {
  const half = a / 2 + b / 2;
  return half < b && half >= a ? half : a;
}

/** One bin a category in order of name; where there are more than `maxBins`, the rarest share the last one. */
function categoryBins({ codes, categories }: CategoricalFeature, maxBins: number): CategoryBins {
  const counts = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const byName = (a: number, b: number): number => (categories[a] < categories[b] ? -1 : 1);
  const seen = Array.from(categories.keys())
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a] || byName(a, b));
  const own = seen.length > maxBins ? seen.slice(0, maxBins - 1) : seen;
  const bins = new Uint8Array(categories.length).fill(MISSING_BIN);
  for (const code of seen) bins[code] = maxBins - 1;
  own.sort(byName).forEach((code, bin) => {
    bins[code] = bin;
  });
  return { kind: "categorical", count: Math.max(1, Math.min(seen.length, maxBins)), bins };
}

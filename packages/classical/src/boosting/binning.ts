import type { Random } from "@strata-ml/core";
import type { CategoricalFeature } from "./feature-columns.js";
import { lowerBound } from "./lower-bound.js";
import { weightedQuantiles } from "./quantile.js";
import { middle, tailThresholds } from "./tail-thresholds.js";

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
export const sampleRows = 200_000;

/** Rows drawn with replacement in proportion to their weight. */
export function drawRows(rows: number, weights: Float64Array | undefined, random: Random): Int32Array {
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

/** How bins are spread over a feature's values, see {@link numericBins}. */
export type Binning = "tails" | "quantile";

/**
 * Bins of ascending values: at most `maxBins` (<= 255) of them, "quantile" of about equal weight, "tails" finer at both
 * ends, see {@link tailThresholds}. A feature of no more distinct values has its thresholds half way between them.
 *
 * @param weights of the values in their order; absent means 1 each
 */
export function numericBins(
  present: Float64Array,
  weights: Float64Array | undefined,
  maxBins: number,
  binning: Binning,
): NumericBins {
  let thresholds: Float64Array;
  if (hasAtMost(present, maxBins)) {
    const distinct = distinctValues(present);
    thresholds = new Float64Array(Math.max(0, distinct.length - 1));
    for (let i = 0; i < thresholds.length; i++) thresholds[i] = middle(distinct[i], distinct[i + 1]);
  } else if (binning === "tails") thresholds = tailThresholds(present, weights, maxBins);
  else {
    const shares = Float64Array.from({ length: maxBins - 1 }, (_, i) => (i + 1) / maxBins);
    thresholds = distinctValues(weightedQuantiles(present, weights?.subarray(0, present.length), shares));
  }
  return { kind: "numeric", count: thresholds.length + 1, thresholds };
}

/** Whether ascending values hold no more than so many distinct ones. */
function hasAtMost(sorted: Float64Array, most: number): boolean {
  let count = 0;
  for (let i = 0; i < sorted.length && count <= most; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) count++;
  return count <= most;
}

/** Ascending values without repeats. */
function distinctValues(sorted: Float64Array): Float64Array {
  const out = new Float64Array(sorted.length);
  let count = 0;
  for (let i = 0; i < sorted.length; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) out[count++] = sorted[i];
  return out.subarray(0, count);
}

/** One bin a category in order of name; where there are more than `maxBins`, the rarest share the last one. */
export function categoryBins({ codes, categories }: CategoricalFeature, maxBins: number): CategoryBins {
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

/** The bins that categories have already. */
export function givenBins(bins: Uint8Array): CategoryBins {
  const last = bins.reduce((most, bin) => (bin === MISSING_BIN ? most : Math.max(most, bin)), 0);
  return { kind: "categorical", count: last + 1, bins };
}

import type { Random } from "@strata-ml/core";
import type { CategoricalFeature } from "./feature-columns.js";
import { lowerBound } from "./lower-bound.js";
import { weightedQuantiles } from "./quantile.js";
import { middle, type TailThresholds } from "./tail-thresholds.js";

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

/** Trees read category c of the dictionary as `places[c]`; negative is one that fit did not see. */
interface CategoryBins {
  readonly kind: "categorical";
  /** Bins: one a place, as far as there are bins. */
  readonly count: number;
  readonly places: Int32Array;
  /** Where there are more places than bins: the bin of each place, which `SharedBins` sets for every tree. */
  readonly shared: Uint8Array | undefined;
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

/** How bins are spread over a feature's values: see {@link TailThresholds}, or of about equal weight. */
export type Binning = "tails" | "quantile";

/**
 * Bins of ascending values: at most `maxBins` (<= 255) of them, of about equal weight, or as
 * `tails` finds them. A feature of no more distinct values has its thresholds half way between them.
 *
 * @param weights of the values in their order; absent means 1 each
 */
export function numericBins(
  present: Float64Array,
  weights: Float64Array | undefined,
  maxBins: number,
  tails?: TailThresholds,
): NumericBins {
  let thresholds: Float64Array;
  if (hasAtMost(present, maxBins)) {
    const distinct = distinctValues(present);
    thresholds = new Float64Array(Math.max(0, distinct.length - 1));
    for (let i = 0; i < thresholds.length; i++) thresholds[i] = middle(distinct[i], distinct[i + 1]);
  } else if (tails) thresholds = tails.of(present, weights, maxBins);
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

/** The places of the categories that rows have, in order of name. */
export function categoryPlaces({ codes, categories }: CategoricalFeature): Int32Array {
  const seen = new Uint8Array(categories.length);
  for (const code of codes) if (code >= 0) seen[code] = 1;
  const places = new Int32Array(categories.length).fill(-1);
  Array.from(categories.keys())
    .filter((code) => seen[code] === 1)
    .sort((a, b) => (categories[a] < categories[b] ? -1 : 1))
    .forEach((code, place) => (places[code] = place));
  return places;
}

/** One bin a place, or, of more than `maxBins`, bins that some share. */
export function categoryBins(places: Int32Array, maxBins: number): CategoryBins {
  const count = Math.max(1, placeCount(places));
  const shared = count > maxBins ? new Uint8Array(count) : undefined;
  return { kind: "categorical", count: Math.min(count, maxBins), places, shared };
}

function placeCount(places: Int32Array): number {
  return places.reduce((most, place) => Math.max(most, place + 1), 0);
}

/** Words of a set of places. */
export function setWords(places: Int32Array): number {
  return Math.max(1, Math.ceil(placeCount(places) / 32));
}

import {
  type CategoricalColumn,
  type FloatArray,
  type NumericColumn,
  type TensorColumn,
} from "@strata-ml/core";

export const strategies = ["mean", "median", "mostFrequent", "constant"] as const;
export type Strategy = (typeof strategies)[number];

/** Fills of the elements of a numeric or tensor column, NaN where no row has a value, and which elements miss any. */
export interface NumericFill {
  readonly fill: Float64Array;
  readonly missing: readonly number[];
}

/** The statistic of each of the `width` elements of a row. */
export function numericFill(
  { values }: NumericColumn | TensorColumn,
  width: number,
  strategy: Strategy,
  constant: number,
): NumericFill {
  const rows = values.length / width;
  const fill = new Float64Array(width);
  const missing: number[] = [];
  for (let j = 0; j < width; j++) {
    const present = presentValues(values, j, width, rows);
    if (present.length < rows) missing.push(j);
    fill[j] = present.length === 0 ? Number.NaN : statistic(present, strategy, constant);
  }
  return { fill, missing };
}

function presentValues(values: FloatArray, j: number, width: number, rows: number): Float64Array {
  const out = new Float64Array(rows);
  let n = 0;
  for (let k = j; k < values.length; k += width) {
    const value = values[k];
    if (value === value) out[n++] = value;
  }
  return out.subarray(0, n);
}

/** A statistic of values of which there is at least one; may sort them. */
function statistic(present: Float64Array, strategy: Strategy, constant: number): number {
  switch (strategy) {
    case "constant":
      return constant;
    case "mean": {
      let sum = 0;
      for (const value of present) sum += value;
      return sum / present.length;
    }
    case "median": {
      present.sort();
      const half = present.length >> 1;
      return present.length % 2 === 1 ? present[half] : (present[half - 1] + present[half]) / 2;
    }
    case "mostFrequent":
      return longestRun(present.sort());
  }
}

/** The value that occurs most often among sorted ones, the smallest where several do. */
function longestRun(sorted: Float64Array): number {
  let best = sorted[0];
  let most = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    if (end - start > most) {
      most = end - start;
      best = sorted[start];
    }
    start = end;
  }
  return best;
}

/** The category that occurs most often, the first by code unit where several do; null where none occurs. */
export function mostFrequentCategory({ codes, categories }: CategoricalColumn): string | null {
  const counts = new Map<string, number>();
  const byCode = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0) byCode[code]++;
  categories.forEach((category, code) => {
    if (byCode[code] > 0) counts.set(category, (counts.get(category) ?? 0) + byCode[code]);
  });
  let best: string | null = null;
  for (const [category, count] of counts) {
    const most = best === null ? 0 : (counts.get(best) ?? 0);
    if (count > most || (count === most && best !== null && category < best)) best = category;
  }
  return best;
}

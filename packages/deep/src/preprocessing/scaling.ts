/** How a block of numbers is standardised: one mean and scale a column, and which columns get a missing indicator. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** Columns in which fit saw missing values, ascending. */
  readonly indicators: readonly number[];
}

/** Standardised values are held within this, so that an absurd one can't become infinite in float32. */
const bound = 1e6;

/** A number as a network may see it: within the bound, 0 where it is missing. */
export function heldWithin(value: number): number {
  return value > bound ? bound : value < -bound ? -bound : value || 0;
}

/** Means and deviations of the columns of a row-major block, over the values that are there; `weightOf` weighs a row. */
export function fitScaling(
  values: ArrayLike<number>,
  width: number,
  weightOf?: (row: number) => number,
): Scaling {
  const rows = width === 0 ? 0 : values.length / width;
  const mean = new Float64Array(width);
  const scale = new Float64Array(width).fill(1);
  const indicators: number[] = [];
  for (let j = 0; j < width; j++) {
    let total = 0;
    let sum = 0;
    let missing = false;
    for (let i = 0; i < rows; i++) {
      const value = values[i * width + j];
      if (Number.isNaN(value)) missing = true;
      else {
        const w = weightOf?.(i) ?? 1;
        total += w;
        sum += w * value;
      }
    }
    if (missing) indicators.push(j);
    if (total === 0) continue;
    mean[j] = sum / total;
    let squares = 0;
    for (let i = 0; i < rows; i++) {
      const value = values[i * width + j];
      if (!Number.isNaN(value)) squares += (weightOf?.(i) ?? 1) * (value - mean[j]) ** 2;
    }
    const deviation = Math.sqrt(squares / total);
    const rounding = Math.abs(mean[j]) * rows * Number.EPSILON;
    // A constant column's deviation is rounding error, which stays small whatever the column's size.
    scale[j] = deviation > rounding ? deviation : Math.max(1, rounding);
  }
  return { mean, scale, indicators };
}

export function scaledWidth({ mean, indicators }: Scaling): number {
  return mean.length + indicators.length;
}

/** The block standardised, a missing value as 0, its indicators (1 for missing) after each row's values. */
export function applyScaling(scaling: Scaling, values: ArrayLike<number>): Float32Array {
  const { mean, scale, indicators } = scaling;
  const width = mean.length;
  const rows = width === 0 ? 0 : values.length / width;
  const outWidth = scaledWidth(scaling);
  const out = new Float32Array(rows * outWidth);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      out[i * outWidth + j] = heldWithin((values[i * width + j] - mean[j]) / scale[j]);
    }
    for (let k = 0; k < indicators.length; k++) {
      out[i * outWidth + width + k] = Number.isNaN(values[i * width + indicators[k]]) ? 1 : 0;
    }
  }
  return out;
}

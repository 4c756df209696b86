import { columnWidth, DataError, type Dataset, denseNames } from "@strata-ml/core";

/** Squares of larger numbers, summed over rows, may not be finite, so that they can't be standardised. */
const largest = 1e140;

/**
 * The place in a row-major block of the first number that is too large to be standardised, or -1. Infinite ones are
 * refused elsewhere; rows of weight zero are never looked at.
 */
export function placeOfHuge(values: ArrayLike<number>, width = 1, weights?: Float64Array): number {
  for (let at = 0; at < values.length; at++) {
    const size = Math.abs(values[at]);
    if (size > largest && size < Number.POSITIVE_INFINITY && weights?.[Math.floor(at / width)] !== 0)
      return at;
  }
  return -1;
}

/** What is asked of a number at {@link placeOfHuge}. */
export const hugeAdvice = `must be at most ${largest} in size to be standardised`;

/** Throws {@link DataError} for a number of a numeric or tensor feature that is too large to be standardised, by its row in `data`. */
export function requireNoHuge(owner: string, data: Dataset, weights: Float64Array | undefined): void {
  for (const schema of data.featureSchema) {
    const column = data.column(schema.name);
    if (column.kind !== "numeric" && column.kind !== "tensor") continue;
    const width = columnWidth(schema);
    const place = placeOfHuge(column.values, width, weights);
    if (place < 0) continue;
    throw new DataError(
      owner,
      `column '${denseNames([schema])[place % width]}' ${hugeAdvice}, received ${column.values[place]} at row ${Math.floor(place / width)}`,
    );
  }
}

import { z } from "zod";

/** The params that group rare categories, as scikit-learn's encoders have them. */
export const infrequentParams = {
  minFrequency: z
    .number()
    .positive()
    .refine(
      (value) => value < 1 || Number.isInteger(value),
      "must be a whole number of rows or a fraction < 1",
    )
    .nullable()
    .default(null)
    .describe(
      "Categories in fewer rows are grouped as infrequent: a number of rows, or a fraction of them below 1",
    ),
  maxCategories: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("Most output categories of a feature, the infrequent group among them"),
};

interface InfrequentParams {
  readonly minFrequency: number | null;
  readonly maxCategories: number | null;
}

/** Indices, ascending, of the categories that are rare enough to be grouped. Of equally rare ones the last are kept, as scikit-learn does. */
export function infrequentIndices(
  counts: Int32Array,
  rows: number,
  { minFrequency, maxCategories }: InfrequentParams,
): number[] {
  const least = minFrequency === null ? 0 : minFrequency < 1 ? minFrequency * rows : minFrequency;
  const rare = new Set<number>();
  counts.forEach((count, index) => {
    if (count < least) rare.add(index);
  });
  if (maxCategories !== null && maxCategories < counts.length - rare.size + 1) {
    const order = Array.from(counts, (_, index) => index).sort((a, b) => counts[a] - counts[b] || a - b);
    for (const index of order.slice(0, Math.max(0, counts.length - maxCategories + 1))) rare.add(index);
  }
  return [...rare].sort((a, b) => a - b);
}

/** Where categories go once rare ones are grouped: `groupOf[index]`, the infrequent group being the last. */
export interface Grouping {
  readonly groupOf: Int32Array;
  readonly groups: number;
  /** The group of infrequent categories; -1 where there is none. */
  readonly infrequentGroup: number;
}

/** The grouping of `n` categories. */
export function groupCategories(n: number, infrequent: readonly number[]): Grouping {
  const groupOf = new Int32Array(n);
  if (infrequent.length === 0) return { groupOf: groupOf.map((_, i) => i), groups: n, infrequentGroup: -1 };
  const infrequentGroup = n - infrequent.length;
  for (const index of infrequent) groupOf[index] = -1;
  let next = 0;
  for (let i = 0; i < n; i++) groupOf[i] = groupOf[i] === -1 ? infrequentGroup : next++;
  return { groupOf, groups: infrequentGroup + 1, infrequentGroup };
}

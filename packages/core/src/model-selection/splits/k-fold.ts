import { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { requireRows } from "../../dataset/target.js";
import { Random } from "../../random.js";
import { ConfiguredSplitter, type Split, splitsOfFolds } from "./splitter.js";

export const foldParams = z
  .strictObject({
    nSplits: z.int().min(2).default(5).describe("Number of folds"),
    shuffle: z.boolean().default(false).describe("Whether rows are put in random order first"),
    repeats: z.int().min(1).default(1).describe("How many times to split anew, each in another order"),
    seed: z.number().default(0).describe("Start of the random order"),
  })
  .refine(({ repeats, shuffle }) => repeats === 1 || shuffle, {
    message: "must be 1 unless shuffle is true",
    path: ["repeats"],
  });

/**
 * K folds of consecutive rows, each the test part once; with `shuffle`, of rows in random order.
 * The folds of scikit-learn's `KFold` and, with `repeats`, `RepeatedKFold`.
 *
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7] });
 * new KFold({ nSplits: 3 }).split(data).map(({ test }) => test.length); // [3, 2, 2]
 */
export class KFold extends ConfiguredSplitter<typeof foldParams> {
  readonly type = "kFold";

  constructor(input?: z.input<typeof foldParams>) {
    super(foldParams, input);
  }

  split(data: Dataset): Split[] {
    const { nSplits, shuffle, repeats, seed } = this.params;
    requireRows(this.owner, data, nSplits);
    return Array.from({ length: repeats }, (_, repeat) => {
      const folds = consecutiveFolds(data.rows, nSplits);
      if (!shuffle) return splitsOfFolds(folds, nSplits);
      const order = new Random(seed).fork(repeat).permutation(data.rows);
      const shuffled = new Int32Array(data.rows);
      for (let i = 0; i < order.length; i++) shuffled[order[i]] = folds[i];
      return splitsOfFolds(shuffled, nSplits);
    }).flat();
  }
}

/** Fold of each of `count` things in a row; the first folds take what does not divide. */
export function consecutiveFolds(count: number, nSplits: number): Int32Array {
  const folds = new Int32Array(count);
  const size = Math.floor(count / nSplits);
  const larger = count % nSplits;
  for (let fold = 0, at = 0; fold < nSplits; fold++) {
    const end = at + size + (fold < larger ? 1 : 0);
    folds.fill(fold, at, end);
    at = end;
  }
  return folds;
}

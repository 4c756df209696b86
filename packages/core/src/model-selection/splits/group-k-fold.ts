import { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { Random } from "../../random.js";
import { consecutiveFolds } from "./k-fold.js";
import { requireGroups, rowGroups } from "./row-groups.js";
import { ConfiguredSplitter, type Split, splitsOfFolds } from "./splitter.js";

export const groupFoldParams = z.strictObject({
  nSplits: z.int().min(2).default(5).describe("Number of folds"),
  shuffle: z.boolean().default(false).describe("Whether groups are dealt in random order instead of by size"),
  seed: z.number().default(0).describe("Start of the random order"),
});

/**
 * K folds of whole groups (the column with the group role): none is in training and test part at once. Groups go,
 * largest first, to the fold with the fewest rows, as in scikit-learn's `GroupKFold`.
 *
 * @throws DataError from `split` where there is no group column, or fewer groups than folds.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8], customer: ["a", "a", "b", "b", "c", "c", "d", "d"] });
 * new GroupKFold({ nSplits: 4 }).split(data.withRoles({ group: "customer" }));
 */
export class GroupKFold extends ConfiguredSplitter<typeof groupFoldParams> {
  readonly type = "groupKFold";

  constructor(input?: z.input<typeof groupFoldParams>) {
    super(groupFoldParams, input);
  }

  split(data: Dataset): Split[] {
    const { nSplits, shuffle, seed } = this.params;
    const groups = rowGroups(this.owner, data);
    requireGroups(this.owner, groups, nSplits);
    const { codes, count } = groups;
    const foldOf = shuffle ? shuffled(count, nSplits, seed) : bySize(codes, count, nSplits);
    return splitsOfFolds(
      codes.map((group) => foldOf[group]),
      nSplits,
    );
  }
}

function shuffled(count: number, nSplits: number, seed: number): Int32Array {
  const order = new Random(seed).permutation(count);
  const folds = consecutiveFolds(count, nSplits);
  const foldOf = new Int32Array(count);
  for (let i = 0; i < count; i++) foldOf[order[i]] = folds[i];
  return foldOf;
}

function bySize(codes: Int32Array, count: number, nSplits: number): Int32Array {
  const sizes = new Int32Array(count);
  for (const group of codes) sizes[group]++;
  const largestFirst = Int32Array.from(sizes.keys()).sort((a, b) => sizes[b] - sizes[a] || b - a);
  const rowsOfFold = new Float64Array(nSplits);
  const foldOf = new Int32Array(count);
  for (const group of largestFirst) {
    const lightest = rowsOfFold.indexOf(Math.min(...rowsOfFold));
    rowsOfFold[lightest] += sizes[group];
    foldOf[group] = lightest;
  }
  return foldOf;
}

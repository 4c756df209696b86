import type { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { anyClassTarget } from "../../dataset/target.js";
import { DataError } from "../../errors.js";
import { Random } from "../../random.js";
import { foldParams } from "./k-fold.js";
import { ConfiguredSplitter, type Split, splitsOfFolds } from "./splitter.js";

/**
 * K folds that each hold about the same share of every class, with scikit-learn's allocation (`StratifiedKFold` and,
 * with `repeats`, `RepeatedStratifiedKFold`). A class with fewer rows than folds is absent from some test parts.
 *
 * @throws DataError from `split` where there is no target of classes, or every class has fewer rows than there are folds.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], y: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1] }, { target: "y" });
 * new StratifiedKFold({ nSplits: 5, shuffle: true, seed: 1 }).split(data);
 */
export class StratifiedKFold extends ConfiguredSplitter<typeof foldParams> {
  readonly type = "stratifiedKFold";

  constructor(input?: z.input<typeof foldParams>) {
    super(foldParams, input);
  }

  split(data: Dataset): Split[] {
    const { nSplits, shuffle, repeats, seed } = this.params;
    const codes = classesByAppearance(this.owner, data);
    const members = rowsByClass(codes);
    const most = Math.max(...members.map(({ length }) => length));
    if (most < nSplits)
      throw new DataError(
        this.owner,
        `a class must have at least ${nSplits} rows, one a fold, received at most ${most}`,
      );
    const allocation = allocate(members, nSplits);
    return Array.from({ length: repeats }, (_, repeat) => {
      const random = new Random(seed).fork(repeat);
      const folds = new Int32Array(codes.length);
      members.forEach((rows, k) => {
        const ofClass = allocation[k].slice();
        if (shuffle) random.shuffle(ofClass);
        for (let i = 0; i < rows.length; i++) folds[rows[i]] = ofClass[i];
      });
      return splitsOfFolds(folds, nSplits);
    }).flat();
  }
}

/** Folds for the rows of each class, in blocks: the folds that dealing out all rows by class, one by one, would give. */
function allocate(members: readonly Int32Array[], nSplits: number): Int32Array[] {
  let dealt = 0;
  return members.map(({ length }) => {
    const folds = Int32Array.from({ length }, (_, i) => (dealt + i) % nSplits).sort();
    dealt += length;
    return folds;
  });
}

/** Class of each row, numbered by first appearance, so that renaming classes changes no fold. */
function classesByAppearance(owner: string, data: Dataset): Int32Array {
  const { codes } = anyClassTarget(owner, data);
  const place = new Map<number, number>();
  return codes.map((code) => {
    if (!place.has(code)) place.set(code, place.size);
    return place.get(code)!;
  });
}

/** Rows of each class, ascending; codes run from 0 without a gap. */
export function rowsByClass(codes: Int32Array): Int32Array[] {
  const lists: number[][] = [];
  for (let row = 0; row < codes.length; row++) {
    lists[codes[row]] ??= [];
    lists[codes[row]].push(row);
  }
  return lists.map((rows) => Int32Array.from(rows));
}

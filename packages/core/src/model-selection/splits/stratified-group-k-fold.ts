import type { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { anyClassTarget } from "../../dataset/target.js";
import { DataError } from "../../errors.js";
import { Random } from "../../random.js";
import { groupFoldParams } from "./group-k-fold.js";
import { requireGroups, rowGroups } from "./row-groups.js";
import { ConfiguredSplitter, type Split, splitsOfFolds } from "./splitter.js";

/**
 * K folds of whole groups, chosen so that each holds about the same share of every class. Groups go, the least even
 * first, to the fold that keeps the classes' shares most alike, as in scikit-learn's `StratifiedGroupKFold`.
 *
 * @throws DataError from `split` where there is no group column or target of classes, fewer groups than folds, or every class has fewer rows than there are folds.
 * @example
 * const customer = ["a", "a", "b", "b", "c", "c", "d", "d"];
 * const data = fromColumns({ customer, fraud: [0, 1, 0, 1, 0, 1, 0, 1] });
 * new StratifiedGroupKFold({ nSplits: 4 }).split(data.withRoles({ group: "customer", target: "fraud" }));
 */
export class StratifiedGroupKFold extends ConfiguredSplitter<typeof groupFoldParams> {
  readonly type = "stratifiedGroupKFold";

  constructor(input?: z.input<typeof groupFoldParams>) {
    super(groupFoldParams, input);
  }

  split(data: Dataset): Split[] {
    const { nSplits, shuffle, seed } = this.params;
    const target = anyClassTarget(this.owner, data);
    const groups = rowGroups(this.owner, data);
    requireGroups(this.owner, groups, nSplits);
    const nClasses = target.classes.length;
    const perGroup = Array.from({ length: groups.count }, () => new Float64Array(nClasses));
    const perClass = new Float64Array(nClasses);
    for (let row = 0; row < data.rows; row++) {
      perGroup[groups.codes[row]][target.codes[row]]++;
      perClass[target.codes[row]]++;
    }
    if (perClass.every((count) => count < nSplits))
      throw new DataError(
        this.owner,
        `a class must have at least ${nSplits} rows, one a fold, received at most ${Math.max(...perClass)}`,
      );
    const order = shuffle ? new Random(seed).permutation(groups.count) : Int32Array.from(perGroup.keys());
    const foldOf = deal(perGroup, perClass, order, nSplits);
    return splitsOfFolds(
      groups.codes.map((group) => foldOf[group]),
      nSplits,
    );
  }
}

function deal(
  perGroup: readonly Float64Array[],
  perClass: Float64Array,
  order: Int32Array,
  nSplits: number,
): Int32Array {
  const spread = perGroup.map(deviation);
  const foldOf = new Int32Array(perGroup.length);
  const perFold = Array.from({ length: nSplits }, () => new Float64Array(perClass.length));
  for (const group of order.toSorted((a, b) => spread[b] - spread[a])) {
    const fold = bestFold(perFold, perClass, perGroup[group]);
    foldOf[group] = fold;
    perFold[fold].forEach((count, k) => (perFold[fold][k] = count + perGroup[group][k]));
  }
  return foldOf;
}

/** The fold that, with the group, leaves the shares of the classes most alike; among equals the one with the fewest rows. */
function bestFold(perFold: readonly Float64Array[], perClass: Float64Array, group: Float64Array): number {
  const shares = new Float64Array(perFold.length);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  let fewest = Number.POSITIVE_INFINITY;
  perFold.forEach((counts, fold) => {
    let uneven = 0;
    for (let k = 0; k < perClass.length; k++) {
      for (let f = 0; f < shares.length; f++)
        shares[f] = (perFold[f][k] + (f === fold ? group[k] : 0)) / perClass[k];
      uneven += deviation(shares);
    }
    uneven /= perClass.length;
    const rows = counts.reduce((a, b) => a + b, 0);
    const alike = Math.abs(uneven - least) <= 1e-8 + 1e-5 * Math.abs(least);
    if (uneven < least || (alike && rows < fewest)) {
      best = fold;
      least = uneven;
      fewest = rows;
    }
  });
  return best;
}

/** Population standard deviation. */
function deviation(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

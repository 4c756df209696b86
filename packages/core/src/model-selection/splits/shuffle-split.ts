import { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { anyClassTarget } from "../../dataset/target.js";
import { DataError } from "../../errors.js";
import { requireDataset } from "../../guard.js";
import { Random } from "../../random.js";
import { rowGroups } from "./row-groups.js";
import { ConfiguredSplitter, type Split } from "./splitter.js";
import { rowsByClass } from "./stratified-k-fold.js";

/** A share in (0, 1), or a whole number of rows. */
export const partSize = z
  .number()
  .positive()
  .refine((size) => size < 1 || Number.isInteger(size), "must be a fraction below 1 or a whole number");

const params = z.strictObject({
  nSplits: z.int().min(1).default(10).describe("Number of splits"),
  testSize: partSize.default(0.1).describe("Share of rows (or groups) in the test part, or their number"),
  trainSize: partSize
    .nullable()
    .default(null)
    .describe("Share of rows (or groups) in the training part, or their number; null takes the rest"),
  seed: z.number().default(0).describe("Start of the random order"),
});

/**
 * Random training and test parts, drawn anew for each split, in random order.
 *
 * @throws DataError from `split` where a part would be empty or the two exceed the rows.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8] });
 * new ShuffleSplit({ nSplits: 3, testSize: 0.25, seed: 7 }).split(data);
 */
export class ShuffleSplit extends ConfiguredSplitter<typeof params> {
  readonly type = "shuffleSplit";

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  split(data: Dataset): Split[] {
    requireDataset(this.owner, data);
    const { nSplits, testSize, trainSize, seed } = this.params;
    const sizes = partSizes(this.owner, data.rows, testSize, trainSize);
    return Array.from({ length: nSplits }, (_, i) => {
      const order = new Random(seed).fork(i).permutation(data.rows);
      return { train: order.slice(sizes.test, sizes.test + sizes.train), test: order.slice(0, sizes.test) };
    });
  }
}

/**
 * Random training and test parts, in which every class has its share to within one row.
 *
 * @throws DataError from `split` where there is no target of classes, a class has one row only, or a part can't hold every class.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8], y: [0, 1, 0, 1, 0, 1, 0, 1] }, { target: "y" });
 * new StratifiedShuffleSplit({ nSplits: 3, testSize: 0.25, seed: 7 }).split(data);
 */
export class StratifiedShuffleSplit extends ConfiguredSplitter<typeof params> {
  readonly type = "stratifiedShuffleSplit";

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  split(data: Dataset): Split[] {
    const { nSplits, testSize, trainSize, seed } = this.params;
    const { owner } = this;
    const target = anyClassTarget(owner, data);
    const sizes = partSizes(owner, data.rows, testSize, trainSize);
    const members = rowsByClass(target.codes);
    const rare = members.findIndex(({ length }) => length < 2);
    if (rare >= 0)
      throw new DataError(
        owner,
        `every class must have at least 2 rows, received 1 of ${target.classes[rare]}`,
      );
    const fewest = Math.min(sizes.train, sizes.test);
    if (fewest < members.length)
      throw new DataError(
        owner,
        `training and test part must each have a row for each of ${members.length} classes, received ${sizes.train} and ${sizes.test} rows`,
      );
    return Array.from({ length: nSplits }, (_, i) => {
      const random = new Random(seed).fork(i);
      const counts = members.map(({ length }) => length);
      const train = proportional(counts, sizes.train, random);
      const test = proportional(
        counts.map((count, k) => count - train[k]),
        sizes.test,
        random,
      );
      const shuffled = members.map((rows) => random.shuffle(rows.slice()));
      const part = (from: (k: number) => number, to: (k: number) => number): Int32Array =>
        random.shuffle(
          Int32Array.from(shuffled.flatMap((rows, k) => Array.from(rows.subarray(from(k), to(k))))),
        );
      return {
        train: part(
          () => 0,
          (k) => train[k],
        ),
        test: part(
          (k) => train[k],
          (k) => train[k] + test[k],
        ),
      };
    });
  }
}

/**
 * Random training and test parts of whole groups (the column with the group role); sizes count groups.
 *
 * @throws DataError from `split` where there is no group column, or a part would be empty.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8], customer: ["a", "a", "b", "b", "c", "c", "d", "d"] });
 * new GroupShuffleSplit({ nSplits: 1, testSize: 0.2 }).split(data.withRoles({ group: "customer" }));
 */
export class GroupShuffleSplit extends ConfiguredSplitter<typeof params> {
  readonly type = "groupShuffleSplit";

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  split(data: Dataset): Split[] {
    const { nSplits, testSize, trainSize, seed } = this.params;
    const { codes, count } = rowGroups(this.owner, data);
    const sizes = partSizes(this.owner, count, testSize, trainSize, "groups");
    const rows = Int32Array.from(codes.keys());
    return Array.from({ length: nSplits }, (_, i) => {
      const order = new Random(seed).fork(i).permutation(count);
      const place = new Int32Array(count);
      order.forEach((group, at) => (place[group] = at));
      return {
        train: rows.filter(
          (row) => place[codes[row]] >= sizes.test && place[codes[row]] < sizes.test + sizes.train,
        ),
        test: rows.filter((row) => place[codes[row]] < sizes.test),
      };
    });
  }
}

/** Numbers of training and test things, rounded as scikit-learn does: the test part up, the training part down. */
export function partSizes(
  owner: string,
  count: number,
  testSize: number,
  trainSize: number | null,
  things = "rows",
): { train: number; test: number } {
  const test = testSize < 1 ? Math.ceil(testSize * count) : testSize;
  const train = trainSize === null ? count - test : trainSize < 1 ? Math.floor(trainSize * count) : trainSize;
  if (train < 1 || test < 1 || train + test > count)
    throw new DataError(
      owner,
      `training and test part must each have at least 1 of ${count} ${things} and together no more, received ${train} and ${test}`,
    );
  return { train, test };
}

/** How many of each class to draw, `draws` in all: its share rounded down, then one more where the remainder is largest, ties at random. */
function proportional(counts: readonly number[], draws: number, random: Random): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  const exact = counts.map((count) => (count / total) * draws);
  const drawn = exact.map(Math.floor);
  const order = Array.from(random.permutation(counts.length)).sort(
    (a, b) => exact[b] - drawn[b] - (exact[a] - drawn[a]),
  );
  let missing = draws - drawn.reduce((a, b) => a + b, 0);
  for (const k of order) {
    if (missing === 0) break;
    drawn[k]++;
    missing--;
  }
  return drawn;
}

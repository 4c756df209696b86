import { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { parseParams } from "../../estimator/params.js";
import { requireDataset } from "../../guard.js";
import {
  GroupShuffleSplit,
  partSize,
  partSizes,
  ShuffleSplit,
  StratifiedShuffleSplit,
} from "./shuffle-split.js";

const options = z
  .strictObject({
    testSize: partSize.default(0.25).describe("Share of rows (or groups) in the test part, or their number"),
    trainSize: partSize
      .nullable()
      .default(null)
      .describe("The same of the training part; null takes the rest"),
    stratify: z.boolean().default(false).describe("Whether both parts hold every class in its share"),
    group: z.boolean().default(false).describe("Whether groups stay whole"),
    shuffle: z
      .boolean()
      .default(true)
      .describe("Whether rows are drawn at random; else the last are the test part"),
    seed: z.number().default(0).describe("Start of the random order"),
  })
  .refine(({ stratify, group }) => !(stratify && group), {
    message: "must be false where stratify is true (StratifiedGroupKFold does both)",
    path: ["group"],
  })
  .refine(({ stratify, group, shuffle }) => shuffle || !(stratify || group), {
    message: "must be true where stratify or group is",
    path: ["shuffle"],
  });

export type TrainTestSplitOptions = z.input<typeof options>;

/** Two views of one dataset that share no row. */
export interface TrainTest<D extends Dataset> {
  readonly train: D;
  readonly test: D;
}

/**
 * A dataset as a random training and a test part, both views of it.
 *
 * @throws ParamError for options out of range; DataError for what is no dataset, where a part would be empty, or what `stratify` or `group` need is absent.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], y: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1] }, { target: "y" });
 * const { train, test } = trainTestSplit(data, { testSize: 0.2, stratify: true, seed: 1 });
 */
export function trainTestSplit<D extends Dataset>(data: D, input: TrainTestSplitOptions = {}): TrainTest<D> {
  const owner = "trainTestSplit";
  requireDataset(owner, data);
  const { testSize, trainSize, stratify, group, shuffle, seed } = parseParams(owner, options, input);
  if (!shuffle) {
    const sizes = partSizes(owner, data.rows, testSize, trainSize);
    const middle = data.rows - sizes.test;
    return { train: data.slice(middle - sizes.train, middle), test: data.slice(middle) };
  }
  const splitter = stratify ? StratifiedShuffleSplit : group ? GroupShuffleSplit : ShuffleSplit;
  const [{ train, test }] = new splitter({ nSplits: 1, testSize, trainSize, seed }).split(data);
  return { train: data.take(train), test: data.take(test) };
}

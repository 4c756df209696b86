import { DataError, fromColumns, type LabelledDataset } from "@strata-ml/core";
import { describe, expect, it } from "vitest";
import { requireFrauds } from "./require-frauds.js";

const labelled = (...fraud: number[]): LabelledDataset => fromColumns({ fraud }, { target: "fraud" });

describe("requireFrauds", () => {
  it("takes as few as can be learned from and measured on", () => {
    const split = { train: labelled(1, 0, 1), test: labelled(0, 1) };
    expect(() => requireFrauds(split, 2, "raise it")).not.toThrow();
  });

  it.each([
    [
      [1, 0, 0],
      [0, 1],
      "the train days must have at least 2 known frauds and one honest row, received 1 fraud in 3",
    ],
    [
      [1, 1, 0],
      [0, 0],
      "the test days must have at least 1 known fraud and one honest row, received 0 frauds in 2",
    ],
    [
      [1, 1, 1],
      [0, 1],
      "the train days must have at least 2 known frauds and one honest row, received 3 frauds in 3",
    ],
    [
      [1, 1, 0],
      [1],
      "the test days must have at least 1 known fraud and one honest row, received 1 fraud in 1",
    ],
  ])("refuses labels %j to train and %j to test", (train, test, message) => {
    const split = { train: labelled(...train), test: labelled(...test) };
    const refusal = (): void => requireFrauds(split, 2, "raise --days");
    expect(refusal).toThrow(DataError);
    expect(refusal).toThrow(`${message} rows: raise --days`);
  });
});

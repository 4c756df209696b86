import { describe, expect, it } from "vitest";
import { fromColumns } from "../../dataset/from-columns.js";
import { DataError, ParamError } from "../../errors.js";
import { trainTestSplit } from "./train-test-split.js";

const data = fromColumns(
  {
    x: Float64Array.from({ length: 100 }, (_, row) => row),
    y: Array.from({ length: 100 }, (_, row) => (row % 10 === 0 ? "rare" : "usual")),
    g: Array.from({ length: 100 }, (_, row) => row % 20),
  },
  { target: "y", group: "g" },
);
const rowsOf = (part: typeof data): number[] => Array.from(part.column("x", "numeric").values);

describe("trainTestSplit", () => {
  it("gives views that share no row and miss none, in random order by seed", () => {
    const { train, test } = trainTestSplit(data);
    expect([train.rows, test.rows]).toEqual([75, 25]);
    expect([...rowsOf(train), ...rowsOf(test)].sort((a, b) => a - b)).toEqual(rowsOf(data));
    expect(rowsOf(trainTestSplit(data).test)).toEqual(rowsOf(test));
    expect(rowsOf(trainTestSplit(data, { seed: 1 }).test)).not.toEqual(rowsOf(test));
    expect(train.namesOf("target")).toEqual(["y"]);
  });

  it("takes sizes as shares or numbers", () => {
    const { train, test } = trainTestSplit(data, { testSize: 7, trainSize: 0.5 });
    expect([train.rows, test.rows]).toEqual([50, 7]);
  });

  it("stratifies", () => {
    const { test } = trainTestSplit(data, { testSize: 0.3, stratify: true });
    expect(rowsOf(test).filter((row) => row % 10 === 0)).toHaveLength(3);
  });

  it("keeps groups whole", () => {
    const { train, test } = trainTestSplit(data, { group: true });
    const groups = new Set(rowsOf(train).map((row) => row % 20));
    expect(groups.size).toBe(15);
    expect(rowsOf(test).some((row) => groups.has(row % 20))).toBe(false);
  });

  it("takes the last rows as test part without shuffling", () => {
    const { train, test } = trainTestSplit(data, { shuffle: false, trainSize: 10 });
    expect(rowsOf(test)).toEqual(rowsOf(data).slice(75));
    expect(rowsOf(train)).toEqual(rowsOf(data).slice(65, 75));
  });

  it("refuses what contradicts itself or the data", () => {
    expect(() => trainTestSplit(data, { stratify: true, group: true })).toThrow(ParamError);
    expect(() => trainTestSplit(data, { stratify: true, shuffle: false })).toThrow(
      /shuffle must be true where stratify or group is, received false/,
    );
    expect(() => trainTestSplit(data, { testSize: 100 })).toThrow(DataError);
    expect(() => trainTestSplit(data.slice(0, 1))).toThrow(/must each have at least 1 of 1 rows/);
  });
});

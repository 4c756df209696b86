import { describe, expect, it } from "vitest";
import { fromColumns } from "./dataset/from-columns.js";
import { DataError, ParamError } from "./errors.js";
import {
  aDataset,
  aFlag,
  aList,
  anything,
  oneOf,
  requireDataset,
  requireIs,
  requireOptions,
} from "./guard.js";

interface Options {
  readonly average?: "macro" | "micro";
  readonly adjusted?: boolean;
  readonly weights?: readonly number[];
}
const rules = { average: oneOf("macro", "micro"), adjusted: aFlag, weights: anything };
const check = (options: unknown) => () => requireOptions<Options>("f", options as Options, rules);

describe("requireOptions", () => {
  it("takes known options, and undefined for one not given", () => {
    expect(check({})).not.toThrow();
    expect(check({ average: "macro", adjusted: undefined, weights: "whatever" })).not.toThrow();
  });

  it("names an unknown option and the nearest one that exists", () => {
    expect(check({ avarage: "macro" })).toThrow(ParamError);
    expect(check({ avarage: "macro" })).toThrow(
      "f: options must be among 'average', 'adjusted', 'weights', received \"avarage\", did you mean 'average'?",
    );
    expect(check({ sampleWeight: [1] })).toThrow(/received "sampleWeight"$/);
  });

  it("says what a wrong value must be", () => {
    expect(check({ average: "samples" })).toThrow(
      'f: average must be "macro" or "micro", received "samples"',
    );
    expect(check({ adjusted: null })).toThrow("f: adjusted must be true or false, received null");
  });

  it.each([null, undefined, 5, "average", [1]])("refuses %j for options", (options) => {
    expect(check(options)).toThrow("f: options must be an object, received");
  });
});

describe("requireIs", () => {
  it("throws the error that it is given", () => {
    expect(() => requireIs("f", "x", "abc", aList)).toThrow(DataError);
    expect(() => requireIs("f", "x", "abc", aList)).toThrow('f: x must be an array, received "abc"');
    expect(() => requireIs("f", "x", 5, aList, ParamError)).toThrow(ParamError);
  });

  it.each([[[1]], [Float64Array.of(1)], [{ length: 2 }]])("takes %j for a list", (value) => {
    expect(aList.holds(value)).toBe(true);
  });

  it.each([
    ["text"],
    [{ kind: "numeric", values: [1] }],
    [null],
    [undefined],
    [5],
    [(a: number) => a],
    [new DataView(new ArrayBuffer(8))],
  ])("takes no %s for a list", (value) => {
    expect(aList.holds(value)).toBe(false);
  });
});

describe("requireDataset", () => {
  it("takes a dataset and refuses rows", () => {
    expect(aDataset.holds(fromColumns({ x: [1] }))).toBe(true);
    expect(() => requireDataset("Ridge", [[1]])).toThrow(DataError);
    expect(() => requireDataset("Ridge", undefined)).toThrow(
      "Ridge: the data must be a Dataset, received undefined (fromRows, fromMatrix and fromColumns make one)",
    );
  });
});

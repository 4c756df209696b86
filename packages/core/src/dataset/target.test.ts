import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { DataError, ParamError } from "../errors.js";
import type { ColumnLike } from "./column-build.js";
import { categorical, tensor, text } from "./column-build.js";
import { fromColumns } from "./from-columns.js";
import {
  classOutputsTarget,
  classTarget,
  numericTarget,
  outputsTarget,
  requireRows,
  sampleWeights,
  weightsWithClasses,
} from "./target.js";

const withTarget = (y: ColumnLike) => fromColumns({ y }, { target: "y" });
const nan = Number.NaN;

describe("classTarget", () => {
  test("classes that occur, ascending, by number and by string", () => {
    expect(classTarget("Tree", withTarget([10, 9, -1, 10]))).toEqual({
      classes: [-1, 9, 10],
      codes: Int32Array.of(2, 1, 0, 2),
    });
    expect(classTarget("Tree", withTarget(categorical(["b", "a", "b"], ["z", "b", "a"])))).toEqual({
      classes: ["a", "b"],
      codes: Int32Array.of(1, 0, 1),
    });
    expect(classTarget("Tree", withTarget([false, true])).classes).toEqual([0, 1]);
    expect(classTarget("Dummy", withTarget([7, 7]), { minClasses: 1 }).classes).toEqual([7]);
  });

  test.prop([
    fc.array(fc.constantFrom("a", "b", "c"), { minLength: 3 }).filter((values) => new Set(values).size > 1),
  ])("codes lead back to the labels", (labels) => {
    const { classes, codes } = classTarget("Tree", withTarget(labels));
    expect([...codes].map((code) => classes[code])).toEqual(labels);
    expect(classes).toEqual([...new Set(labels)].sort());
  });

  test.each<[ColumnLike, string]>([
    [[0, 1, nan], "the target must not be missing, received NaN at row 2"],
    [["a", null, "b"], "the target must not be missing, received a missing label at row 1"],
    [
      [0, 0.5],
      "the target of a classifier must be whole numbers or categories, received 0.5 at row 1 (a regressor fits continuous targets)",
    ],
    [
      [0, Number.POSITIVE_INFINITY],
      "the target of a classifier must be whole numbers or categories, received Infinity at row 1",
    ],
    [[1, 1], "the target must have at least 2 classes, received 1 (1)"],
    [["a"], 'the target must have at least 2 classes, received 1 ("a")'],
    [text(["a", "b"]), "the target of a classifier must be numeric or categorical, received text"],
    [[], "the dataset must have at least 1 row, received 0"],
  ])("refuses %j", (y, message) => {
    expect(() => classTarget("Tree", withTarget(y))).toThrow(`Tree: ${message}`);
    expect(() => classTarget("Tree", withTarget(y))).toThrow(DataError);
  });
});

describe("numericTarget", () => {
  test("float64 as it is, float32 widened", () => {
    const values = Float64Array.of(1, 2);
    expect(numericTarget("Ridge", withTarget(values))).toBe(values);
    expect(numericTarget("Ridge", withTarget(Float32Array.of(0.5)))).toEqual(Float64Array.of(0.5));
  });

  test.each<[ColumnLike, string]>([
    [[1, nan], "the target must be finite, received NaN at row 1"],
    [[Number.NEGATIVE_INFINITY], "the target must be finite, received -Infinity at row 0"],
    [["a"], "the target of a regressor must be numeric, received categorical"],
    [[], "the dataset must have at least 1 row, received 0"],
  ])("refuses %j", (y, message) => {
    expect(() => numericTarget("Ridge", withTarget(y))).toThrow(`Ridge: ${message}`);
  });

  test("requireRows", () => {
    expect(() => requireRows("Split", withTarget([1]), 2)).toThrow(
      "Split: the dataset must have at least 2 rows, received 1",
    );
    expect(() => requireRows("Split", withTarget([1, 2]), 2)).not.toThrow();
  });
});

describe("several outputs", () => {
  const two = withTarget(tensor(Float64Array.of(1, 5, 2, 5, 1, 9), [2]));

  test("a tensor is rows x outputs, a numeric column one output", () => {
    expect(outputsTarget("Tree", two).toRows()).toEqual([
      [1, 5],
      [2, 5],
      [1, 9],
    ]);
    expect(outputsTarget("Tree", withTarget(Float32Array.of(0.5, 1))).toRows()).toEqual([[0.5], [1]]);
  });

  test("classes by output, of which some may be single; other columns are one output", () => {
    expect(classOutputsTarget("Tree", two)).toEqual([
      { classes: [1, 2], codes: Int32Array.of(0, 1, 0) },
      { classes: [5, 9], codes: Int32Array.of(0, 0, 1) },
    ]);
    const single = classOutputsTarget("Tree", withTarget(tensor(Float64Array.of(1, 5, 2, 5), [2])));
    expect(single.map(({ classes }) => classes)).toEqual([[1, 2], [5]]);
    const words = withTarget(["b", "a"]);
    expect(classOutputsTarget("Tree", words)).toEqual([classTarget("Tree", words)]);
  });

  test.each<[ColumnLike, string, string]>([
    [
      tensor(Float64Array.of(1, 2, 3, nan), [2]),
      "finite, received NaN at row 1, output 1",
      "received NaN at row 1, output 1",
    ],
    [tensor(Float64Array.of(0, 1, 0.5, 2), [2]), "", "received 0.5 at row 1, output 0 (a regressor"],
    [
      tensor(Float64Array.of(1, 2, 1, 2), [2]),
      "",
      "an output of at least 2 classes, received 1 class in each of 2",
    ],
    [
      tensor(Float64Array.of(1, 2, 3, 4), [1, 2]),
      "a vector a row, received a tensor of shape [1, 2]",
      "a vector a row, received a tensor of shape [1, 2]",
    ],
    [
      text(["a", "b"]),
      "the target of a regressor must be numeric, or a tensor of outputs, received text",
      "the target of a classifier must be numeric or categorical, or a tensor of outputs, received text",
    ],
    [["a", "b"], "the target of a regressor must be numeric, received categorical", ""],
    [
      tensor(Float64Array.of(), [2]),
      "must have at least 1 row, received 0",
      "must have at least 1 row, received 0",
    ],
  ])("refuses %j", (y, ofNumbers, ofClasses) => {
    if (ofNumbers !== "") expect(() => outputsTarget("Tree", withTarget(y))).toThrow(ofNumbers);
    else expect(outputsTarget("Tree", withTarget(y)).columns).toBe(2);
    if (ofClasses !== "") expect(() => classOutputsTarget("Tree", withTarget(y))).toThrow(ofClasses);
    else expect(classOutputsTarget("Tree", withTarget(y)).length).toBe(1);
  });

  test("balanced factors multiply; other class weights don't say whose label they mean", () => {
    const targets = classOutputsTarget("Tree", two);
    // 3 / (2 * 2) for a class of two rows, 3 / (2 * 1) for one of one.
    expect([...weightsWithClasses("Tree", undefined, targets, "balanced")!]).toEqual([
      0.75 * 0.75,
      1.5 * 0.75,
      0.75 * 1.5,
    ]);
    const weights = Float64Array.of(1, 0, 3);
    expect(weightsWithClasses("Tree", weights, targets, null)).toBe(weights);
    expect(() => weightsWithClasses("Tree", undefined, targets, { 1: 2 })).toThrow(
      "Tree: classWeight must be 'balanced' or null for a target of several outputs, received",
    );
  });
});

describe("weights", () => {
  const weighted = (w: ColumnLike) => fromColumns({ w }, { weight: "w" });

  test("none, float64 as they are, and what is not a weight", () => {
    expect(sampleWeights("Ridge", withTarget([1]))).toBeUndefined();
    const values = Float64Array.of(0, 2);
    expect(sampleWeights("Ridge", weighted(values))).toBe(values);
    expect(sampleWeights("Ridge", weighted([]))).toEqual(new Float64Array(0));
    for (const [w, message] of [
      [[1, -1], "weights must be finite and >= 0, received -1 at row 1"],
      [[1, nan], "weights must be finite and >= 0, received NaN at row 1"],
      [[Number.POSITIVE_INFINITY], "weights must be finite and >= 0, received Infinity at row 0"],
      [[0, 0], "weights must not all be zero"],
      [["a"], "the weight column must be numeric, received categorical"],
    ] as [ColumnLike, string][]) {
      expect(() => sampleWeights("Ridge", weighted(w))).toThrow(`Ridge: ${message}`);
    }
  });

  const target = classTarget("Tree", withTarget(["a", "b", "b", "b"]));

  test("balanced gives classes the same total, as scikit-learn: total / (classes * class total)", () => {
    const balanced = weightsWithClasses("Tree", undefined, target, "balanced")!;
    expect([...balanced]).toEqual([2, 2 / 3, 2 / 3, 2 / 3]);
    // by weight where there are weights: 5 in all, 1 of class a and 4 of class b
    const weighted = weightsWithClasses("Tree", Float64Array.of(1, 3, 0, 1), target, "balanced")!;
    expect([...weighted]).toEqual([2.5, 3 * 0.625, 0, 0.625]);
  });

  test("a record gives factors, 1 where it says nothing; null leaves weights alone", () => {
    expect([...weightsWithClasses("Tree", undefined, target, { a: 5 })!]).toEqual([5, 1, 1, 1]);
    const weights = Float64Array.of(1, 2, 3, 4);
    expect(weightsWithClasses("Tree", weights, target, null)).toBe(weights);
    expect(weightsWithClasses("Tree", undefined, target, null)).toBeUndefined();
    const numbers = classTarget("Tree", withTarget([0, 1]));
    expect([...weightsWithClasses("Tree", undefined, numbers, { 1: 3 })!]).toEqual([1, 3]);
  });

  test("a label that does not occur, and a factor that can't be", () => {
    expect(() => weightsWithClasses("Tree", undefined, target, { c: 1 })).toThrow(
      'Tree: classWeight must name classes of the target (a, b), received "c"',
    );
    expect(() => weightsWithClasses("Tree", undefined, target, { a: -1 })).toThrow(
      "Tree: classWeight['a'] must be finite and >= 0, received -1",
    );
    for (const factor of [nan, Number.POSITIVE_INFINITY])
      expect(() => weightsWithClasses("Tree", undefined, target, { a: factor })).toThrow(ParamError);
  });
});

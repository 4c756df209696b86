import { describe as suite, expect, test } from "vitest";
import {
  ArtifactError,
  DataError,
  describe,
  listNames,
  NotSupportedError,
  ParamError,
  ParseError,
  StrataError,
} from "./errors.js";

suite("errors", () => {
  test.each([
    [StrataError, "StrataError"],
    [ParamError, "ParamError"],
    [DataError, "DataError"],
    [NotSupportedError, "NotSupportedError"],
    [ArtifactError, "ArtifactError"],
  ])("%s", (Type, name) => {
    const cause = new Error("inner");
    const error = new Type("Ridge", "alpha must be >= 0, received -1", { cause });
    expect(error).toBeInstanceOf(StrataError);
    expect(error).toMatchObject({
      name,
      owner: "Ridge",
      cause,
      message: "Ridge: alpha must be >= 0, received -1",
    });
    expect(String(error)).toBe(`${name}: Ridge: alpha must be >= 0, received -1`);
  });

  test.each<[{ line?: number; column?: number }, string]>([
    [{}, "readCsv: no"],
    [{ line: 4 }, "readCsv: line 4: no"],
    [{ line: 4, column: 2 }, "readCsv: line 4, column 2: no"],
  ])("ParseError at %j", (at, message) => {
    const error = new ParseError("readCsv", "no", at);
    expect(error).toMatchObject({ name: "ParseError", message, line: at.line, column: at.column });
  });
});

suite("describe", () => {
  test.each<[unknown, string]>([
    ["x", '"x"'],
    ["a".repeat(61), `"${"a".repeat(57)}..."`],
    [-1.5, "-1.5"],
    [Number.NaN, "NaN"],
    [10n, "10"],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
    [[1, 2], "an array of 2"],
    [Float64Array.of(1), "a Float64Array"],
    [() => 1, "a function"],
    [{}, "an object"],
    [Object.create(null), "an object"],
    [new Map(), "a Map"],
    [new Date(0), "a Date"],
  ])("%s", (value, expected) => {
    expect(describe(value)).toBe(expected);
  });
});

suite("listNames", () => {
  test("as many as fit, and how many more", () => {
    expect(listNames(["a", "b"])).toBe("'a', 'b'");
    expect(listNames(["a", "b", "c"], 2)).toBe("'a', 'b' and 1 more");
    expect(listNames([])).toBe("");
  });
});

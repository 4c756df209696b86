import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ParamError } from "../errors.js";
import { nearest, parseParams } from "./params.js";

const schema = z.strictObject({
  alpha: z.number().min(0).default(1),
  rate: z.number().gt(0).max(1).default(0.1),
  below: z.number().lt(5).default(1),
  trees: z.int().min(1).default(100),
  whole: z.number().int().default(3),
  criterion: z.enum(["gini", "entropy"]).default("gini"),
  mode: z.literal("fast").default("fast"),
  depth: z.union([z.int().min(1), z.null()]).default(null),
  cap: z.number().min(0).nullable().default(null),
  features: z.union([z.enum(["sqrt", "log2"]), z.number().gt(0).max(1)]).default("sqrt"),
  weight: z.union([z.literal("balanced"), z.record(z.string(), z.number().min(0)), z.null()]).default(null),
  units: z.array(z.int().min(1)).min(1).default([32, 16]),
  grid: z.array(z.array(z.number())).default([[1]]),
  label: z.string().min(1).default("x"),
  flag: z.boolean().default(true),
  nested: z.strictObject({ size: z.int().default(2) }).default({ size: 2 }),
  start: z
    .number()
    .refine((value) => value !== 13, "must not be 13")
    .default(1),
});
const parse = (input: unknown) => parseParams("Forest", schema, input);

describe("parseParams", () => {
  test("fills defaults in, and takes what is right", () => {
    expect(parse(undefined)).toEqual(parse({}));
    expect(parse({ units: [8], depth: 4, weight: { a: 2 }, features: 0.5, cap: 3 })).toMatchObject({
      units: [8],
      depth: 4,
      weight: { a: 2 },
      features: 0.5,
      cap: 3,
      alpha: 1,
    });
    expect(parse({ alpha: undefined }).alpha).toBe(1);
  });

  test("the result can't be changed, and is not the input", () => {
    const input = { units: [8] };
    const params = parse(input);
    expect(() => Object.assign(params, { alpha: 5 })).toThrow(TypeError);
    expect(() => params.units.push(1)).toThrow(TypeError);
    expect(() => Object.assign(params.nested, { size: 5 })).toThrow(TypeError);
    expect(() => parse({}).units.push(1)).toThrow(TypeError);
    input.units.push(9);
    expect(params.units).toEqual([8]);
  });

  test.each<[message: string, input: unknown]>([
    ["alpha must be >= 0, received -1", { alpha: -1 }],
    ['alpha must be a number, received "1"', { alpha: "1" }],
    ["alpha must be a number, received NaN", { alpha: Number.NaN }],
    ["alpha must be a number, received null", { alpha: null }],
    ["rate must be > 0, received 0", { rate: 0 }],
    ["rate must be <= 1, received 2", { rate: 2 }],
    ["below must be < 5, received 5", { below: 5 }],
    ["trees must be >= 1, received 0", { trees: 0 }],
    ["trees must be a whole number, received 1.5", { trees: 1.5 }],
    ["whole must be a whole number, received 1.5", { whole: 1.5 }],
    ['criterion must be one of "gini", "entropy", received "ginny"', { criterion: "ginny" }],
    ['mode must be "fast", received "slow"', { mode: "slow" }],
    ["depth must be >= 1, received 0", { depth: 0 }],
    ['depth must be a number or null, received "deep"', { depth: "deep" }],
    ['cap must be a number, received "x"', { cap: "x" }],
    ["cap must be >= 0, received -1", { cap: -1 }],
    ["features must be <= 1, received 2", { features: 2 }],
    ["weight.a must be >= 0, received -2", { weight: { a: -2 } }],
    ['weight.a must be a number, received "x"', { weight: { a: "x" } }],
    ["alpha must be a finite number, received Infinity", { alpha: Number.POSITIVE_INFINITY }],
    ["units must have a length >= 1, received an array of 0", { units: [] }],
    ["units[1] must be >= 1, received 0", { units: [8, 0] }],
    ['units[1] must be a number, received "8"', { units: [8, "8"] }],
    ["units must be an array, received 8", { units: 8 }],
    ['grid[0][1] must be a number, received "x"', { grid: [[1, "x"]] }],
    ['label must have a length >= 1, received ""', { label: "" }],
    ["flag must be a boolean, received 1", { flag: 1 }],
    ["nested.size must be a whole number, received 0.5", { nested: { size: 0.5 } }],
    ["start must not be 13, received 13", { start: 13 }],
    ["there is no param \"alhpa\", did you mean 'alpha'?", { alhpa: 1 }],
    ["there is no param \"Trees\", did you mean 'trees'?", { Trees: 1 }],
    ['there is no param "qwertyuiop"', { qwertyuiop: 1 }],
    ['nested has no param "sise"', { nested: { sise: 1 } }],
    ["params must be an object, received 5", 5],
    ["params must be an object, received an array of 1", [1]],
  ])("Forest: %s", (message, input) => {
    expect(() => parse(input)).toThrow(ParamError);
    const error = ((): ParamError => {
      try {
        parse(input);
      } catch (cause) {
        return cause as ParamError;
      }
      throw new Error("taken");
    })();
    expect(error.message).toBe(`Forest: ${message}`);
    expect(error.owner).toBe("Forest");
  });
});

describe("unions", () => {
  test("values that fit no branch are told all of them", () => {
    expect(() => parse({ weight: 5 })).toThrow(
      /^Forest: weight must be "balanced" or .* or null, received 5$/,
    );
    expect(() => parse({ features: "all" })).toThrow(
      'Forest: features must be one of "sqrt", "log2" or a number, received "all"',
    );
  });
});

describe("nearest", () => {
  test("a small slip finds the name, a different word does not", () => {
    const names = ["learningRate", "maxDepth", "nEstimators"];
    expect(nearest("learning_rate", names)).toBe("learningRate");
    expect(nearest("maxdepth", names)).toBe("maxDepth");
    expect(nearest("nEstimator", names)).toBe("nEstimators");
    expect(nearest("colour", names)).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });
});

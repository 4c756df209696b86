import { DataError, describe, listNames, ParamError, type StrataError } from "./errors.js";
import type { Label } from "./dataset/target.js";
import { nearest } from "./estimator/params.js";

// What callers without types get wrong, refused where they call: a TypeError from within says nothing to a user.

/** What a value must be, in words and as a question. */
export interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

type ErrorType = new (owner: string, message: string) => StrataError;

/** Throws unless a value is what it must be: `fromRows: rows must be an array, received "abc"`. */
export function requireIs(
  owner: string,
  what: string,
  value: unknown,
  { expected, holds }: Rule,
  error: ErrorType = DataError,
): void {
  if (!holds(value)) throw new error(owner, `${what} must be ${expected}, received ${describe(value)}`);
}

/** A rule for every option that there is, so that the compiler misses one that has none. */
export type Rules<O> = { readonly [K in keyof O]-?: Rule };

/**
 * Throws {@link ParamError} for options that are no object, that nobody knows, or that break their rule; an option that
 * is undefined is one not given.
 */
export function requireOptions<O>(owner: string, options: O, rules: Rules<O>, what = "options"): void {
  requireIs(owner, what, options, anObject, ParamError);
  const known = Object.keys(rules);
  for (const [name, value] of Object.entries(options as Readonly<Record<string, unknown>>)) {
    if (!Object.hasOwn(rules, name)) {
      const near = nearest(name, known);
      throw new ParamError(
        owner,
        `${what} must be among ${listNames(known, 20)}, received ${describe(name)}${near ? `, did you mean '${near}'?` : ""}`,
      );
    }
    if (value !== undefined) requireIs(owner, name, value, rules[name as keyof O], ParamError);
  }
}

/** For what is checked elsewhere, with more to say. */
export const anything: Rule = { expected: "anything", holds: () => true };
export const anObject: Rule = {
  expected: "an object",
  holds: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};
export const anArray: Rule = { expected: "an array", holds: (value) => Array.isArray(value) };
export const aFlag: Rule = { expected: "true or false", holds: (value) => typeof value === "boolean" };
export const aFunction: Rule = { expected: "a function", holds: (value) => typeof value === "function" };
export const aString: Rule = { expected: "a string", holds: (value) => typeof value === "string" };
export const aNumber: Rule = {
  expected: "a number",
  holds: (value) => typeof value === "number" && !Number.isNaN(value),
};
export const someBytes: Rule = {
  expected: "a Uint8Array",
  holds: (value) => value instanceof Uint8Array,
};
export const aCount: Rule = {
  expected: "a whole number >= 1",
  holds: (value) => Number.isInteger(value) && (value as number) >= 1,
};
/** An array of any type; text and the columns of datasets have other shapes. */
export const aList: Rule = {
  expected: "an array",
  holds: (value) =>
    typeof value === "object" &&
    value !== null &&
    Number.isInteger((value as Partial<ArrayLike<unknown>>).length),
};
export const listOfNames: Rule = {
  expected: "an array of names",
  holds: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
};
export const aLabel: Rule = { expected: "a number or a string", holds: (value) => isLabel(value) };
export const listOfLabels: Rule = {
  expected: "an array of different labels",
  holds: (value) =>
    Array.isArray(value) && value.every(isLabel) && new Set(value as readonly Label[]).size === value.length,
};

export function oneOf(...values: readonly unknown[]): Rule {
  return { expected: values.map(describe).join(" or "), holds: (value) => values.includes(value) };
}

function isLabel(value: unknown): value is Label {
  return typeof value === "string" || aNumber.holds(value);
}

/** By what it can do and not by its class, which another copy of this package has too. */
function able(expected: string, ...methods: readonly string[]): Rule {
  const holds = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    methods.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === "function");
  return { expected, holds };
}

export const aDataset = able("a Dataset", "column", "namesOf", "take");
export const anEstimator = able("an estimator", "fit", "with", "toJSON");
export const aRegistry = able("a Registry", "codec", "estimator");
export const aCodec = able("a codec", "estimator", "encode", "decode");
export const anExecutor = able("an executor", "map");
export const aSignal = able("an AbortSignal", "throwIfAborted", "addEventListener");
export const aModel: Rule = {
  expected: "a fitted model",
  holds: (value) =>
    anObject.holds(value) &&
    anEstimator.holds((value as { estimator?: unknown }).estimator) &&
    Array.isArray((value as { features?: unknown }).features),
};

/** Throws {@link DataError} for what is no dataset. */
export function requireDataset(owner: string, data: unknown, what = "the data"): void {
  if (aDataset.holds(data)) return;
  throw new DataError(
    owner,
    `${what} must be a Dataset, received ${describe(data)} (fromRows, fromMatrix and fromColumns make one)`,
  );
}

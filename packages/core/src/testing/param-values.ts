import { z } from "zod";
import type { AnyEstimator } from "../estimator/estimator.js";
import { StrataError } from "../errors.js";
import { sameJson } from "./same-json.js";

const plausible: readonly unknown[] = [
  true,
  false,
  1,
  2,
  0.5,
  3,
  0,
  0.25,
  5,
  10,
  100,
  1e-3,
  -1,
  null,
  "word",
  [1],
  [8, 4],
  ["word"],
  {},
];
const implausible: readonly unknown[] = [
  new Error("not a param"),
  Symbol("not a param"),
  Number.NaN,
  "\u0000not an option",
  -1.5e300,
];

/** Names of an estimator's params. */
export function paramNames(estimator: AnyEstimator): readonly string[] {
  return Object.keys(estimator.schema.shape as Record<string, unknown>);
}

/** The schema of one param. */
export function paramSchema(estimator: AnyEstimator, name: string): z.ZodType {
  return (estimator.schema.shape as Record<string, z.ZodType>)[name];
}

/** Copies of an estimator, each with one param changed to another value that it takes; params that depend on others may have none. */
export function paramVariants(
  estimator: AnyEstimator,
): readonly { readonly name: string; readonly value: unknown; readonly changed: AnyEstimator }[] {
  return paramNames(estimator).flatMap((name) => {
    const schema = paramSchema(estimator, name);
    for (const value of [...optionsOf(schema), ...plausible]) {
      const parsed = schema.safeParse(value);
      if (!parsed.success || sameJson(parsed.data, estimator.params[name])) continue;
      try {
        return [{ name, value: parsed.data, changed: estimator.with({ [name]: value }) }];
      } catch (error) {
        // A constructor may refuse a value that its schema alone would take, where params depend on each other.
        if (!(error instanceof StrataError)) throw error;
      }
    }
    return [];
  });
}

/** Values that a param must refuse. */
export function wrongValues(estimator: AnyEstimator, name: string): readonly unknown[] {
  const schema = paramSchema(estimator, name);
  return implausible.filter((value) => !schema.safeParse(value).success);
}

/** The schemas within one: of a default, an optional, a union. */
function innerSchemas(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options as readonly z.ZodType[];
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return [schema.unwrap() as z.ZodType];
  }
  return [];
}

/** The values that a schema lists: of an enum or literals, wherever they sit in it. */
function optionsOf(schema: z.ZodType): readonly unknown[] {
  if (schema instanceof z.ZodEnum) return schema.options;
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  return innerSchemas(schema).flatMap(optionsOf);
}

/** A param's description, wherever `.describe` stands in the chain. */
export function descriptionOf(schema: z.ZodType): string | undefined {
  return (
    schema.description ??
    innerSchemas(schema)
      .map(descriptionOf)
      .find((text) => text !== undefined)
  );
}

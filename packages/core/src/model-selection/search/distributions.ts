import { z } from "zod";
import { parseParams } from "../../estimator/params.js";
import type { Random } from "../../random.js";

const bounds = { low: z.number(), high: z.number() };
const ascending = { message: "must be above low", path: ["high"] };

const uniformSchema = z
  .strictObject({ kind: z.literal("uniform"), ...bounds })
  .refine(({ low, high }) => low < high, ascending);
const logUniformSchema = z
  .strictObject({ kind: z.literal("logUniform"), ...bounds, low: z.number().positive() })
  .refine(({ low, high }) => low < high, ascending);
const integerSchema = z
  .strictObject({ kind: z.literal("integer"), low: z.int(), high: z.int() })
  .refine(({ low, high }) => low < high && high - low < 2 ** 32, {
    message: "must be above low by less than 2^32",
    path: ["high"],
  });
const choiceSchema = z.strictObject({ kind: z.literal("choice"), values: z.array(z.unknown()).min(1) });

/** A distribution, or a list of values that are equally likely. */
export const distributionSchema = z.union([
  z.discriminatedUnion("kind", [uniformSchema, logUniformSchema, integerSchema, choiceSchema]),
  z.array(z.unknown()).min(1),
]);

/** Numbers drawn from a range. */
export type NumberDistribution = Readonly<
  z.output<typeof uniformSchema> | z.output<typeof logUniformSchema> | z.output<typeof integerSchema>
>;

/** One of some values, each equally likely. */
export interface Choice<T> {
  readonly kind: "choice";
  readonly values: readonly T[];
}

/** What a random search can draw a param of type `T` from; a range only where numbers are allowed. */
export type Distribution<T> = Choice<T> | readonly T[] | (number extends T ? NumberDistribution : never);

/**
 * Equally likely everywhere in [low, high).
 *
 * @throws ParamError where low is not below high.
 * @example
 * const paramDistributions = { alpha: uniform(0, 1) };
 * new RandomizedSearch({ estimator: new Ridge(), paramDistributions, scoring: "r2" });
 */
export function uniform(low: number, high: number): NumberDistribution {
  return parseParams("uniform", uniformSchema, { kind: "uniform", low, high });
}

/**
 * Equally likely in every order of magnitude of [low, high): for penalties and learning rates.
 *
 * @throws ParamError where low is not above 0 and below high.
 * @example
 * const paramDistributions = { alpha: logUniform(1e-4, 100) };
 * new RandomizedSearch({ estimator: new Ridge(), paramDistributions, scoring: "r2" });
 */
export function logUniform(low: number, high: number): NumberDistribution {
  return parseParams("logUniform", logUniformSchema, { kind: "logUniform", low, high });
}

/**
 * A whole number from low to high, both included.
 *
 * @throws ParamError for bounds that aren't whole numbers, or where low is not below high.
 * @example
 * const paramDistributions = { maxDepth: integer(2, 10) };
 * new RandomizedSearch({ estimator: new DecisionTreeClassifier(), paramDistributions, scoring: "rocAuc" });
 */
export function integer(low: number, high: number): NumberDistribution {
  return parseParams("integer", integerSchema, { kind: "integer", low, high });
}

/**
 * One of some values, each equally likely; a plain list means the same.
 *
 * @throws ParamError for no values.
 * @example
 * const paramDistributions = { criterion: choice(["gini", "entropy"]) };
 * new RandomizedSearch({ estimator: new DecisionTreeClassifier(), paramDistributions, scoring: "rocAuc" });
 */
export function choice<const T>(values: readonly T[]): Choice<T> {
  return parseParams("choice", choiceSchema, { kind: "choice", values }) as Choice<T>;
}

type AnyDistribution = NumberDistribution | Choice<unknown> | readonly unknown[];

/** The values of a distribution that has finitely many to list, else undefined. */
export function listedValues(distribution: AnyDistribution): readonly unknown[] | undefined {
  if (Array.isArray(distribution)) return distribution;
  const { kind } = distribution as NumberDistribution | Choice<unknown>;
  return kind === "choice" ? (distribution as Choice<unknown>).values : undefined;
}

export function draw(distribution: AnyDistribution, random: Random): unknown {
  const values = listedValues(distribution);
  if (values !== undefined) return random.choice(values);
  const { kind, low, high } = distribution as NumberDistribution;
  switch (kind) {
    case "uniform":
      return low + (high - low) * random.uniform();
    case "logUniform":
      return low * (high / low) ** random.uniform();
    case "integer":
      return low + random.integer(high - low + 1);
  }
}

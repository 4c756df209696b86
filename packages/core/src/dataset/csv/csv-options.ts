import { z } from "zod";
import { parseParams } from "../../estimator/params.js";
import { ParamError } from "../../errors.js";
import { anObject, requireIs, requireOptions } from "../../guard.js";
import { type CellType, cellTypeSchema } from "../cell-type.js";
import { parseKinds } from "../kinds.js";
import { type ReadOptions, readRules } from "../read-options.js";
import { type ExactRoles, requireRoles, type Roles } from "../roles.js";

const schema = z.strictObject({
  delimiter: z
    .string()
    .regex(/^[\t !#-*,/:-@[-`{-~]$/, "must be one ASCII character that no number holds")
    .default(","),
  header: z.union([z.boolean(), z.array(z.string()).min(1).readonly()]).default(true),
  kinds: z.unknown().optional(), // parsed by name, since a record would pass over a column called __proto__
  missing: z.array(z.string()).readonly().default(["", "NA", "N/A", "NaN", "nan", "null", "NULL"]),
  select: z.array(z.string()).min(1).readonly().optional(),
  limit: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
  maxCategories: z.int().min(1).default(1000),
});

/** How a CSV is read. */
export interface CsvOptions<R extends Roles = Roles> extends ReadOptions {
  /** One ASCII character; default `","`. */
  readonly delimiter?: string;
  /** Whether the first record holds the column names, or the names of a text without them; `false` names columns x0, x1, ... Default true. */
  readonly header?: boolean | readonly string[];
  /** Kinds by column name, such as `{ note: "text", country: { kind: "categorical", categories: ["DE", "NL"] } }`. */
  readonly kinds?: Readonly<Record<string, CellType>>;
  /** Cells that mean a missing value, quoted or not; default `["", "NA", "N/A", "NaN", "nan", "null", "NULL"]`. Declared categories come before them. */
  readonly missing?: readonly string[];
  /** Only these columns (and those that `roles` and `kinds` name), in the order of the text. */
  readonly select?: readonly string[];
  /** Most rows that are read. */
  readonly limit?: number;
  /** Most distinct values of an inferred categorical column: one more makes it text. Default 1,000. */
  readonly maxCategories?: number;
  readonly roles?: ExactRoles<R>;
}

/** Checked options with their defaults; kinds by name as a map, so that no name is special. */
export interface CsvPlan extends Required<Omit<z.output<typeof schema>, "select" | "kinds">> {
  readonly select: readonly string[] | undefined;
  readonly kinds: ReadonlyMap<string, CellType>;
  readonly roles: Roles;
}

/** Throws `ParamError` for an option that can't be. */
export function planCsv(owner: string, options: CsvOptions): CsvPlan {
  requireIs(owner, "options", options, anObject, ParamError);
  const { roles = {}, signal, onProgress, ...rest } = options;
  requireOptions(owner, { signal, onProgress }, readRules);
  const parsed = parseParams(owner, schema, rest);
  requireRoles(owner, roles);
  return { ...parsed, select: parsed.select, roles, kinds: parseKinds(owner, options.kinds, cellTypeSchema) };
}

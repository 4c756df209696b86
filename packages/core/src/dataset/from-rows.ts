import type { z } from "zod";
import { DataError, describe, listNames } from "../errors.js";
import { issueMessage } from "../estimator/params.js";
import { anArray, anything, requireIs, requireOptions, type Rule, type Rules } from "../guard.js";
import type { Column } from "./column.js";
import { Dataset, type DatasetFor } from "./dataset.js";
import { parseKinds } from "./kinds.js";
import type { ExactRoles, Roles } from "./roles.js";
import { rowColumn } from "./row-column.js";
import { type RowType, rowTypeSchema, typeOfField } from "./row-type.js";

export interface FromRowsOptions<R extends Roles = Roles> {
  /** Every row must pass it; what it gives (with defaults and coercions) is what counts. Fields that it drops are dropped. */
  readonly schema?: z.ZodObject;
  /** What fields are read as, where their values don't say it: `{ note: "text" }`. */
  readonly kinds?: Readonly<Record<string, RowType>>;
  readonly roles?: ExactRoles<R>;
}

const aSchema: Rule = {
  expected: "a zod object",
  holds: (value) =>
    typeof (value as { safeParse?: unknown } | null)?.safeParse === "function" &&
    typeof (value as { shape?: unknown }).shape === "object",
};
const rules: Rules<FromRowsOptions> = { schema: aSchema, kinds: anything, roles: anything };

/**
 * A dataset from rows of objects: one column for each field that any row (or the schema) has; a field that a row lacks is
 * missing there, as null and undefined are. Numbers and booleans become numeric, strings categorical, Dates
 * timestamps; `kinds`, and then a zod `schema`, say otherwise. Columns stand in the order in which their fields are
 * first seen, but JavaScript puts keys that are whole numbers in front ({@link fromColumns} takes them in any order).
 *
 * @throws DataError that names row and field: `fromRows: row 3: amount must be a number, received "x"`; ParamError for
 * an option, kind or role that does not exist.
 * @example
 * const data = fromRows([{ amount: 12, note: "rent", fraud: false }], { kinds: { note: "text" }, roles: { target: "fraud" } });
 */
export function fromRows<const R extends Roles = Roles>(
  rows: readonly object[],
  options: FromRowsOptions<R> = {},
): DatasetFor<R> {
  requireIs("fromRows", "rows", rows, anArray);
  requireOptions("fromRows", options, rules);
  const { schema, roles } = options;
  const kinds = parseKinds("fromRows", options.kinds, rowTypeSchema);
  const fields = new Map<string, unknown[]>();
  const fieldOf = (name: string): unknown[] => {
    let values = fields.get(name);
    if (values === undefined) {
      values = Array.from({ length: rows.length });
      fields.set(name, values);
    }
    return values;
  };
  Object.keys(schema?.shape ?? {}).forEach(fieldOf);
  rows.forEach((row, i) => {
    if (typeof row !== "object" || row === null || Array.isArray(row) || row instanceof Map)
      throw new DataError("fromRows", `row ${i} must be an object, received ${describe(row)}`);
    const checked = schema === undefined ? row : validated(schema, row, i);
    for (const [name, value] of Object.entries(checked)) fieldOf(name)[i] = value;
  });
  const unknown = [...kinds.keys()].find((name) => !fields.has(name));
  if (unknown !== undefined) {
    throw new DataError(
      "fromRows",
      `kinds must name fields of the rows (${listNames([...fields.keys()], 20)}), received ${describe(unknown)}`,
    );
  }
  const types = new Map<string, RowType | undefined>(
    Object.entries(schema?.shape ?? {}).map(([name, field]) => [name, typeOfField(field)]),
  );
  for (const [name, type] of kinds) types.set(name, type);
  const columns: [string, Column][] = [];
  for (const [name, values] of fields)
    columns.push([name, rowColumn({ owner: "fromRows", name, values }, types.get(name))]);
  return Dataset.create<R>(columns, roles);
}

function validated(schema: z.ZodObject, row: object, i: number): object {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const what =
    issue.code === "unrecognized_keys"
      ? `fields must be those of the schema, received also ${listNames(issue.keys)}`
      : issueMessage(issue, row);
  throw new DataError("fromRows", `row ${i}: ${what}`);
}

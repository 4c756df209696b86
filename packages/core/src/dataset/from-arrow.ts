import { DataError, describe, listNames } from "../errors.js";
import { anObject, anything, requireIs, requireOptions, type Rule, type Rules } from "../guard.js";
import { arrowColumn } from "./arrow-column.js";
import type { ArrowTable } from "./arrow-table.js";
import type { Column } from "./column.js";
import { Dataset, type DatasetFor } from "./dataset.js";
import { parseKinds } from "./kinds.js";
import type { ExactRoles, Roles } from "./roles.js";
import { type RowType, rowTypeSchema } from "./row-type.js";

export interface FromArrowOptions<R extends Roles = Roles> {
  /** What columns are read as, where their type is not to say it: `{ note: "text" }`. */
  readonly kinds?: Readonly<Record<string, RowType>>;
  readonly roles?: ExactRoles<R>;
}

const rules: Rules<FromArrowOptions> = { kinds: anything, roles: anything };
const aTable: Rule = {
  expected: "an Arrow table",
  holds: (value) => {
    const { schema, getChildAt } = (anObject.holds(value) ? value : {}) as Partial<ArrowTable>;
    return Array.isArray(schema?.fields) && typeof getChildAt === "function";
  },
};

/**
 * A dataset from an Apache Arrow table (of `apache-arrow`, or anything of that shape): numbers, booleans and decimals
 * become numeric, strings and dictionaries categorical, dates and timestamps timestamps, fixed-size lists of numbers
 * tensors, lists of numbers or of structs sequences; null is missing. Doubles of one batch without nulls are shared.
 *
 * @throws DataError for a column of another type, an integer beyond 2^53, and two columns of one name; ParamError for an
 * option, kind or role that does not exist.
 * @example
 * import { tableFromArrays } from "apache-arrow";
 * const table = tableFromArrays({ amount: [12.5, 80], note: ["rent", "gift"], fraud: [0, 1] });
 * const data = fromArrow(table, { kinds: { note: "text" }, roles: { target: "fraud" } });
 */
export function fromArrow<const R extends Roles = Roles>(
  table: ArrowTable,
  options: FromArrowOptions<R> = {},
): DatasetFor<R> {
  requireIs("fromArrow", "the table", table, aTable);
  requireOptions("fromArrow", options, rules);
  const { roles } = options;
  const kinds = parseKinds("fromArrow", options.kinds, rowTypeSchema);
  const { fields } = table.schema;
  const columns = new Map<string, Column>();
  const absent = [...kinds.keys()].find((name) => !fields.some((field) => field.name === name));
  if (absent !== undefined) {
    throw new DataError(
      "fromArrow",
      `kinds must name columns (${listNames(
        fields.map(({ name }) => name),
        20,
      )}), received ${describe(absent)}`,
    );
  }
  fields.forEach((field, i) => {
    const vector = table.getChildAt(i);
    if (vector === null || columns.has(field.name)) {
      const what = vector === null ? "have data, received none" : "be there once, received it twice";
      throw new DataError("fromArrow", `column '${field.name}' must ${what}`);
    }
    columns.set(field.name, arrowColumn("fromArrow", field, vector, kinds.get(field.name)));
  });
  return Dataset.create<R>(columns, roles);
}

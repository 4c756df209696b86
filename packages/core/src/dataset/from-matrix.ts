import { DataError, describe } from "../errors.js";
import { aList, anObject, anything, listOfNames, requireOptions, type Rules } from "../guard.js";
import type { Matrix } from "../matrix.js";
import type { Column } from "./column.js";
import { type ColumnLike, toColumn } from "./column-build.js";
import { Dataset, type LabelledDataset } from "./dataset.js";
import { type ExactRoles, requireRoles, type Roles } from "./roles.js";

/** A row-major block of numbers in any array. */
export interface MatrixLike {
  /** Element (i, j) is at `i * columns + j`. */
  readonly data: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

export interface FromMatrixOptions {
  /** One a column of the matrix; default x0, x1, ... */
  readonly names?: readonly string[];
  /** One value a row: becomes the column `target`, with that role. */
  readonly target?: ColumnLike;
  /** One weight a row: becomes the column `weight`, with that role. */
  readonly weights?: ColumnLike;
  /** Roles of columns of the matrix. */
  readonly roles?: Roles;
}

const rules: Rules<FromMatrixOptions> = {
  names: listOfNames,
  target: anything,
  weights: anything,
  roles: anything,
};

/** Options and no other keys, of the roles among them too: a misspelt one is a compile error. */
type ExactOptions<O extends FromMatrixOptions> = O & {
  readonly [K in Exclude<keyof O, keyof FromMatrixOptions>]: never;
} & (O extends { readonly roles: infer R extends Roles } ? { readonly roles: ExactRoles<R> } : unknown);

/** A labelled dataset where the options give a target in either way. */
export type DatasetFromMatrix<O extends FromMatrixOptions> = O extends
  | { readonly target: ColumnLike }
  | { readonly roles: { readonly target: string } }
  ? LabelledDataset
  : Dataset;

/**
 * A dataset with one numeric column for each column of a matrix, in their order; NaN is missing.
 *
 * @throws DataError for what is no matrix, ragged rows, sizes that don't fit each other, names given twice, and a target or
 * weights that are given twice; ParamError for an option or role that does not exist.
 * @example
 * const data = fromMatrix([[1, 2], [3, 4]], { names: ["width", "height"], target: ["a", "b"] });
 */
export function fromMatrix<const O extends FromMatrixOptions = FromMatrixOptions>(
  matrix: Matrix | MatrixLike | readonly ArrayLike<number>[],
  options?: ExactOptions<O>,
): DatasetFromMatrix<O> {
  const given: FromMatrixOptions = options === undefined ? {} : options;
  requireOptions("fromMatrix", given, rules);
  const { names, target, weights, roles = {} } = given;
  requireRoles("fromMatrix", roles);
  const { data, rows, columns } = blockOf(matrix);
  if (data.length !== rows * columns)
    refuse(`a matrix of ${rows} x ${columns} must have ${rows * columns} values, received ${data.length}`);
  if (names !== undefined && names.length !== columns)
    refuse(`names must have ${columns} entries, received ${names.length}`);
  const all = new Map<string, Column>();
  const add = (name: string, column: Column): void => {
    if (all.has(name)) refuse(`columns must have different names, received ${describe(name)} twice`);
    all.set(name, column);
  };
  for (let j = 0; j < columns; j++) {
    const values = new Float64Array(rows);
    for (let i = 0, k = j; i < rows; i++, k += columns) {
      // A typed array would turn null into 0 and text into NaN.
      if (typeof data[k] !== "number")
        refuse(`row ${i}, column ${j} must be a number, received ${describe(data[k])}`);
      values[i] = data[k];
    }
    add(names?.[j] ?? `x${j}`, { kind: "numeric", values });
  }
  const own: { target?: string; weight?: string } = {};
  for (const [role, values] of [
    ["target", target],
    ["weight", weights],
  ] as const) {
    if (values === undefined) continue;
    if (roles[role] !== undefined)
      refuse(`the ${role} must be given once, received values and the column ${describe(roles[role])}`);
    add(role, toColumn(role, values));
    own[role] = role;
  }
  return Dataset.create(all, { ...roles, ...own }) as unknown as DatasetFromMatrix<O>;
}

function refuse(what: string): never {
  throw new DataError("fromMatrix", what);
}

function blockOf(matrix: Matrix | MatrixLike | readonly ArrayLike<number>[]): MatrixLike {
  if (Array.isArray(matrix)) return joinRows(matrix);
  const block = (anObject.holds(matrix) ? matrix : {}) as Partial<MatrixLike>;
  const { data, rows, columns } = block;
  const size = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
  if (!aList.holds(data) || !size(rows) || !size(columns))
    refuse(`the matrix must be an array of rows or { data, rows, columns }, received ${describe(matrix)}`);
  return block as MatrixLike;
}

function joinRows(rows: readonly ArrayLike<number>[]): MatrixLike {
  rows.forEach((row, i) => {
    if (!aList.holds(row)) refuse(`row ${i} must be an array of numbers, received ${describe(row)}`);
  });
  const columns = rows[0]?.length ?? 0;
  rows.forEach((row, i) => {
    if (row.length !== columns)
      refuse(`row ${i} must have ${columns} values as row 0 has, received ${row.length}`);
  });
  return { data: rows.flatMap((row) => Array.from(row)), rows: rows.length, columns };
}

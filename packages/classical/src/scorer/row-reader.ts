import {
  type ColumnSchema,
  DataError,
  type DatasetSchema,
  type DenseRow,
  denseNames,
  describe,
  type NamedRow,
  type RowForm,
  type RowOf,
  type RowScorer,
} from "@strata-ml/core";

/** What a scorer does with a row once it is read: numbers, and categories by their place in the dictionary. */
type Answer = (x: Float64Array) => Float64Array;

interface ReaderOptions {
  /** Whether a missing value is one that `predict` would take. */
  readonly missing: boolean;
}

/** A scorer of rows in either form: reads each into one array, and answers from there. */
export function rowScorer<F extends RowForm>(
  owner: string,
  features: DatasetSchema,
  { missing }: ReaderOptions,
  form: F | undefined,
  answer: Answer,
): RowScorer<RowOf<F>> {
  const columns = denseNames(features);
  const x = new Float64Array(columns.length);
  const read = form === "named" ? namedReader(owner, features, x) : denseReader(owner, features, x);
  return (row: RowOf<F>) => {
    read(row as DenseRow & NamedRow);
    for (let j = 0; j < x.length; j++) {
      const value = x[j];
      if (value - value === 0) continue;
      if (value !== value && missing) continue;
      throw new DataError(
        owner,
        `column '${columns[j]}' must be finite${missing ? " or missing" : ""}, received ${value}`,
      );
    }
    return answer(x);
  };
}

function denseReader(owner: string, features: DatasetSchema, x: Float64Array): (row: DenseRow) => void {
  const sizes = features.flatMap((column) =>
    denseNames([column]).map(() => (column.kind === "categorical" ? column.categories.length : 0)),
  );
  return (row) => {
    if (row.length !== x.length)
      throw new DataError(owner, `a row must have ${x.length} numbers, received ${describe(row.length)}`);
    for (let j = 0; j < x.length; j++) {
      const value = row[j];
      x[j] = value;
      // A place that the dictionary doesn't have is a category that fit did not see.
      if (sizes[j] > 0 && !(value >= 0 && value < sizes[j])) x[j] = Number.NaN;
    }
  };
}

function namedReader(owner: string, features: DatasetSchema, x: Float64Array): (row: NamedRow) => void {
  let at = 0;
  const parts = features.map((column) => {
    const from = at;
    at += denseNames([column]).length;
    return partReader(owner, column, x, from, at);
  });
  return (row) => {
    for (const read of parts) read(row);
  };
}

function partReader(
  owner: string,
  column: ColumnSchema,
  x: Float64Array,
  from: number,
  to: number,
): (row: NamedRow) => void {
  const { name } = column;
  const refuse = (expected: string, received: unknown): never => {
    throw new DataError(owner, `column '${name}' must be ${expected}, received ${describe(received)}`);
  };
  if (column.kind === "categorical") {
    const places = new Map(column.categories.map((category, place) => [category, place]));
    return (row) => {
      const value = row[name];
      if (value === null || value === undefined) x[from] = Number.NaN;
      else if (typeof value === "string") x[from] = places.get(value) ?? Number.NaN;
      else refuse("a category as a string", value);
    };
  }
  if (column.kind === "numeric")
    return (row) => {
      const value = row[name];
      if (typeof value === "number") x[from] = value;
      else if (value === null || value === undefined) x[from] = Number.NaN;
      else if (typeof value === "boolean") x[from] = value ? 1 : 0;
      else refuse("a number", value);
    };
  return (row) => {
    const values = row[name] as ArrayLike<unknown> | null | undefined;
    if (values?.length !== to - from) return refuse(`${to - from} numbers`, values);
    for (let j = from; j < to; j++) {
      const value = values[j - from];
      if (typeof value !== "number") refuse(`${to - from} numbers`, value);
      x[j] = value as number;
    }
  };
}

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { categorical, sequence, sparse, tensor, text, timestamp } from "./column-build.js";
import { columnLength, type Column, type ColumnKind } from "./column.js";
import { concatDatasets } from "./concat.js";
import type { Dataset } from "./dataset.js";
import { fromColumns } from "./from-columns.js";
import type { Role } from "./schema.js";

// A dataset against the simplest thing that could be right: an array of columns, each an array of cells.

type Cell = unknown;
interface Naive {
  rows: number;
  columns: { name: string; role: Role; kind: ColumnKind; cells: Cell[] }[];
}

/** Each row of a column as a plain value. */
function cellsOf(column: Column): Cell[] {
  return Array.from({ length: columnLength(column) }, (_, i): Cell => {
    switch (column.kind) {
      case "numeric":
      case "timestamp":
      case "text":
        return column.values[i];
      case "categorical":
        return column.codes[i] < 0 ? null : column.categories[column.codes[i]];
      case "tensor": {
        const width = column.shape.reduce((a, b) => a * b, 1);
        return [...column.values.subarray(i * width, (i + 1) * width)];
      }
      case "sequence": {
        const width = column.fields.length;
        return [...column.values.subarray(column.offsets[i] * width, column.offsets[i + 1] * width)];
      }
      case "sparse":
        return Array.from({ length: column.offsets[i + 1] - column.offsets[i] }, (__, p) => [
          column.indices[column.offsets[i] + p],
          column.values[column.offsets[i] + p],
        ]);
    }
  });
}

const naiveOf = (data: Dataset): Naive => ({
  rows: data.rows,
  columns: data.names.map((name) => ({
    name,
    role: data.roleOf(name),
    kind: data.column(name).kind,
    cells: cellsOf(data.column(name)),
  })),
});

const small = fc.integer({ min: -9, max: 9 });

function columnArbitrary(rows: number): fc.Arbitrary<Column> {
  const many = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: rows, maxLength: rows });
  const steps = fc.array(fc.tuple(small, small), { maxLength: 3 });
  return fc.oneof(
    many(small).map((values): Column => ({ kind: "numeric", values: Float64Array.from(values) })),
    many(small).map((values): Column => ({ kind: "numeric", values: Float32Array.from(values) })),
    many(fc.option(small)).map((values): Column => timestamp(values)),
    many(fc.option(fc.constantFrom("a", "b", "c"))).map((values): Column => categorical(values)),
    many(fc.option(fc.string({ maxLength: 3 }))).map((values): Column => text(values)),
    many(fc.array(small, { minLength: 6, maxLength: 6 })).map(
      (values): Column => tensor(Float64Array.from(values.flat()), [2, 3]),
    ),
    many(steps).map((values): Column => sequence(values, ["u", "v"])),
    many(fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 5 })).map((values): Column => {
      const sorted = values.map((row) => [...row].sort((a, b) => a - b));
      const offsets = Int32Array.from([0, ...sorted.map((_, i) => sorted.slice(0, i + 1).flat().length)]);
      const indices = Int32Array.from(sorted.flat());
      return sparse({ offsets, indices, values: Float64Array.from(indices, (v) => v + 1), width: 5 });
    }),
  );
}

const dataset = fc.integer({ min: 0, max: 7 }).chain((rows) =>
  fc.array(columnArbitrary(rows), { minLength: 1, maxLength: 4 }).map((columns) => {
    const named = Object.fromEntries(columns.map((column, c) => [`c${c}`, column]));
    return fromColumns(named, { target: "c0" }) as Dataset;
  }),
);

type Step = readonly [kind: string, a: number, b: number];
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom("take", "slice", "filter", "with", "select", "drop", "role", "features"),
  fc.nat(1000),
  fc.nat(1000),
);

/** The same step on both. */
function apply(data: Dataset, naive: Naive, [kind, a, b]: Step): [Dataset, Naive] {
  const rowsOf = (rows: number[]): Naive => ({
    rows: rows.length,
    columns: naive.columns.map((column) => ({ ...column, cells: rows.map((row) => column.cells[row]) })),
  });
  const rows = Array.from({ length: naive.rows }, (_, row) => row);
  const some = naive.columns[a % Math.max(1, naive.columns.length)]?.name;
  switch (kind) {
    case "take": {
      const index =
        naive.rows === 0 ? [] : Array.from({ length: b % 9 }, (_, i) => (a * 7 + i * (b + 3)) % naive.rows);
      return [data.take(index), rowsOf(index)];
    }
    case "slice": {
      const [start, end] = [a % 9, b % 9];
      return [data.slice(start, end), rowsOf(rows.slice(start, Math.max(start, end)))];
    }
    case "filter": {
      const keep = (row: number): boolean => (row * a + b) % 3 !== 0;
      return [data.filter(keep), rowsOf(rows.filter(keep))];
    }
    case "with": {
      const values = rows.map((row) => row * a);
      const name = b % 2 === 0 && some !== undefined ? some : `new${a}`;
      const old = naive.columns.find((column) => column.name === name);
      const made = { name, role: old?.role ?? "feature", kind: "numeric", cells: values } as const;
      const columns = old
        ? naive.columns.map((column) => (column === old ? made : column))
        : [...naive.columns, made];
      return [data.with({ [name]: values }), { rows: naive.rows, columns }];
    }
    case "select": {
      const columns = naive.columns.filter((_, c) => (a >> c) % 2 === 0).reverse();
      return [data.select(columns.map(({ name }) => name)), { rows: naive.rows, columns }];
    }
    case "drop": {
      const columns = naive.columns.filter((_, c) => (a >> c) % 2 === 0);
      return [
        data.drop(naive.columns.filter((column) => !columns.includes(column)).map(({ name }) => name)),
        { rows: naive.rows, columns },
      ];
    }
    case "role": {
      if (some === undefined) return [data, naive];
      const role = (["feature", "target", "weight", "group", "time", "id"] as const)[b % 6];
      const single = role !== "feature" && role !== "id";
      const columns = naive.columns.map((column) => {
        if (column.name === some) return { ...column, role };
        return single && column.role === role ? { ...column, role: "id" as const } : column;
      });
      return [data.withRole(some, role), { rows: naive.rows, columns }];
    }
    default: {
      const others = naive.columns.filter(({ role }) => role !== "feature");
      const made = { name: "f!", role: "feature", kind: "numeric", cells: rows } as const;
      if (others.some(({ name }) => name === "f!")) return [data, naive];
      return [data.withFeatures({ "f!": rows }), { rows: naive.rows, columns: [...others, made] }];
    }
  }
}

describe("views", () => {
  test.prop([dataset, fc.array(step, { maxLength: 8 }), fc.boolean()], { numRuns: 1500 })(
    "any chain of steps shows what a table of cells shows, whether columns are read on the way or not",
    (start, steps, read) => {
      let data = start;
      let naive = naiveOf(start);
      const before = naiveOf(start);
      for (const next of steps) {
        [data, naive] = apply(data, naive, next);
        if (read) expect(naiveOf(data)).toEqual(naive);
      }
      expect(naiveOf(data)).toEqual(naive);
      expect(naiveOf(start)).toEqual(before);
    },
  );

  test.prop([dataset, fc.array(fc.nat(6), { minLength: 1, maxLength: 4 })], { numRuns: 500 })(
    "parts of a dataset joined again are the dataset",
    (data, cuts) => {
      const ends = [...cuts.map((cut) => Math.min(cut, data.rows)).sort((a, b) => a - b), data.rows];
      const parts = ends.map((end, i) => data.slice(i === 0 ? 0 : ends[i - 1], end));
      const [first, ...rest] = parts;
      expect(naiveOf(concatDatasets([first, ...rest]))).toEqual(naiveOf(data));
    },
  );
});

import { DataError, describe, listNames } from "../errors.js";
import { aFunction, aList, listOfNames, requireIs } from "../guard.js";
import { type Column, type ColumnKind, type ColumnOf, columnLength } from "./column.js";
import { toColumn } from "./column-build.js";
import { checkColumn } from "./column-check.js";
import { type NamedColumns, namedEntries } from "./named-columns.js";
import { assignRoles, type ExactRoles, requireRole, type Roles } from "./roles.js";
import { ColumnView, composeSelection, type RowSelection } from "./row-selection.js";
import { type ColumnSchema, type DatasetSchema, type Role, schemaOf } from "./schema.js";

/** A dataset known to carry a target: what supervised estimators fit on. */
export type LabelledDataset = Dataset & { readonly target: Column };

/** {@link LabelledDataset} where the roles name a target, {@link Dataset} elsewhere. */
export type DatasetFor<R extends Roles> = R extends { readonly target: string } ? LabelledDataset : Dataset;

interface Entry {
  readonly role: Role;
  readonly view: ColumnView;
}

/**
 * An immutable table of columns with roles. `select`, `drop`, `take`, `slice` and `with` give new datasets that share
 * the stored columns; rows are gathered only when a column is read.
 *
 * @example
 * const data = fromColumns({ amount: [12, 80], country: ["NL", "DE"], fraud: [0, 1] }, { target: "fraud" });
 * data.take([1]).column("amount"); // { kind: "numeric", values: Float64Array [80] }
 */
export class Dataset {
  readonly rows: number;
  private readonly entries: ReadonlyMap<string, Entry>;

  private constructor(rows: number, entries: ReadonlyMap<string, Entry>) {
    this.rows = rows;
    this.entries = entries;
  }

  /** From columns of equal length, which are checked. Prefer `fromColumns`, which also takes plain arrays. */
  static create<const R extends Roles>(columns: NamedColumns<Column>, roles?: ExactRoles<R>): DatasetFor<R> {
    const entries = new Map<string, Entry>();
    let rows = 0;
    for (const [name, column] of namedEntries("Dataset", columns)) {
      checkColumn("Dataset", `column '${name}': `, column);
      const length = columnLength(column);
      if (entries.size === 0) rows = length;
      else if (length !== rows) {
        throw new DataError(
          "Dataset",
          `column '${name}' must have ${rows} rows as the others have, received ${length}`,
        );
      }
      entries.set(name, { role: "feature", view: ColumnView.of(column) });
    }
    return new Dataset(rows, assignRoles(entries, roles)) as DatasetFor<R>;
  }

  /** Every column without its values, in order. */
  get schema(): DatasetSchema {
    return [...this.entries].map(([name, { role, view }]) => schemaOf(name, role, view.prototype));
  }

  /** The schema of the feature columns alone. */
  get featureSchema(): DatasetSchema {
    return this.schema.filter(({ role }) => role === "feature");
  }

  get names(): readonly string[] {
    return [...this.entries.keys()];
  }

  /** Names of the columns with a role, in order. Throws {@link ParamError} for a role that does not exist. */
  namesOf(role: Role): readonly string[] {
    requireRole("Dataset", role);
    return [...this.entries].filter(([, entry]) => entry.role === role).map(([name]) => name);
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  roleOf(name: string): Role {
    return this.entry(name).role;
  }

  schemaOf(name: string): ColumnSchema {
    const { role, view } = this.entry(name);
    return schemaOf(name, role, view.prototype);
  }

  /** A column's values in this dataset's row order. Throws {@link DataError} where there is none of that name. */
  column(name: string): Column;
  /** The same, of one kind: throws {@link DataError} for another. */
  column<K extends ColumnKind>(name: string, kind: K): ColumnOf<K>;
  column(name: string, kind?: ColumnKind): Column {
    const { column } = this.entry(name).view;
    if (kind !== undefined && column.kind !== kind) {
      throw new DataError("Dataset", `column '${name}' must be ${kind}, received ${column.kind}`);
    }
    return column;
  }

  get target(): Column | undefined {
    return this.columnOf("target");
  }

  get weight(): Column | undefined {
    return this.columnOf("weight");
  }

  get group(): Column | undefined {
    return this.columnOf("group");
  }

  get time(): Column | undefined {
    return this.columnOf("time");
  }

  /** Whether a column has the target role; narrows the type. */
  isLabelled(): this is LabelledDataset {
    return this.namesOf("target").length > 0;
  }

  /** This dataset as a labelled one; throws {@link DataError} in the owner's name where it has no target. */
  labelled(owner: string): LabelledDataset {
    if (!this.isLabelled())
      throw new DataError(owner, "the dataset must have a column with the target role, received none");
    return this;
  }

  /** Only these columns, in this order, with their roles. */
  select(names: readonly string[]): Dataset {
    requireIs("Dataset", "select: names", names, listOfNames);
    return new Dataset(this.rows, new Map(names.map((name) => [name, this.entry(name)])));
  }

  /** Only these features, in this order; columns of every other role stay. */
  selectFeatures(names: readonly string[]): this {
    requireIs("Dataset", "selectFeatures: names", names, listOfNames);
    const wanted = new Map(names.map((name) => [name, this.entry(name)]));
    for (const [name, entry] of this.entries) if (entry.role !== "feature") wanted.set(name, entry);
    return new Dataset(this.rows, wanted) as this;
  }

  /** Without these columns. */
  drop(names: readonly string[]): Dataset {
    requireIs("Dataset", "drop: names", names, listOfNames);
    for (const name of names) this.entry(name);
    return this.select(this.names.filter((name) => !names.includes(name)));
  }

  /** With columns added, or replaced where the name is taken (a replaced one keeps its role unless `roles` says otherwise). */
  with(columns: NamedColumns, roles: Roles = {}): this {
    const entries = new Map(this.entries);
    for (const [name, values] of namedEntries("Dataset", columns)) {
      const column = toColumn(name, values);
      checkColumn("Dataset", `column '${name}': `, column);
      if (columnLength(column) !== this.rows) {
        throw new DataError(
          "Dataset",
          `column '${name}' must have ${this.rows} rows, received ${columnLength(column)}`,
        );
      }
      entries.set(name, { role: this.entries.get(name)?.role ?? "feature", view: ColumnView.of(column) });
    }
    return new Dataset(this.rows, assignRoles(entries, roles)) as this;
  }

  /** With these columns as its only features; columns of every other role stay. Throws {@link DataError} for a name that one of those has. */
  withFeatures(columns: NamedColumns): this {
    const kept = this.selectFeatures([]);
    const entries = namedEntries("Dataset", columns);
    for (const [name] of entries) {
      if (kept.has(name))
        throw new DataError(
          "Dataset",
          `feature '${name}' must differ from the columns of other roles, received the name of the ${kept.roleOf(name)} column`,
        );
    }
    return kept.with(entries);
  }

  /** With these roles given; a column that held the target, weight, group or time role before is kept as `id`, so that it can't leak into the features. */
  withRoles<const R extends Roles>(roles: ExactRoles<R>): this & DatasetFor<R> {
    return new Dataset(this.rows, assignRoles(new Map(this.entries), roles)) as this & DatasetFor<R>;
  }

  /**
   * With one column's role changed; the column that held the target, weight, group or time role before becomes an `id`.
   * Throws {@link ParamError} for a role that does not exist.
   */
  withRole(name: string, role: Role): Dataset {
    requireRole("Dataset", role);
    const entries = new Map(this.entries);
    entries.set(name, { ...this.entry(name), role });
    if (role === "feature" || role === "id") return new Dataset(this.rows, entries);
    return new Dataset(this.rows, assignRoles(entries, { [role]: name }));
  }

  /** The rows at `index`, in that order; repeats are allowed. */
  take(index: ArrayLike<number>): this {
    requireIs("Dataset", "take: index", index, aList);
    // A copy: the caller may go on writing into its array.
    const rows = new Int32Array(index.length);
    for (let i = 0; i < rows.length; i++) {
      const row = index[i];
      if (!(row >= 0 && row < this.rows && Number.isInteger(row)))
        throw new DataError("Dataset", `take: row must be in 0..${this.rows - 1}, received ${describe(row)}`);
      rows[i] = row;
    }
    return this.viewOf(rows, rows.length);
  }

  /** Rows `start` to `end` (exclusive), clipped to the rows there are. */
  slice(start: number, end: number = this.rows): this {
    const from = Math.min(Math.max(0, start), this.rows);
    const to = Math.min(Math.max(from, end), this.rows);
    if (!Number.isInteger(from) || !Number.isInteger(to))
      throw new DataError("Dataset", `slice: rows must be whole numbers, received ${start} and ${end}`);
    return this.viewOf({ start: from, end: to }, to - from);
  }

  /** The rows for which `keep(row)` holds, in order. */
  filter(keep: (row: number) => boolean): this {
    requireIs("Dataset", "filter: keep", keep, aFunction);
    const rows: number[] = [];
    for (let row = 0; row < this.rows; row++) if (keep(row)) rows.push(row);
    return this.take(Int32Array.from(rows));
  }

  private viewOf(selection: RowSelection, rows: number): this {
    // Columns that came together share one selection, so it is composed once for all of them.
    const composed = new Map<RowSelection, RowSelection>();
    const runs = new Map<string, RowSelection>();
    const entries = new Map<string, Entry>();
    for (const [name, { role, view }] of this.entries) {
      const outer = view.selection;
      let now = outer instanceof Int32Array ? composed.get(outer) : runs.get(`${outer.start}:${outer.end}`);
      if (now === undefined) {
        now = composeSelection(outer, selection);
        if (outer instanceof Int32Array) composed.set(outer, now);
        else runs.set(`${outer.start}:${outer.end}`, now);
      }
      entries.set(name, { role, view: view.narrowed(now) });
    }
    return new Dataset(rows, entries) as this;
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry === undefined) {
      throw new DataError(
        "Dataset",
        `column '${name}' must be one of ${listNames(this.names, 20)}, received ${describe(name)}`,
      );
    }
    return entry;
  }

  private columnOf(role: Role): Column | undefined {
    const [name] = this.namesOf(role);
    return name === undefined ? undefined : this.entry(name).view.column;
  }
}

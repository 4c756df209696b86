import { DataError, describe } from "../errors.js";
import type { ColumnLike } from "./column-build.js";

/**
 * Columns by name: a plain object, or a Map or list of [name, column] pairs, whose order always holds. An object puts names
 * that are whole numbers, such as "10", in front and in ascending order.
 */
export type NamedColumns<C = ColumnLike> =
  | Readonly<Record<string, C>>
  | Iterable<readonly [name: string, column: C]>;

/** The columns in their order. Throws {@link DataError} for what holds none, and a name that is there twice. */
export function namedEntries<C>(owner: string, columns: NamedColumns<C>): (readonly [string, C])[] {
  const value: unknown = columns;
  if (typeof value !== "object" || value === null)
    throw new DataError(
      owner,
      `columns must be an object, or a Map or list of [name, column], received ${describe(value)}`,
    );
  if (!(Symbol.iterator in value)) return Object.entries(columns as Readonly<Record<string, C>>);
  const entries: (readonly [string, C])[] = [];
  const seen = new Set<string>();
  for (const entry of value as Iterable<unknown>) {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== "string")
      throw new DataError(owner, `each of the columns must be [name, column], received ${describe(entry)}`);
    const [name, column] = entry as [string, C];
    if (seen.has(name)) throw new DataError(owner, `column '${name}' must be there once, received it twice`);
    seen.add(name);
    entries.push([name, column]);
  }
  return entries;
}

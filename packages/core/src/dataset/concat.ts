import { DataError, listNames } from "../errors.js";
import { concatColumns } from "./column-take.js";
import { Dataset } from "./dataset.js";

/** Datasets of the same columns, one under another; roles come from the first. Throws {@link DataError} where columns differ. */
export function concatDatasets<D extends Dataset>(parts: readonly [D, ...D[]]): D {
  const [first, ...rest] = parts;
  for (const part of rest) {
    const missing = first.names.filter((name) => !part.has(name));
    const extra = part.names.filter((name) => !first.has(name));
    if (missing.length + extra.length > 0) {
      throw new DataError(
        "concatDatasets",
        `every part must have the columns ${listNames(first.names, 20)}, received one ${[
          missing.length > 0 ? `without ${listNames(missing)}` : "",
          extra.length > 0 ? `with ${listNames(extra)} too` : "",
        ]
          .filter(Boolean)
          .join(" and ")}`,
      );
    }
  }
  const columns = Object.fromEntries(
    first.names.map((name) => [
      name,
      concatColumns(
        name,
        parts.map((part) => part.column(name)),
      ),
    ]),
  );
  return first.names.reduce<Dataset>(
    (data, name) => data.withRole(name, first.roleOf(name)),
    Dataset.create(columns),
  ) as D;
}

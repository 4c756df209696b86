import { DataError, describe, listNames } from "../errors.js";
import { requireDataset } from "../guard.js";
import { concatColumns } from "./column-take.js";
import { Dataset } from "./dataset.js";

/**
 * Datasets of the same columns, one under another; roles and order come from the first.
 *
 * @throws DataError for a list without datasets, and where columns differ.
 */
export function concatDatasets<D extends Dataset>(parts: readonly [D, ...D[]]): D {
  const owner = "concatDatasets";
  if (!Array.isArray(parts) || parts.length === 0)
    throw new DataError(owner, `parts must be an array of at least 1 dataset, received ${describe(parts)}`);
  parts.forEach((part, at) => requireDataset(owner, part, `part ${at}`));
  const [first, ...rest]: readonly D[] = parts;
  for (const part of rest) {
    const missing = first.names.filter((name) => !part.has(name));
    const extra = part.names.filter((name) => !first.has(name));
    if (missing.length + extra.length > 0) {
      throw new DataError(
        owner,
        `every part must have the columns ${listNames(first.names, 20)}, received one ${[
          missing.length > 0 ? `without ${listNames(missing)}` : "",
          extra.length > 0 ? `with ${listNames(extra)} too` : "",
        ]
          .filter(Boolean)
          .join(" and ")}`,
      );
    }
  }
  const columns = first.names.map(
    (name) =>
      [
        name,
        concatColumns(
          name,
          parts.map((part) => part.column(name)),
        ),
      ] as const,
  );
  return first.names.reduce<Dataset>(
    (data, name) => data.withRole(name, first.roleOf(name)),
    Dataset.create(columns),
  ) as D;
}

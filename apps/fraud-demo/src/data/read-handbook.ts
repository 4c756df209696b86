import { DataError, type LabelledDataset, numeric, type ReadOptions } from "@strata-ml/core";
import { readCsvFile } from "@strata-ml/core/node";
import { handbookFeatures, handbookKinds, handbookMissing, handbookRoles } from "./handbook-columns.js";

/**
 * The handbook's feature table (`fdh_transformed.csv`, gzipped or not): its 15 features, with -1 replaced by 0, the label
 * as target, and identifiers and scenario beside them; rows by rising TRANSACTION_ID.
 *
 * @throws ParseError for a file that is absent or damaged, or lacks a column or a value; DataError for labels other than 0 and 1.
 */
export async function readHandbook(path: string, options: ReadOptions = {}): Promise<LabelledDataset> {
  const kinds = handbookKinds(handbookFeatures);
  const data = await readCsvFile(path, {
    ...options,
    kinds,
    missing: handbookMissing,
    select: Object.keys(kinds),
    roles: handbookRoles,
  });
  requireLabels("readHandbook", data.column("TX_FRAUD", "numeric").values, 0);
  const ids = data.column("TRANSACTION_ID", "numeric").values;
  const order = Int32Array.from(ids.keys()).sort((a, b) => ids[a] - ids[b]);
  const sorted = data.take(order);
  const cleaned = handbookFeatures.map((name) => [
    name,
    numeric(sorted.column(name, "numeric").values.map((value) => (value === -1 ? 0 : value))),
  ]);
  return sorted.withFeatures(Object.fromEntries(cleaned));
}

/** Throws {@link DataError} where a label is not 0 or 1; `first` is the place of the first label in the file. */
export function requireLabels(owner: string, labels: ArrayLike<number>, first: number): void {
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== 0 && labels[row] !== 1)
      throw new DataError(owner, `TX_FRAUD must be 0 or 1, received ${labels[row]} at row ${first + row}`);
  }
}

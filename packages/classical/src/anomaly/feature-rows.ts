import { type Dataset, denseFeatures, type FloatArray, hasSparseFeature } from "@strata-ml/core";
import { featureColumns } from "../boosting/feature-columns.js";

/** One column of the feature matrix: row i's number is `values[offset + i * stride]`. */
interface Column {
  readonly values: FloatArray;
  readonly offset: number;
  readonly stride: number;
}

/** Numeric features, read a few rows at a time; NaN is missing. */
export class FeatureRows {
  private readonly columns: readonly Column[];

  /** @throws DataError for a column that is no number or block of numbers, and for an infinite value. */
  constructor(owner: string, data: Dataset) {
    if (hasSparseFeature(data)) {
      const { columns, data: values } = denseFeatures(owner, data, { missing: true });
      this.columns = Array.from({ length: columns }, (_, offset) => ({ values, offset, stride: columns }));
    } else {
      this.columns = featureColumns(owner, data, data.featureSchema).flatMap((column) =>
        column.kind === "numeric" ? [column] : [],
      );
    }
  }

  /** Columns of the feature matrix. */
  get width(): number {
    return this.columns.length;
  }

  /** Writes rows `from..to`, one column after another, each `columnLength` numbers from the last one's start. */
  fill(from: number, to: number, out: Float64Array, columnLength: number): void {
    this.columns.forEach(({ values, offset, stride }, f) => {
      const at = f * columnLength;
      if (stride === 1) out.set(values.subarray(from, to), at);
      else for (let i = from; i < to; i++) out[at + i - from] = values[offset + i * stride];
    });
  }

  /** Writes some rows, row-major. */
  gather(rows: Int32Array, out: Float64Array): void {
    const { width } = this;
    this.columns.forEach(({ values, offset, stride }, f) => {
      for (let i = 0, at = f; i < rows.length; i++, at += width) out[at] = values[offset + rows[i] * stride];
    });
  }
}

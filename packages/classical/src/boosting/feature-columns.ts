import {
  DataError,
  type Dataset,
  type DatasetSchema,
  type FloatArray,
  recode,
  requireKinds,
  tensorWidth,
} from "@strata-ml/core";

/** One column of the feature matrix as boosting reads it. */
export type FeatureColumn = NumericFeature | CategoricalFeature;

/** Row i's number is `values[offset + i * stride]`; NaN is missing. */
export interface NumericFeature {
  readonly kind: "numeric";
  readonly values: FloatArray;
  readonly offset: number;
  readonly stride: number;
}

/** Row i's category is number `codes[i]` of the dictionary seen in fit; negative is missing or unknown. */
export interface CategoricalFeature {
  readonly kind: "categorical";
  readonly codes: Int32Array;
  /** The dictionary seen in fit. */
  readonly categories: readonly string[];
}

export const boostingKinds = ["numeric", "categorical", "tensor"] as const;

/**
 * The feature columns named by `schema`, in its order and with its dictionaries; a tensor gives one a number.
 *
 * @throws DataError for a column of another kind, or an infinite value, naming column and row.
 */
export function featureColumns(owner: string, data: Dataset, schema: DatasetSchema): FeatureColumn[] {
  requireKinds(owner, data, boostingKinds);
  return schema.flatMap((expected): FeatureColumn[] => {
    const column = data.column(expected.name);
    if (column.kind === "categorical" && expected.kind === "categorical") {
      const { categories } = expected;
      const codes = column.categories === categories ? column.codes : recode(column, categories);
      return [{ kind: "categorical", codes, categories }];
    }
    if (column.kind !== "numeric" && column.kind !== "tensor") return [];
    const width = column.kind === "tensor" ? tensorWidth(column.shape) : 1;
    const { values } = column;
    for (let k = 0; k < values.length; k++) {
      const value = values[k];
      if (value - value === 0 || value !== value) continue;
      throw new DataError(
        owner,
        `column '${expected.name}' must be finite or missing, received ${value} at row ${Math.floor(k / width)}`,
      );
    }
    return Array.from({ length: width }, (_, offset) => ({ kind: "numeric", values, offset, stride: width }));
  });
}

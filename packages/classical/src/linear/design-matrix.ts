import {
  csrFeatures,
  type Dataset,
  type DatasetSchema,
  featureColumns,
  type FitRun,
  hasSparseFeature,
  tensorWidth,
} from "@strata-ml/core";
import { ColumnDesign } from "./column-design.js";
import { SparseDesign } from "./sparse-design.js";

/** Weighted mean and population variance of every column. */
export interface ColumnMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** All features as linear models read them: by columns or CSR, in both cases by blocks of rows. */
export interface DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Rows of a block that stays in the cache between {@link scores} and {@link addTransposed}. */
  readonly blockRows: number;
  /** `out[(i - start) * K + k] = bias[k] + x_i . weights[k]`, `weights` being K x columns. */
  scores(start: number, end: number, weights: Float64Array, bias: Float64Array, out: Float64Array): void;
  /** `target[k] += sum of residuals[(i - start) * K + k] * x_i`, `target` being K x columns. */
  addTransposed(
    start: number,
    end: number,
    residuals: Float64Array,
    outputs: number,
    target: Float64Array,
  ): void;
  /** Lower triangle of `gram` (columns x columns) += sum of w_i (x_i - mean)(x_i - mean)'. */
  addGram(
    start: number,
    end: number,
    mean: Float64Array,
    weights: Float64Array | undefined,
    gram: Float64Array,
  ): void;
  /** The same over all rows, with progress. */
  gram(mean: Float64Array, weights: Float64Array | undefined, run: FitRun): Promise<Float64Array>;
  /** In two passes for accuracy; without weights every row counts 1. */
  moments(weights: Float64Array | undefined): ColumnMoments;
  /** Rows start to end less `mean`, times the square root of their weights, row-major into `out`. */
  centredRows(
    start: number,
    end: number,
    mean: Float64Array,
    weights: Float64Array | undefined,
    out: Float64Array,
  ): void;
}

/** The features of a dataset: CSR where any of them is sparse. Throws as `denseFeatures` does. */
export function designMatrix(owner: string, data: Dataset): DesignMatrix {
  return hasSparseFeature(data)
    ? new SparseDesign(csrFeatures(owner, data))
    : new ColumnDesign(featureColumns(owner, data), data.rows);
}

/** Columns of the design matrix of features with this schema. */
export function designWidth(features: DatasetSchema): number {
  return features.reduce((sum, column) => {
    if (column.kind === "tensor") return sum + tensorWidth(column.shape);
    return sum + (column.kind === "sparse" ? column.width : 1);
  }, 0);
}

/** `x w + bias` for every row and output. */
export function linearScores(design: DesignMatrix, weights: Float64Array, bias: Float64Array): Float64Array {
  const out = new Float64Array(design.rows * bias.length);
  design.scores(0, design.rows, weights, bias, out);
  return out;
}

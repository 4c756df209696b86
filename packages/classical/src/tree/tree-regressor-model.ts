import {
  alignFeatures,
  type AnyEstimator,
  type Dataset,
  type DatasetSchema,
  denseFeatures,
  type Matrix,
  Model,
  type Regresses,
  type RowForm,
  type RowOf,
  type RowScorer,
  type ScoresRows,
} from "@strata-ml/core";
import { z } from "zod";
import { rowScorer } from "../scorer/row-reader.js";
import { requireOneOutput } from "./output-classes.js";
import { rowMeans } from "./row-means.js";
import type { Tree } from "./tree.js";

/** State of an artifact: how many outputs where there are several. */
export const outputsSchema = z.union([z.null(), z.strictObject({ outputs: z.int().min(2) })]);

export function outputsState(outputs: number): z.output<typeof outputsSchema> {
  return outputs === 1 ? null : { outputs };
}

/** What regressors of one tree and of many answer from the means that they give to rows. */
export abstract class TreeRegressorModel<E extends AnyEstimator>
  extends Model<E>
  implements Regresses, ScoresRows
{
  constructor(
    estimator: E,
    features: DatasetSchema,
    /** Numbers that are predicted for a row: 1, or as many as a target that is a tensor has. */
    readonly outputs: number,
  ) {
    super(estimator, features);
  }

  /** The trees that are averaged. */
  protected abstract get averaged(): readonly Tree[];

  /** Rows x outputs. */
  protected abstract meansOf(x: Matrix): Matrix;

  /**
   * The mean target in each row's leaf, its mean over the trees. Throws NotSupportedError for a target of several outputs:
   * see `predictOutputs`.
   */
  predict(data: Dataset): Float64Array {
    requireOneOutput(this.owner, this.outputs, "predict", "predictOutputs");
    return this.meansOf(this.matrix(data)).data;
  }

  /** Rows x outputs: what `predict` gives, of each output. */
  predictOutputs(data: Dataset): Matrix {
    return this.meansOf(this.matrix(data));
  }

  /** The prediction of one row at once, in microseconds and without allocating: see `ScoresRows`. */
  scorer<F extends RowForm = "dense">(options?: { readonly rows?: F }): RowScorer<RowOf<F>> {
    requireOneOutput(this.owner, this.outputs, "scorer", "predictOutputs");
    return rowScorer(this.owner, this.features, { missing: true }, options?.rows, rowMeans(this.averaged));
  }

  protected matrix(data: Dataset): Matrix {
    return denseFeatures(this.owner, alignFeatures(this.owner, this.features, data), { missing: true });
  }
}

import {
  alignFeatures,
  type AnyEstimator,
  type Dataset,
  type DatasetSchema,
  denseFeatures,
  denseNames,
  type Matrix,
  Model,
  type Regresses,
} from "@strata-ml/core";
import type { Forest } from "./forest.js";
import type { OutOfBagResult } from "./out-of-bag.js";

/** A forest whose trees' means are averaged. */
export abstract class ForestRegressorModel<E extends AnyEstimator> extends Model<E> implements Regresses {
  constructor(
    estimator: E,
    features: DatasetSchema,
    /** The trees; a node's value is the weighted mean of its targets. */
    readonly forest: Forest,
    /** How it does on rows that trees left out, where `oobScore` asked for it. */
    readonly outOfBag?: OutOfBagResult,
  ) {
    super(estimator, features);
  }

  /** Mean share of each column of the feature matrix in the decrease of squared error. */
  get featureImportances(): Float64Array {
    return this.forest.importances(denseNames(this.features).length);
  }

  /** With `oobScore`: R2 on the training rows, each predicted by the trees that did not draw it, by their weights. */
  get oobScore(): number | undefined {
    return this.outOfBag?.score;
  }

  /** With `oobScore`: the mean of each training row's predictions by the trees that did not draw it; NaN where all did. */
  get oobPrediction(): Float64Array | undefined {
    return this.outOfBag?.means.data;
  }

  /** Mean over the trees of the mean target in each row's leaf. */
  predict(data: Dataset): Float64Array {
    return this.forest.means(this.matrix(data)).data;
  }

  /** The leaf that each row falls into, rows x trees: the number of a node of `forest.trees`. */
  apply(data: Dataset): Matrix {
    return this.forest.apply(this.matrix(data));
  }

  private matrix(data: Dataset): Matrix {
    return denseFeatures(this.owner, alignFeatures(this.owner, this.features, data), { missing: true });
  }
}

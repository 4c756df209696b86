import {
  type AnyEstimator,
  type Dataset,
  type DatasetSchema,
  denseNames,
  type Matrix,
} from "@strata-ml/core";
import { requireOneOutput } from "../tree/output-classes.js";
import { TreeRegressorModel } from "../tree/tree-regressor-model.js";
import type { Tree } from "../tree/tree.js";
import type { Forest } from "./forest.js";
import type { OutOfBagResult } from "./out-of-bag.js";

/** A forest whose trees' means are averaged. */
export abstract class ForestRegressorModel<E extends AnyEstimator> extends TreeRegressorModel<E> {
  constructor(
    estimator: E,
    features: DatasetSchema,
    /** The trees; a node's value is the weighted mean of its targets. */
    readonly forest: Forest,
    /** How it does on rows that trees left out, where `oobScore` asked for it. */
    readonly outOfBag?: OutOfBagResult,
  ) {
    super(estimator, features, forest.outputs);
  }

  /** Mean share of each column of the feature matrix in the decrease of squared error. */
  get featureImportances(): Float64Array {
    return this.forest.importances(denseNames(this.features).length);
  }

  /**
   * With `oobScore`: R2 on the training rows, each predicted by the trees that did not draw it, by their weights. Of several
   * outputs it is the mean.
   */
  get oobScore(): number | undefined {
    return this.outOfBag?.score;
  }

  /**
   * With `oobScore`: the mean of each training row's predictions by the trees that did not draw it; NaN where all did. Throws
   * NotSupportedError for a target of several outputs: see `outOfBag`.
   */
  get oobPrediction(): Float64Array | undefined {
    requireOneOutput(this.owner, this.outputs, "oobPrediction", "outOfBag.means");
    return this.outOfBag?.means.data;
  }

  /** The leaf that each row falls into, rows x trees: the number of a node of `forest.trees`. */
  apply(data: Dataset): Matrix {
    return this.forest.apply(this.matrix(data));
  }

  protected get averaged(): readonly Tree[] {
    return this.forest.trees;
  }

  protected meansOf(x: Matrix): Matrix {
    return this.forest.means(x);
  }
}

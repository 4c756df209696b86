import {
  type AnyEstimator,
  type Dataset,
  type DatasetSchema,
  denseNames,
  type Matrix,
} from "@strata-ml/core";
import type { ClassLists } from "../tree/output-classes.js";
import { TreeClassifierModel } from "../tree/tree-classifier-model.js";
import type { Tree } from "../tree/tree.js";
import type { Forest } from "./forest.js";
import type { OutOfBagResult } from "./out-of-bag.js";

/** A forest whose trees' class shares are averaged. */
export abstract class ForestClassifierModel<E extends AnyEstimator> extends TreeClassifierModel<E> {
  constructor(
    estimator: E,
    features: DatasetSchema,
    classes: ClassLists,
    /** The trees; a node's value is its class shares, of several outputs those of one after another's. */
    readonly forest: Forest,
    /** How it does on rows that trees left out, where `oobScore` asked for it. */
    readonly outOfBag?: OutOfBagResult,
  ) {
    super(estimator, features, classes);
  }

  /** Mean share of each column of the feature matrix in the decrease of impurity. */
  get featureImportances(): Float64Array {
    return this.forest.importances(denseNames(this.features).length);
  }

  /**
   * With `oobScore`: accuracy on the training rows, each judged by the trees that did not draw it, by their weights. Of
   * several outputs it is the mean.
   */
  get oobScore(): number | undefined {
    return this.outOfBag?.score;
  }

  /**
   * With `oobScore`: training rows x classes, mean class shares by the trees that did not draw the row; NaN where all did. Of
   * several outputs the classes of one follow those of another.
   */
  get oobDecisionFunction(): Matrix | undefined {
    return this.outOfBag?.means;
  }

  /** The leaf that each row falls into, rows x trees: the number of a node of `forest.trees`. */
  apply(data: Dataset): Matrix {
    return this.forest.apply(this.matrix(data));
  }

  protected get averaged(): readonly Tree[] {
    return this.forest.trees;
  }

  protected sharesOf(x: Matrix): Matrix {
    return this.forest.means(x);
  }
}

import {
  alignFeatures,
  type AnyEstimator,
  type Classifies,
  type Dataset,
  type DatasetSchema,
  denseFeatures,
  denseNames,
  type Label,
  type Matrix,
  Model,
  type PredictsProbability,
} from "@strata-ml/core";
import { argmax } from "../tree/argmax.js";
import type { Forest } from "./forest.js";
import type { OutOfBagResult } from "./out-of-bag.js";

/** A forest whose trees' class shares are averaged. */
export abstract class ForestClassifierModel<E extends AnyEstimator>
  extends Model<E>
  implements Classifies, PredictsProbability
{
  constructor(
    estimator: E,
    features: DatasetSchema,
    readonly classes: readonly Label[],
    /** The trees; a node's value is its class shares. */
    readonly forest: Forest,
    /** How it does on rows that trees left out, where `oobScore` asked for it. */
    readonly outOfBag?: OutOfBagResult,
  ) {
    super(estimator, features);
  }

  /** Mean share of each column of the feature matrix in the decrease of impurity. */
  get featureImportances(): Float64Array {
    return this.forest.importances(denseNames(this.features).length);
  }

  /** With `oobScore`: accuracy on the training rows, each judged by the trees that did not draw it, by their weights. */
  get oobScore(): number | undefined {
    return this.outOfBag?.score;
  }

  /** With `oobScore`: training rows x classes, mean class shares by the trees that did not draw the row; NaN where all did. */
  get oobDecisionFunction(): Matrix | undefined {
    return this.outOfBag?.means;
  }

  /** The class of the greatest mean share; the first one of equals. */
  predict(data: Dataset): Label[] {
    const probability = this.predictProba(data);
    return Array.from({ length: probability.rows }, (_, i) => this.classes[argmax(probability.row(i))]);
  }

  /** Mean over the trees of the class shares in each row's leaf. */
  predictProba(data: Dataset): Matrix {
    return this.forest.means(this.matrix(data));
  }

  /** The leaf that each row falls into, rows x trees: the number of a node of `forest.trees`. */
  apply(data: Dataset): Matrix {
    return this.forest.apply(this.matrix(data));
  }

  private matrix(data: Dataset): Matrix {
    return denseFeatures(this.owner, alignFeatures(this.owner, this.features, data), { missing: true });
  }
}

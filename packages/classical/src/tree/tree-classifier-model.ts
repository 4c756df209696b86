import {
  alignFeatures,
  type AnyEstimator,
  type Classifies,
  type Dataset,
  type DatasetSchema,
  denseFeatures,
  type Label,
  type Matrix,
  Model,
  type PredictsProbability,
  type RowForm,
  type RowOf,
  type RowScorer,
  type ScoresRows,
} from "@strata-ml/core";
import { rowScorer } from "../scorer/row-reader.js";
import { argmax } from "./argmax.js";
import { type ClassLists, OutputClasses } from "./output-classes.js";
import { rowMeans } from "./row-means.js";
import type { Tree } from "./tree.js";

/** What classifiers of one tree and of many answer from the class shares that they give to rows. */
export abstract class TreeClassifierModel<E extends AnyEstimator>
  extends Model<E>
  implements Classifies, PredictsProbability, ScoresRows
{
  protected readonly lists: OutputClasses;

  /** @param classes the classes, or of a target of several outputs those of each */
  constructor(estimator: E, features: DatasetSchema, classes: ClassLists) {
    super(estimator, features);
    this.lists = new OutputClasses(classes);
  }

  /** The trees that are averaged. */
  protected abstract get averaged(): readonly Tree[];

  /** Class shares of rows, those of one output after another's. */
  protected abstract sharesOf(x: Matrix): Matrix;

  /** The classes; throws NotSupportedError for a target of several outputs, which have `outputClasses`. */
  get classes(): readonly Label[] {
    return this.lists.single(this.owner, "classes", "outputClasses");
  }

  /** The classes of each output: one list, or as many as a target that is a tensor has numbers. */
  get outputClasses(): readonly (readonly Label[])[] {
    return this.lists.each;
  }

  /**
   * The class of the greatest share; the first one of equals. Throws NotSupportedError for a target of several outputs:
   * see `predictOutputs`.
   */
  predict(data: Dataset): Label[] {
    const classes = this.lists.single(this.owner, "predict", "predictOutputs");
    const shares = this.sharesOf(this.matrix(data));
    return Array.from({ length: shares.rows }, (_, i) => classes[argmax(shares.row(i))]);
  }

  /**
   * Rows x classes: the class shares of the training rows in each row's leaf, their mean over the trees. Throws
   * NotSupportedError for a target of several outputs: see `predictProbaOutputs`.
   */
  predictProba(data: Dataset): Matrix {
    this.lists.single(this.owner, "predictProba", "predictProbaOutputs");
    return this.sharesOf(this.matrix(data));
  }

  /** Rows x outputs: of each output the class of the greatest share. Throws NotSupportedError for classes that are strings. */
  predictOutputs(data: Dataset): Matrix {
    return this.lists.labels(this.owner, this.sharesOf(this.matrix(data)));
  }

  /** Of each output the class shares, rows x its classes. */
  predictProbaOutputs(data: Dataset): Matrix[] {
    return this.lists.split(this.sharesOf(this.matrix(data)));
  }

  /** Class shares of one row at once, in microseconds and without allocating: see `ScoresRows`. */
  scorer<F extends RowForm = "dense">(options?: { readonly rows?: F }): RowScorer<RowOf<F>> {
    this.lists.single(this.owner, "scorer", "predictProbaOutputs");
    return rowScorer(this.owner, this.features, { missing: true }, options?.rows, rowMeans(this.averaged));
  }

  protected matrix(data: Dataset): Matrix {
    return denseFeatures(this.owner, alignFeatures(this.owner, this.features, data), { missing: true });
  }
}

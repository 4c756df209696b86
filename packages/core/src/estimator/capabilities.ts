import type { Dataset } from "../dataset/dataset.js";
import type { Label } from "../dataset/target.js";
import type { Matrix } from "../matrix.js";
import type { FitOptions } from "./fit-options.js";
import type { Model } from "./model.js";

/** A classical model answers at once, a deep one with a promise; generic code awaits either. */
export type Awaitable<T> = T | Promise<T>;

/** Predicts one of `classes` for each row. */
export interface Classifies {
  /** Ascending; columns of probabilities and of decisions come in this order. */
  readonly classes: readonly Label[];
  predict(data: Dataset): Awaitable<Label[]>;
}

/** Gives each row a probability for every class: rows x classes, every row sums to 1. */
export interface PredictsProbability {
  readonly classes: readonly Label[];
  predictProba(data: Dataset): Awaitable<Matrix>;
}

/** Gives each row a score before it becomes a probability: rows x 1 for two classes (positive means the second), else rows x classes. */
export interface Decides {
  readonly classes: readonly Label[];
  decisionFunction(data: Dataset): Awaitable<Matrix>;
}

/** Predicts a number for each row. */
export interface Regresses {
  predict(data: Dataset): Awaitable<Float64Array>;
}

/** Predicts several columns, of classes or numbers, each by its name: the model of an estimator of kind `multiTask`. */
export interface PredictsTasks {
  /** By column: the class of each row, or a number. */
  predict(data: Dataset): Awaitable<Readonly<Record<string, Label[] | Float64Array>>>;
  /** By column of classes: rows x classes, every row sums to 1. */
  predictProba?(data: Dataset): Awaitable<Readonly<Record<string, Matrix>>>;
}

/** Turns feature columns into others; rows, and columns of every other role, stay as they are. */
export interface Transforms {
  transform(data: Dataset): Awaitable<Dataset>;
}

/** Assigns each row to one of `nClusters`. */
export interface Clusters {
  readonly nClusters: number;
  /** Cluster of every row seen in fit. */
  readonly labels: Int32Array;
  predict(data: Dataset): Awaitable<Int32Array>;
}

/** Gives each row a score, high for usual ones and low for outliers. */
export interface ScoresSamples {
  scoreSamples(data: Dataset): Awaitable<Float64Array>;
}

/**
 * Answers for one row at once. The answer is one and the same array, which the next call overwrites: the probabilities of a
 * classifier, by class, or the number of a regressor.
 */
export type RowScorer<Row> = (row: Row) => Float64Array;

/** A row as the feature matrix has it: one number a column of it, of a category its place in the dictionary, NaN where missing. */
export type DenseRow = ArrayLike<number>;

/** A row by the names of its columns: a number, a category, an array of numbers; null or absent where missing. */
export type NamedRow = Readonly<Record<string, unknown>>;

/** How the rows of a scorer are written. */
export type RowForm = "dense" | "named";

/** Rows of one form. */
export type RowOf<F extends RowForm> = F extends "dense" ? DenseRow : NamedRow;

/** Scores single rows without allocating anything. */
export interface ScoresRows {
  /** @throws DataError by the scorer: for a row of another width, or a value that `predict` would refuse. */
  scorer<F extends RowForm = "dense">(options?: { readonly rows?: F }): RowScorer<RowOf<F>>;
}

/** Gives each row the activations of a named layer. */
export interface Embeds {
  /** Names that `embed` takes. */
  readonly layers: readonly string[];
  /** Rows x units of the layer; default layer: the last one before the output. */
  embed(data: Dataset, options?: { readonly layer?: string }): Awaitable<Matrix>;
}

/** An estimator whose transformed training rows must not be `transform(train)`, because that would leak: they are cross-fitted. */
export interface FitTransforms<M extends Model & Transforms = Model & Transforms> {
  /** The model for new rows, and the training rows transformed without any row seeing its own target. It may hold fewer rows than came in. */
  fitTransform(data: Dataset, options?: FitOptions): Promise<{ readonly model: M; readonly data: Dataset }>;
}

/** An estimator that goes on training a model: online learning, and warm start. */
export interface Updates<M extends Model = Model, D extends Dataset = Dataset> {
  /** A new model that has also learned from these rows; the given one stays as it is. */
  update(model: M, data: D, options?: FitOptions<D>): Promise<M>;
}

const has = (model: object, ...names: string[]): boolean =>
  names.every((name) => typeof (model as Record<string, unknown>)[name] === "function");

export const canClassify = (model: Model): model is Model & Classifies =>
  has(model, "predict") && "classes" in model;
export const canPredictProbability = (model: Model): model is Model & PredictsProbability =>
  has(model, "predictProba") && "classes" in model;
export const canPredictTasks = (model: Model): model is Model & PredictsTasks =>
  has(model, "predict") && model.estimator.tags.kind === "multiTask";
export const canDecide = (model: Model): model is Model & Decides => has(model, "decisionFunction");
export const canTransform = (model: Model): model is Model & Transforms => has(model, "transform");
export const canEmbed = (model: Model): model is Model & Embeds => has(model, "embed");
export const canScoreSamples = (model: Model): model is Model & ScoresSamples => has(model, "scoreSamples");
export const canScoreRows = (model: Model): model is Model & ScoresRows => has(model, "scorer");
export const canCluster = (model: Model): model is Model & Clusters =>
  has(model, "predict") && "nClusters" in model;
export const canRegress = (model: Model): model is Model & Regresses =>
  has(model, "predict") && model.estimator.tags.kind === "regressor";
/** Whether an estimator brings its own cross-fitted `fitTransform`. */
export const canFitTransform = (estimator: object): estimator is FitTransforms =>
  has(estimator, "fitTransform");
/** Whether an estimator can go on training a model. */
export const canUpdate = (estimator: object): estimator is Updates => has(estimator, "update");

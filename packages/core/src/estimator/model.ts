import type { DatasetSchema } from "../dataset/schema.js";
import type { AnyEstimator } from "./estimator.js";

/**
 * A fitted, immutable model. What it can do is said by the capability interfaces that it implements
 * (`Classifies`, `PredictsProbability`, `Transforms`, ...).
 */
export abstract class Model<E extends AnyEstimator = AnyEstimator> {
  /** The configuration that was fitted. */
  readonly estimator: E;
  /** The feature columns seen in fit; predict takes the same ones, by name. */
  readonly features: DatasetSchema;

  constructor(estimator: E, features: DatasetSchema) {
    this.estimator = estimator;
    this.features = features;
  }

  /** Name in the closed registry of artifacts: that of its estimator. */
  get type(): string {
    return this.estimator.type;
  }

  /** The class name, as error messages show it. */
  get owner(): string {
    return this.estimator.owner;
  }
}

import type { z } from "zod";
import type { ColumnKind } from "../dataset/column.js";
import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import type { FitOptions } from "./fit-options.js";
import type { Model } from "./model.js";
import { type ParamsSchema, parseParams } from "./params.js";

/** What kind of model an estimator fits. */
export type EstimatorKind =
  | "classifier"
  | "regressor"
  | "transformer"
  | "clusterer"
  | "outlierDetector"
  // Several targets of several kinds, by name.
  | "multiTask";

/** What an estimator takes and gives, for generic code and for `checkEstimator`. */
export interface EstimatorTags {
  readonly kind: EstimatorKind;
  /** Kinds of feature columns that fit takes. */
  readonly accepts: readonly ColumnKind[];
  /** Whether fit needs a target. */
  readonly target: "required" | "none";
  /** Whether missing feature values are taken (NaN, code -1, null). */
  readonly missing: boolean;
  /** Of a transformer: whether what it gives has no missing values whatever it got. */
  readonly imputes?: boolean;
  /** Whether the weight column changes the fit. */
  readonly sampleWeight: boolean;
  /** Of a classifier, or of several targets: whether more than two classes are taken. */
  readonly multiclass?: boolean;
}

/**
 * Immutable configuration that can be fitted. `fit` never changes the estimator: it returns a new model.
 *
 * A subclass has a strict zod schema whose every field has a default, passes it to `super` with the user's input,
 * and declares `type`, `tags` and `fit`. See CONTRIBUTING.md for the recipe.
 */
export abstract class Estimator<
  S extends ParamsSchema = ParamsSchema,
  M extends Model = Model,
  D extends Dataset = Dataset,
> {
  /** Name in the closed registry of artifacts, `package/kebab-name`. */
  abstract readonly type: string;
  abstract readonly tags: EstimatorTags;
  readonly params: Readonly<z.output<S>>;
  readonly schema: S;

  protected constructor(schema: S, input: z.input<S> | undefined) {
    this.schema = schema;
    this.params = parseParams(new.target.name, schema, input);
  }

  /** The class name, as error messages and progress events show it. */
  get owner(): string {
    return this.constructor.name;
  }

  /** A copy with some params changed; throws {@link ParamError} as the constructor does. */
  with(patch: Partial<z.input<S>>): this {
    const make = this.constructor as new (input: z.input<S>) => this;
    return new make({ ...(this.params as z.input<S>), ...patch });
  }

  /**
   * Fits on the features of `data` (and its target and weights, where the estimator uses them).
   *
   * @throws DataError for data that the estimator can't take; rejects with `options.signal.reason` when aborted.
   */
  abstract fit(data: D, options?: FitOptions<D>): Promise<M>;

  /** Type and params, from which the registry makes an equal estimator. */
  toJSON(): EstimatorJson {
    return { type: this.type, params: this.params };
  }
}

/** An estimator as JSON carries it; params may hold further estimators in the same form. */
export interface EstimatorJson {
  readonly type: string;
  readonly params: unknown;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the bound of generic code: any schema, any model, any dataset
export type AnyEstimator = Estimator<any, any, any>;

/** The model that an estimator's fit gives. */
export type ModelOf<E> = E extends { fit(...args: never[]): Promise<infer M> } ? M : never;

/** The dataset that an estimator's fit takes. */
export type DataOf<E> = E extends { fit(data: infer D, ...rest: never[]): unknown } ? D : never;

/** The params that an estimator's constructor takes. */
export type ParamsOf<E> = E extends { with(patch: infer P): unknown } ? P : never;

/** An estimator that needs a target. */
export type SupervisedEstimator<M extends Model = Model> = Estimator<ParamsSchema, M, LabelledDataset>;

import type { Dataset } from "../dataset/dataset.js";
import type { AnyEstimator, EstimatorTags } from "../estimator/estimator.js";
import type { FitOptions } from "../estimator/fit-options.js";
import type { Model } from "../estimator/model.js";
import type { CheckSettings } from "./check-settings.js";
import { observe } from "./observe.js";
import { makeSample, type Sample, type SampleOptions, type SampleTarget, sampleTargets } from "./sample.js";

/** A model and the samples that checks share; none may change them. */
export interface Fitted {
  readonly model: Model;
  readonly train: Sample;
  /** Other rows of the same kind. */
  readonly test: Sample;
  /** What the model says of `test`. */
  readonly observed: Dataset;
}

/** What a check works with: fresh estimators, fresh samples, and one fitted model that all share. */
export class CheckContext {
  /** An instance to read; every fit makes its own. */
  readonly estimator: AnyEstimator;
  private shared: Promise<Fitted> | undefined;

  constructor(
    readonly make: () => AnyEstimator,
    readonly settings: CheckSettings,
  ) {
    this.estimator = make();
  }

  get tags(): EstimatorTags {
    return this.estimator.tags;
  }

  get owner(): string {
    return this.estimator.owner;
  }

  /** Columns that this estimator learns to predict. */
  get targets(): readonly SampleTarget[] {
    return sampleTargets(this.tags);
  }

  /** Whether the suite gives this estimator a target to learn from. */
  get supervised(): boolean {
    return this.targets.length > 0;
  }

  /** For comparisons of the same function computed in another order: weights against repeated rows, sparse against dense. */
  get looseTolerance(): number {
    return Math.max(this.settings.tolerance ?? 0, 1e-6);
  }

  sample(options: SampleOptions = {}): Sample {
    return makeSample(this.tags, this.settings, options);
  }

  /** Rows to predict on: other ones than {@link sample} gives by default. */
  testSample(options: SampleOptions = {}): Sample {
    return this.sample({ seed: 2, ...options });
  }

  /** Fits a fresh estimator; warnings are swallowed. */
  async fit(data: Dataset, options: FitOptions = {}): Promise<Model> {
    return this.fitOn(this.make(), data, options);
  }

  async fitOn(estimator: AnyEstimator, data: Dataset, options: FitOptions = {}): Promise<Model> {
    return estimator.fit(data, { onWarning: () => {}, ...options });
  }

  /** Fits on `data` and gives the outputs for the usual test rows, or for others. */
  async outcome(
    data: Dataset,
    options: FitOptions = {},
    test: Dataset = this.testSample().data,
  ): Promise<Dataset> {
    return observe(await this.fit(data, options), test);
  }

  /** The model fitted on the usual sample, fitted once. */
  fitted(): Promise<Fitted> {
    this.shared ??= this.fitUsual();
    return this.shared;
  }

  private async fitUsual(): Promise<Fitted> {
    const train = this.sample();
    const test = this.testSample();
    const model = await this.fit(train.data);
    return { model, train, test, observed: await observe(model, test.data) };
  }
}

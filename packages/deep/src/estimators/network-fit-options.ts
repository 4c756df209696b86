import type { Dataset, FitOptions, LabelledDataset } from "@strata-ml/core";
import type { Strategy } from "../parallel/mirrored.js";
import type { CheckpointStore } from "../training/checkpoint.js";

/** What the fit of a network takes besides data. */
export interface NetworkFitOptions<D extends Dataset = LabelledDataset> extends FitOptions<D> {
  /**
   * Where the state of training is kept after every epoch: a fit that was interrupted goes on from there, and ends as it would
   * have without.
   */
  readonly checkpoint?: CheckpointStore;
  /** How the work of a step is shared: by `mirrored({ replicas })` among threads. Default: this thread does all. */
  readonly strategy?: Strategy;
}

import type { Dataset } from "../dataset/dataset.js";
import type { Executor } from "../executor/executor.js";

/** How far a long operation is. Within a stage `done` never falls, and the last event has `done === total`. */
export interface ProgressEvent {
  /** Who works: an estimator's name, below a pipeline or search with its place (`pipeline.model`). */
  readonly owner: string;
  /** What is being counted: `tree`, `epoch`, `fold`, ... */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Measures of the moment, such as `{ loss: 0.31, validationLoss: 0.35 }`. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What a fit takes besides data: never part of params, never saved. */
export interface FitOptions<D extends Dataset = Dataset> {
  /** Held-out rows for early stopping. A pipeline transforms them with its fitted steps before its last step sees them. */
  readonly validation?: D;
  /** Stops the fit: it rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Called with what a user should know though the fit went through, such as no convergence; default `console.warn`. */
  readonly onWarning?: (message: string) => void;
  /** Where independent pieces of the work run; default inline. */
  readonly executor?: Executor;
}

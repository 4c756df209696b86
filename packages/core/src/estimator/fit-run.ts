import type { Dataset } from "../dataset/dataset.js";
import { requireFitOptions } from "./check-fit-options.js";
import type { FitOptions, ProgressEvent } from "./fit-options.js";

const yieldAfterMs = 25;

/** Lets timers, I/O and abort handlers run, then goes on. */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/**
 * One running fit: reports progress, notices an abort, and yields to the event loop now and then, so that a long
 * synchronous loop stays cancellable. Estimators make one at the start of `fit` and call {@link step} in their loop.
 *
 * It is also what checks the options of a fit, of those that an estimator does not use too.
 *
 * @throws ParamError for an option of a wrong type or a misspelt name; DataError for validation data that is no dataset;
 * `signal.reason` where that is aborted.
 */
export class FitRun {
  private lastYield = performance.now();

  constructor(
    readonly owner: string,
    private readonly options: Pick<FitOptions, "signal" | "onProgress" | "onWarning"> = {},
  ) {
    requireFitOptions(owner, options);
    options.signal?.throwIfAborted();
  }

  /** Reports `done` of `total` steps of a stage; rejects with the signal's reason once aborted. */
  async step(stage: string, done: number, total: number, metrics?: ProgressEvent["metrics"]): Promise<void> {
    this.options.onProgress?.({ owner: this.owner, stage, done, total, ...(metrics && { metrics }) });
    await this.breathe();
  }

  /** Yields if it is time to, and checks for an abort. */
  async breathe(): Promise<void> {
    if (performance.now() - this.lastYield > yieldAfterMs) {
      await yieldToEventLoop();
      this.lastYield = performance.now();
    }
    this.options.signal?.throwIfAborted();
  }

  warn(message: string): void {
    const warn = this.options.onWarning ?? ((line: string) => console.warn(line));
    warn(`${this.owner}: ${message}`);
  }
}

/** Fit options for a part of a larger fit: same signal and executor, progress and warnings under `<owner>.<part>`, and the part's own validation data. */
export function nestedOptions(
  options: FitOptions,
  owner: string,
  part: string,
  validation?: Dataset,
): FitOptions {
  const { onProgress, onWarning, validation: _, ...rest } = options;
  return {
    ...rest,
    ...(validation && { validation }),
    ...(onProgress && {
      onProgress: (event: ProgressEvent) =>
        onProgress({ ...event, owner: nestedOwner(owner, part, event.owner) }),
    }),
    ...(onWarning && { onWarning: (message: string) => onWarning(`${owner}.${part}: ${message}`) }),
  };
}

/** `Pipeline.model` for the part itself, and `Pipeline.model.network` for a part of that part. */
function nestedOwner(owner: string, part: string, inner: string): string {
  const dot = inner.indexOf(".");
  return `${owner}.${part}${dot < 0 ? "" : inner.slice(dot)}`;
}

import { describe, ParamError, type ProgressEvent, StrataError } from "@strata-ml/core";

/** Writes down what a fit tells of its epochs: pass it as `onProgress`, or call it from there. */
export interface TrainingLog {
  (event: ProgressEvent): void;
  /** Waits until all epochs so far are written; rejects where one could not be. */
  flush(): Promise<void>;
}

export interface LogOptions {
  /** Called once, where writing fails: the fit goes on without the log. Default `console.warn`. */
  readonly onWarning?: (message: string) => void;
}

/** The measures of an epoch. */
export interface LoggedEpoch {
  readonly epoch: number;
  readonly measures: Readonly<Record<string, number>>;
}

/**
 * A log that writes epoch after epoch, in the background: a fit doesn't wait for it. What fails is told as a warning and by
 * `flush`, and ends the log, not the fit.
 */
export function trainingLog(
  owner: string,
  path: string,
  write: (epoch: LoggedEpoch) => Promise<void>,
  { onWarning = (message) => console.warn(message) }: LogOptions,
): TrainingLog {
  if (typeof path !== "string" || path === "")
    throw new ParamError(owner, `the path must be a string that is not empty, received ${describe(path)}`);
  if (typeof onWarning !== "function")
    throw new ParamError(owner, `onWarning must be a function, received ${describe(onWarning)}`);
  let last = Promise.resolve();
  let failed: Error | undefined;
  const fail = (cause: unknown): void => {
    const why = cause instanceof Error ? cause.message : String(cause);
    failed = new StrataError(owner, `'${path}' could not be written on: ${why}`, { cause });
    onWarning(failed.message);
  };
  const log = ({ stage, done, metrics }: ProgressEvent): void => {
    if (stage !== "epoch" || metrics === undefined) return;
    last = last
      .then(async () => {
        if (failed === undefined) await write({ epoch: done, measures: metrics });
      })
      .catch(fail)
      // Of `onWarning` itself: `flush` tells it.
      .catch((thrown: Error) => {
        failed = thrown;
      });
  };
  const flush = async (): Promise<void> => {
    await last;
    if (failed !== undefined) throw failed;
  };
  return Object.assign(log, { flush });
}

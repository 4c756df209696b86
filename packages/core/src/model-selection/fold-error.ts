import { ArtifactError, DataError, NotSupportedError, ParamError, StrataError } from "../errors.js";

/** An error as the owner of the folds throws it: of the same kind, naming the fold, with the first one as its cause. */
export function foldError(owner: string, fold: string, cause: unknown): StrataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const kind =
    [DataError, ParamError, NotSupportedError, ArtifactError].find((type) => cause instanceof type) ??
    StrataError;
  return new kind(owner, `${fold}: ${reason}`, { cause });
}

/** An error that came out of an executor, which may have taken its class away. */
export function workerError(owner: string, cause: unknown): StrataError {
  if (cause instanceof StrataError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const own = `${owner}: `;
  return new StrataError(owner, message.startsWith(own) ? message.slice(own.length) : message, { cause });
}

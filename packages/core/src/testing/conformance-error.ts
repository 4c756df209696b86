import { StrataError } from "../errors.js";

/** A check that failed. */
export interface CheckFailure {
  readonly check: string;
  readonly message: string;
  readonly cause: unknown;
}

/** An estimator breaks its contract: one failure where a single check ran, all of them where `checkEstimator` did. */
export class ConformanceError extends StrataError {
  override readonly name = "ConformanceError";
  readonly failures: readonly CheckFailure[];

  constructor(owner: string, message: string, failures: readonly CheckFailure[]) {
    super(owner, message, { cause: failures[0]?.cause });
    this.failures = failures;
  }
}

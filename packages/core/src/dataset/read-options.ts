import { aFunction, aSignal, type Rules } from "../guard.js";

/** How far a reader is. */
export interface ReadProgress {
  /** Rows read so far. */
  readonly rows: number;
  /** Bytes of the source read so far; of a compressed file, compressed ones. */
  readonly bytes?: number;
  /** Size of the source, where it is known. */
  readonly totalBytes?: number;
}

export interface ReadOptions {
  /** Stops the reading: it rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ReadProgress) => void;
}

export const readRules: Rules<ReadOptions> = { signal: aSignal, onProgress: aFunction };

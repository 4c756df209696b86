import { availableParallelism } from "node:os";
import type { ProgressView } from "../progress-view.js";

/** What every command gets besides its own options. */
export interface CommandContext {
  /** Folder of the report. */
  readonly out: string;
  readonly signal: AbortSignal;
  readonly view: ProgressView;
  /** Where a finished command says what came out. */
  readonly print: (line: string) => void;
}

/** Networks of a cross-fitting run side by side where there are cores for it. */
export const workers = Math.min(4, availableParallelism());

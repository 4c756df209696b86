import type { CheckContext } from "./check-context.js";

/** One question of the suite, put to any estimator. */
export interface CheckDefinition {
  /** What must hold, in a sentence. */
  readonly about: string;
  /** Why the question doesn't concern this estimator; undefined where it does. */
  readonly unless?: (context: CheckContext) => string | undefined;
  /** Throws where the answer is no. */
  readonly run: (context: CheckContext) => Promise<void>;
}

export type CheckGroup = Readonly<Record<string, CheckDefinition>>;

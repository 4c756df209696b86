import type { Awaitable } from "../estimator/capabilities.js";

/** What a task sees of the run that it is part of. */
export interface TaskContext {
  readonly signal: AbortSignal;
  /** Reports progress of this shard. */
  progress(done: number, total: number, metrics?: Readonly<Record<string, number>>): void;
}

/**
 * A function that can run elsewhere: `module` (a URL) exports it as `name`. Inputs and outputs must survive
 * structured cloning. Made by {@link defineTask}.
 */
export interface Task<I, O> {
  (input: I, context: TaskContext): Awaitable<O>;
  readonly module: string;
  readonly exportName: string;
}

/** Marks an exported function as a task: `export const fitFold = defineTask(import.meta.url, "fitFold", async (input) => ...)`. */
export function defineTask<I, O>(
  module: string,
  exportName: string,
  run: (input: I, context: TaskContext) => Awaitable<O>,
): Task<I, O> {
  return Object.assign((input: I, context: TaskContext) => run(input, context), { module, exportName });
}

export interface MapOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: {
    readonly shard: number;
    readonly done: number;
    readonly total: number;
    readonly metrics?: Readonly<Record<string, number>>;
  }) => void;
}

/** Where independent pieces of work run. Results come in the order of the shards, whatever finished first. */
export interface Executor {
  /** How many shards run at once. */
  readonly concurrency: number;
  map<I, O>(task: Task<I, O>, shards: readonly I[], options?: MapOptions): Promise<O[]>;
  /** Ends whatever it holds; it can't be used after. */
  close(): Promise<void>;
}

/** Runs one shard after another, here. */
export const inlineExecutor: Executor = {
  concurrency: 1,
  async map<I, O>(task: Task<I, O>, shards: readonly I[], options: MapOptions = {}): Promise<O[]> {
    const signal = options.signal ?? new AbortController().signal;
    const results: O[] = [];
    for (const [shard, input] of shards.entries()) {
      signal.throwIfAborted();
      const progress: TaskContext["progress"] = (done, total, metrics) =>
        options.onProgress?.({ shard, done, total, ...(metrics && { metrics }) });
      results.push(await task(input, { signal, progress }));
    }
    return results;
  },
  async close() {},
};

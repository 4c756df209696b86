import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { StrataError } from "../errors.js";
import { parseParams } from "../estimator/params.js";
import type { Executor, MapOptions, Task } from "../executor/executor.js";
import { type PackedError, unpackError } from "./error-transfer.js";

/** What passes to a worker. */
export interface WorkerRequest {
  readonly id: number;
  readonly module: string;
  readonly exportName: string;
  readonly input: unknown;
}

/** What comes back. */
export type WorkerReply =
  | { readonly id: number; readonly progress: readonly [number, number, Readonly<Record<string, number>>?] }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: PackedError };

export interface WorkerExecutorOptions {
  /** Default: as many as there are cores, at most one a shard. */
  readonly workers?: number;
}

const optionsSchema = z.strictObject({ workers: z.int().min(1).optional() });

/**
 * Runs shards in worker threads, which start when first needed and are kept for the next `map`; idle ones don't keep
 * the process alive. An abort, or a shard that throws, ends the workers at once; a `StrataError` arrives as the class
 * that was thrown. Call `close()` when done.
 *
 * @throws ParamError for a number of workers below 1.
 * @example
 * const executor = workerExecutor({ workers: 2 });
 * try {
 *   const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 *   await new RandomForestClassifier({ nEstimators: 10 }).fit(data, { executor });
 * } finally {
 *   await executor.close();
 * }
 */
export function workerExecutor(options: WorkerExecutorOptions = {}): Executor {
  const concurrency = parseParams("workerExecutor", optionsSchema, options).workers ?? availableParallelism();
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let nextId = 0;
  let closed = false;

  const forget = (worker: Worker): void => {
    all.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
  };
  const start = (): Worker => {
    // Loaders and the like are inherited; how the main script is read is not a worker's concern.
    const execArgv = process.execArgv.filter((flag) => !flag.startsWith("--input-type"));
    const worker = new Worker(new URL("./worker-main.js", import.meta.url), { execArgv });
    worker.setMaxListeners(0);
    // For as long as it lives: what a task left behind may fail when nobody waits for the worker.
    worker.on("error", () => forget(worker));
    worker.on("exit", () => forget(worker));
    all.add(worker);
    return worker;
  };
  const end = async (worker: Worker): Promise<void> => {
    forget(worker);
    await worker.terminate();
  };

  async function map<I, O>(
    task: Task<I, O>,
    shards: readonly I[],
    mapOptions: MapOptions = {},
  ): Promise<O[]> {
    const { signal } = mapOptions;
    if (closed) throw new StrataError("workerExecutor", "it must be open, it was closed");
    signal?.throwIfAborted();
    const results: O[] = Array.from({ length: shards.length });
    let next = 0;
    const busy = new Set<Worker>();
    const lane = async (): Promise<void> => {
      const worker = idle.pop() ?? start();
      busy.add(worker);
      worker.ref();
      while (next < shards.length) {
        const shard = next++;
        results[shard] = await runOne(worker, nextId++, task, shard, shards[shard], mapOptions);
      }
      busy.delete(worker);
      // One that was ended meanwhile would never answer again.
      if (!all.has(worker)) return;
      worker.unref();
      idle.push(worker);
    };
    const stop = async (): Promise<void> => void (await Promise.all([...busy].map(end)));
    const onAbort = (): void => void stop();
    signal?.addEventListener("abort", onAbort);
    try {
      await Promise.all(Array.from({ length: Math.min(concurrency, shards.length) }, lane));
    } catch (error) {
      next = shards.length;
      await stop();
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
    return results;
  }

  return {
    concurrency,
    map,
    async close() {
      closed = true;
      await Promise.all([...all].map(end));
    },
  };
}

/** Has a worker do one shard. */
function runOne<I, O>(
  worker: Worker,
  id: number,
  task: Task<I, O>,
  shard: number,
  input: I,
  { onProgress }: MapOptions,
): Promise<O> {
  return new Promise<O>((resolve, reject) => {
    const finish = (settle: () => void): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
      settle();
    };
    const onMessage = (reply: WorkerReply): void => {
      if (reply.id !== id) return;
      if ("error" in reply) finish(() => reject(unpackError(reply.error)));
      else if ("result" in reply) finish(() => resolve(reply.result as O));
      else {
        const [done, total, metrics] = reply.progress;
        try {
          onProgress?.({ shard, done, total, ...(metrics && { metrics }) });
        } catch (error) {
          finish(() => reject(error)); // as it would where a task runs inline
        }
      }
    };
    const onError = (error: unknown): void => finish(() => reject(error));
    const onExit = (code: number): void =>
      finish(() =>
        reject(
          new StrataError("workerExecutor", `the worker must finish its shard, it ended with code ${code}`),
        ),
      );
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
    const request: WorkerRequest = { id, module: task.module, exportName: task.exportName, input };
    try {
      worker.postMessage(request);
    } catch (error) {
      finish(() => reject(error)); // an input that can't be cloned
    }
  });
}

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { StrataError } from "../errors.js";
import type { Executor, MapOptions, Task } from "../executor/executor.js";

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
  | { readonly id: number; readonly error: unknown };

export interface WorkerExecutorOptions {
  /** Default: as many as there are cores, at most one a shard. */
  readonly workers?: number;
}

/**
 * Runs shards in worker threads, which start when first needed and are kept for the next `map`.
 * An abort ends the workers at once; call `close()` when done.
 *
 * @example
 * const executor = workerExecutor({ workers: 2 });
 * try { await estimator.fit(data, { executor }); } finally { await executor.close(); }
 */
export function workerExecutor(options: WorkerExecutorOptions = {}): Executor {
  const concurrency = options.workers ?? availableParallelism();
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let nextId = 0;

  const start = (): Worker => {
    const worker = new Worker(new URL("./worker-main.js", import.meta.url));
    worker.setMaxListeners(0);
    all.add(worker);
    return worker;
  };
  const end = async (worker: Worker): Promise<void> => {
    all.delete(worker);
    await worker.terminate();
  };

  function runOne<I, O>(
    worker: Worker,
    task: Task<I, O>,
    shard: number,
    input: I,
    map: MapOptions,
  ): Promise<O> {
    const id = nextId++;
    return new Promise<O>((resolve, reject) => {
      const finish = (settle: () => void): void => {
        worker.off("message", onMessage);
        worker.off("error", onError);
        worker.off("exit", onExit);
        settle();
      };
      const onMessage = (reply: WorkerReply): void => {
        if (reply.id !== id) return;
        if ("progress" in reply) {
          const [done, total, metrics] = reply.progress;
          map.onProgress?.({ shard, done, total, ...(metrics && { metrics }) });
        } else if ("error" in reply) finish(() => reject(reply.error));
        else finish(() => resolve(reply.result as O));
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
      worker.postMessage(request);
    });
  }

  async function map<I, O>(
    task: Task<I, O>,
    shards: readonly I[],
    mapOptions: MapOptions = {},
  ): Promise<O[]> {
    const { signal } = mapOptions;
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
        results[shard] = await runOne(worker, task, shard, shards[shard], mapOptions);
      }
      busy.delete(worker);
      worker.unref(); // an idle worker must not keep the process alive
      idle.push(worker);
    };
    const stop = async (): Promise<void> => void (await Promise.all([...busy].map(end)));
    signal?.addEventListener("abort", stop);
    try {
      await Promise.all(Array.from({ length: Math.min(concurrency, shards.length) }, lane));
    } catch (error) {
      await stop();
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    return results;
  }

  return {
    concurrency,
    map,
    async close() {
      await Promise.all([...all].map(end));
      idle.length = 0;
    },
  };
}

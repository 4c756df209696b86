import { parentPort } from "node:worker_threads";
import type { Task, TaskContext } from "../executor/executor.js";
import type { WorkerReply, WorkerRequest } from "./worker-executor.js";

// The entry of a worker thread of workerExecutor: imports the task's module and runs it.
const reply = (message: WorkerReply): void => parentPort?.postMessage(message);

parentPort?.on("message", (request: WorkerRequest) => void answer(request));

async function answer({ id, module, exportName, input }: WorkerRequest): Promise<void> {
  // An abort ends the whole worker, so the signal that a task sees here never fires.
  const context: TaskContext = {
    signal: new AbortController().signal,
    progress: (done, total, metrics) => reply({ id, progress: [done, total, metrics] }),
  };
  try {
    const exports = (await import(module)) as Record<string, Task<unknown, unknown>>;
    reply({ id, result: await exports[exportName](input, context) });
  } catch (error) {
    reply({ id, error });
  }
}

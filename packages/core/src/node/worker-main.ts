import { parentPort } from "node:worker_threads";
import { StrataError } from "../errors.js";
import type { Task, TaskContext } from "../executor/executor.js";
import { packError } from "./error-transfer.js";
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
    const exports = (await import(module)) as Record<string, Task<unknown, unknown> | undefined>;
    const task = exports[exportName];
    if (typeof task !== "function")
      throw new StrataError(
        "workerExecutor",
        `'${module}' must export the task '${exportName}', it does not`,
      );
    // Inside the try: a result that can't be cloned is an error of the task.
    reply({ id, result: await task(input, context) });
  } catch (error) {
    reply({ id, error: packError(error) });
  }
}

// What differs between Node and browsers, without importing anything that one of them lacks.

/** A thread that is running. */
export interface Thread {
  end(): void;
}

interface NodeWorker {
  once(event: "message" | "error", listener: (value: unknown) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}

type NodeModules = {
  "node:worker_threads": {
    Worker: new (code: string, options: { eval: true; workerData: unknown; stdout: true }) => NodeWorker;
    isMainThread: boolean;
  };
  "node:os": { availableParallelism(): number };
};

interface NodeProcess {
  getBuiltinModule?<K extends keyof NodeModules>(name: K): NodeModules[K];
}

const node = (globalThis as { process?: NodeProcess }).process;

/** Threads that a fit may use: those of the machine, but in a worker, which has others beside it, one. */
export function availableThreads(): number {
  if (node?.getBuiltinModule?.("node:worker_threads").isMainThread === false) return 1;
  const os = node?.getBuiltinModule?.("node:os");
  return (
    os?.availableParallelism() ??
    (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ??
    1
  );
}

/** Whether this thread may block: the main one of a page must not. */
export const maySleep = node?.getBuiltinModule !== undefined || typeof document === "undefined";

/** Whether memory can be shared with threads here: a page may lack the headers for it. */
export function canShareMemory(): boolean {
  return (
    typeof SharedArrayBuffer === "function" &&
    (node?.getBuiltinModule !== undefined || typeof Worker === "function")
  );
}

/** What a thread runs: it lends itself to the kernels until they tell it to stop. */
const life = `
const serve = ({ module, memory, thread }, ready) => {
  const { serve } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  ready();
  serve(thread);
};`;

/** Starts a thread of a team; resolves once it is about to wait for its first job. */
export async function startThread(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  thread: number,
): Promise<Thread> {
  const data = { module, memory, thread };
  const threads = node?.getBuiltinModule?.("node:worker_threads");
  if (threads !== undefined) {
    const code = `${life}\nconst { workerData, parentPort } = require("node:worker_threads");\nserve(workerData, () => parentPort.postMessage("ready"));`;
    const worker = new threads.Worker(code, { eval: true, workerData: data, stdout: true });
    await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    worker.unref();
    return { end: () => void worker.terminate() };
  }
  const code = `${life}\nonmessage = ({ data }) => serve(data, () => postMessage("ready"));`;
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(url);
  try {
    await new Promise((resolve, reject) => {
      worker.addEventListener("message", resolve, { once: true });
      worker.addEventListener("error", reject, { once: true });
      worker.postMessage(data);
    });
  } finally {
    URL.revokeObjectURL(url);
  }
  return { end: () => worker.terminate() };
}

/** A timer that lets Node end before it is due. */
export function unrefTimer(timer: ReturnType<typeof setTimeout>): void {
  (timer as { unref?: () => void }).unref?.();
}

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type FitRun, type Random, StrataError } from "@strata-ml/core";
import { dispose, type Tensor, tensor } from "../backend/tensors.js";
import { tensorOf } from "../backend/transfer.js";
import type { Network } from "../network/network.js";
import { stepRandom } from "../training/step-random.js";
import {
  disposeGradient,
  type StepGradient,
  stepGradient,
  type StepGradientSettings,
  summed,
} from "../training/train-step.js";
import { batchOf, type TrainingRows } from "../training/training-rows.js";
import { type TrainingState, writeWeights } from "../training/training-state.js";
import { type ReplicaStart, type ReplicaTask, requireModules, weightShapes } from "./replica-task.js";
import { spinWhile, states, StepWriter, words } from "./shared-step.js";

/** Milliseconds that this thread sleeps before it looks for an abort or a dead worker. */
const patience = 10;

/** Milliseconds that a thread looks for the other ones before it sleeps, where each has a processor. */
const longestSpin = 6;

/** A step's rows, in parts, and the fit's random numbers. */
export interface ReplicatedStep {
  readonly source: TrainingRows;
  readonly parts: readonly Int32Array[];
  readonly step: number;
  readonly random: Random;
}

/** Threads that compute each step's gradient together: this one, and workers that sleep between steps. */
export class Replicas {
  private readonly weights: Float32Array;
  private workers: readonly Replica[] = [];

  private constructor(
    private readonly network: Network,
    private readonly settings: StepGradientSettings,
    private readonly run: FitRun,
  ) {
    this.weights = new Float32Array(new SharedArrayBuffer(4 * network.layout.size));
  }

  /** Starts the workers; throws {@link StrataError} where one of them doesn't come up. */
  static async start(
    count: number,
    task: ReplicaTask,
    network: Network,
    settings: StepGradientSettings,
    run: FitRun,
  ): Promise<Replicas> {
    requireModules(task);
    const replicas = new Replicas(network, settings, run);
    const { size } = network.layout;
    const shared = {
      ...task,
      weightShapes: weightShapes(network),
      spin: count <= availableParallelism() ? longestSpin : 0,
      weights: replicas.weights.buffer as unknown as SharedArrayBuffer,
    };
    replicas.workers = Array.from({ length: count - 1 }, (_, i) => new Replica(i + 1, shared, size, run));
    try {
      for (const worker of replicas.workers) await worker.ready;
      await run.breathe();
    } catch (error) {
      await replicas.close();
      throw error;
    }
    return replicas;
  }

  /** The gradient of a step, summed in the order of the replicas; running statistics are the mean of theirs. */
  async gradient(
    state: TrainingState,
    { source, parts, step, random }: ReplicatedStep,
  ): Promise<StepGradient> {
    const { network, settings, workers } = this;
    const rows = parts.reduce((sum, part) => sum + part.length, 0);
    await writeWeights(network.layout, state, this.weights);
    const batchesOf = (replica: number) =>
      shards(parts, replica, workers.length + 1).map((shard) => batchOf(source, shard));
    const busy = workers.filter((worker) =>
      worker.begin({ seed: random.seed, step, rows, batches: batchesOf(worker.number) }),
    );
    const inputs = { batches: batchesOf(0), random: stepRandom(random, step) };
    let total = stepGradient(network, settings, state, inputs, rows);
    try {
      for (const worker of busy) {
        await worker.finished(this.run);
        total = { ...total, ...summed(total, worker.gradient(network.layout.trained)) };
      }
      return { ...total, running: await this.averaged(total.running, state, busy) };
    } catch (error) {
      disposeGradient(total, state);
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end()));
  }

  /** Means of running statistics over the replicas that had rows, as Keras takes them. */
  private async averaged(
    own: ReadonlyMap<string, Tensor>,
    state: TrainingState,
    others: readonly Replica[],
  ): Promise<ReadonlyMap<string, Tensor>> {
    if (others.length === 0) return own;
    const means = new Map<string, Tensor>();
    for (const { name, shape, offset, size } of this.network.layout.weights) {
      const held = own.get(name);
      if (held === undefined) continue;
      const sum = Float64Array.from((await held.data()) as Float32Array);
      for (const { results } of others) for (let i = 0; i < size; i++) sum[i] += results[1 + offset + i];
      const mean = Float32Array.from(sum, (value) => value / (others.length + 1));
      means.set(name, tensor(mean, [...shape]));
    }
    const before = new Set(state.running.values());
    dispose([...own.values()].filter((held) => !before.has(held)));
    return means;
  }
}

/** Part `replica` of every part of a step; parts too small for it are left out. The first replica has rows whenever there are any. */
function shards(parts: readonly Int32Array[], replica: number, replicas: number): Int32Array[] {
  return parts
    .map((part) => {
      const cut = (k: number): number => Math.ceil((k * part.length) / replicas);
      return part.subarray(cut(replica), cut(replica + 1));
    })
    .filter((shard) => shard.length > 0);
}

/** One worker thread. */
class Replica {
  /** Resolves when it waits for its first step. */
  readonly ready: Promise<void>;
  readonly results: Float32Array;
  private readonly control: Int32Array;
  private readonly spin: number;
  private readonly worker: Worker;
  private readonly writer: StepWriter;
  private failure: StrataError | undefined;
  private step = 0;

  constructor(
    readonly number: number,
    shared: Omit<ReplicaStart, "control" | "results">,
    size: number,
    private readonly run: FitRun,
  ) {
    const control = new SharedArrayBuffer(4 * words.count);
    const results = new SharedArrayBuffer(4 * (1 + size));
    this.control = new Int32Array(control);
    this.results = new Float32Array(results);
    this.control[words.state] = states.working;
    this.spin = shared.spin;
    // Flags are inherited, as far as a thread can have its own, unless they say how to read a program that is no file.
    const given = process.execArgv.some((flag) => flag.startsWith("--input-type"));
    this.worker = new Worker(new URL("./replica-main.js", import.meta.url), {
      ...(given && { execArgv: [] }),
      workerData: { ...shared, control, results, replica: number },
    });
    this.writer = new StepWriter(this.control, (memory) => this.worker.postMessage(memory));
    this.ready = new Promise((resolve, reject) => {
      const fail = (why: string, cause?: unknown): void => {
        this.failure ??= this.failed(why, cause);
        reject(this.failure);
      };
      this.worker.on("message", (message: "ready" | { readonly error: unknown }) =>
        message === "ready" ? resolve() : fail(textOf(message.error), message.error),
      );
      this.worker.on("error", (error) => fail(textOf(error), error));
      this.worker.on("exit", (code) => fail(`its thread ended with code ${code}`));
    });
    // A thread that fails later is noticed in the step that waits for it.
    this.ready.catch(() => {});
  }

  /** Has the worker compute its rows of a step; false where it has none. */
  begin(step: Parameters<StepWriter["write"]>[0]): boolean {
    if (step.batches.length === 0) return false;
    this.step = step.step;
    this.writer.write(step);
    Atomics.store(this.control, words.state, states.working);
    Atomics.notify(this.control, words.state);
    return true;
  }

  /** Waits for its part of the step. */
  async finished(run: FitRun): Promise<void> {
    for (;;) {
      if (Atomics.load(this.control, words.state) === states.done) return;
      if (this.failure) throw this.failure;
      spinWhile(this.control, states.working, this.spin);
      const waited = Atomics.wait(this.control, words.state, states.working, patience);
      if (waited === "ok") continue;
      await new Promise((resolve) => setImmediate(resolve));
      await run.breathe();
    }
  }

  /** Its part of the gradient and of the loss, as tensors. */
  gradient(trained: number): { readonly gradient: Tensor; readonly loss: Tensor } {
    return {
      gradient: tensorOf(this.results.subarray(1, 1 + trained)),
      loss: tensorOf(this.results.subarray(0, 1), []),
    };
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private failed(why: string, cause: unknown): StrataError {
    const when = this.step === 0 ? "before the first step" : `in step ${this.step}`;
    return new StrataError(
      this.run.owner,
      `replica ${this.number} of the mirrored strategy must go on, it failed ${when}: ${why}`,
      { cause },
    );
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

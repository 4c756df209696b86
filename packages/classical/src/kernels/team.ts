import { DataError } from "@strata-ml/core";
import { shared, single } from "#kernels";
import type { Job } from "./jobs.js";
import { availableThreads, canShareMemory, maySleep, startThread, type Thread } from "./platform.js";

interface KernelExports {
  dispatch(job: number, threads: number, maySleep: number): void;
  joinShares(
    rows: number,
    start: number,
    end: number,
    scratch: number,
    counts: number,
    threads: number,
  ): number;
  serve(thread: number): void;
  stop(): void;
}

const pageBytes = 65_536;
/** Where a job's arguments stand, as in `assembly/team.ts`. */
const argsAt = 256;
/** Most threads of a team: what the kernels' scratch is laid out for. */
const mostThreads = 64;

const mostPages = 65_536;
const modules = new Map<string, WebAssembly.Module>();

/**
 * Threads that run kernels over one memory: this one, and workers that sleep between jobs. `close` it: its memory and
 * its workers live until then.
 */
export class KernelTeam {
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  private readonly u32: Uint32Array;
  /** The first page holds what the kernels need themselves. */
  private next = pageBytes;

  private constructor(
    private readonly kernels: KernelExports,
    private readonly memory: WebAssembly.Memory,
    private readonly others: readonly Thread[],
  ) {
    const { buffer } = memory;
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /**
   * A team of at most `threads` threads with so many bytes to allocate. Where memory can't be shared it is this thread
   * alone.
   */
  static async start(bytes: number, threads = availableThreads()): Promise<KernelTeam> {
    const size = canShareMemory() ? Math.max(1, Math.min(threads, mostThreads)) : 1;
    const isShared = size > 1;
    const memory = memoryOf(bytes, isShared);
    const module = compiled(isShared ? shared : single);
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const starting = Array.from({ length: size - 1 }, (_, i) => startThread(module, memory, i + 1));
    return new KernelTeam(exports as unknown as KernelExports, memory, await Promise.all(starting));
  }

  /** This thread alone, at once. */
  static alone(bytes: number): KernelTeam {
    const memory = memoryOf(bytes, false);
    const { exports } = new WebAssembly.Instance(compiled(single), { env: { memory } });
    return new KernelTeam(exports as unknown as KernelExports, memory, []);
  }

  /** Threads, this one among them. */
  get threads(): number {
    return this.others.length + 1;
  }

  /** Address of so many fresh bytes, on a cache line of their own. */
  allocate(bytes: number): number {
    const at = this.next;
    this.next += (bytes + 63) & ~63;
    if (this.next > this.memory.buffer.byteLength)
      throw new RangeError(
        `KernelTeam: ${this.memory.buffer.byteLength} bytes must hold what is allocated, received ${this.next}`,
      );
    return at;
  }

  /** Where the next allocation will be; `release` gives back all that came after. */
  mark(): number {
    return this.next;
  }

  release(mark: number): void {
    this.next = mark;
  }

  /** Writes whole numbers (addresses, counts) as a job's arguments from number `first` on. */
  whole(first: number, ...values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) this.u32[(argsAt >> 2) + 2 * (first + i)] = values[i];
  }

  /** The same for doubles. */
  doubles(first: number, ...values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) this.f64[(argsAt >> 3) + first + i] = values[i];
  }

  /** Runs a job whose arguments are written, on this thread or on all; returns when every thread is done. */
  run(job: Job, threads = this.threads): void {
    // Every thread that wakes up reports; were some not awaited, they would be counted for others.
    if (threads !== 1 && threads !== this.threads)
      throw new RangeError(`KernelTeam: a job must run on 1 or ${this.threads} threads, received ${threads}`);
    this.kernels.dispatch(job, threads, maySleep ? 1 : 0);
  }

  /** See `joinShares` of the kernels. */
  joinShares(
    rows: number,
    start: number,
    end: number,
    scratch: number,
    counts: number,
    threads: number,
  ): number {
    return this.kernels.joinShares(rows, start, end, scratch, counts, threads);
  }

  /** Ends the workers. */
  close(): void {
    if (this.others.length > 0) this.kernels.stop();
    for (const thread of this.others) thread.end();
  }
}

/** @throws DataError where the kernels can't address so much: 4 GiB. */
function memoryOf(bytes: number, isShared: boolean): WebAssembly.Memory {
  const pages = Math.ceil(bytes / pageBytes) + 1;
  if (pages > mostPages)
    throw new DataError(
      "KernelTeam",
      `rows times features must need at most 4 GiB of working memory, received ${(bytes / 2 ** 30).toFixed(1)} GiB`,
    );
  return new WebAssembly.Memory({ initial: pages, maximum: isShared ? pages : mostPages, shared: isShared });
}

function compiled(base64: string): WebAssembly.Module {
  let module = modules.get(base64);
  if (module === undefined) {
    const text = atob(base64);
    module = new WebAssembly.Module(Uint8Array.from(text, (char) => char.charCodeAt(0)));
    modules.set(base64, module);
  }
  return module;
}

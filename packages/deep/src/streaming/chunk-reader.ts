import { DataError, type Dataset, describe, requireDataset, StrataError } from "@strata-ml/core";
import type { StreamSource } from "./stream-options.js";

/** Where a chunk stands, as errors name it. */
interface ChunkReaderOptions<D extends Dataset> {
  readonly owner: string;
  readonly source: StreamSource<Dataset>;
  readonly epoch: number;
  readonly signal: AbortSignal | undefined;
  /** What the estimator makes of a dataset; throws DataError for one that it can't learn from. */
  readonly chunkOf: (chunk: Dataset) => D;
}

/**
 * Reads the chunks of one epoch. Whatever waits for one is refused as soon as the signal is aborted or the reader closed, even
 * while the source keeps its next one back; the source is told to finish (`return`) unless it has.
 */
export class ChunkReader<D extends Dataset> {
  private readonly items: AsyncIterator<Dataset> | Iterator<Dataset>;
  private refuse: (reason: unknown) => void = () => {};
  private open = true;
  private chunk = 0;

  constructor(private readonly options: ChunkReaderOptions<D>) {
    const { owner, source, epoch, signal } = options;
    let given: ReturnType<StreamSource<Dataset>>;
    try {
      given = source(epoch);
    } catch (error) {
      throw this.failed(error);
    }
    if (
      typeof given !== "object" ||
      given === null ||
      !(Symbol.asyncIterator in given || Symbol.iterator in given)
    )
      throw new DataError(
        owner,
        `the source must give something to iterate in epoch ${epoch}, received ${describe(given)}`,
      );
    this.items = Symbol.asyncIterator in given ? given[Symbol.asyncIterator]() : given[Symbol.iterator]();
    signal?.addEventListener("abort", this.onAbort);
  }

  /** The next chunk with a row, checked to be a dataset that the estimator takes; undefined after the last. */
  async next(): Promise<D | undefined> {
    for (;;) {
      const chunk = await this.read();
      if (chunk === undefined || chunk.rows > 0) return chunk;
    }
  }

  /** Runs a check of the chunk read last; a {@link DataError} of it then says which one that is. */
  checked<T>(check: () => T): T {
    const { owner, epoch } = this.options;
    try {
      return check();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const why = error.message.slice(error.owner.length + 2);
      throw new DataError(owner, `chunk ${this.chunk} of epoch ${epoch}: ${why}`, { cause: error });
    }
  }

  /** Lets go of the source. */
  close(): void {
    this.options.signal?.removeEventListener("abort", this.onAbort);
    this.refuse(new Error("the reader was closed"));
    if (!this.open) return;
    this.open = false;
    // Not awaited: a generator that hangs would hang its `return` too.
    void new Promise((resolve) => resolve(this.items.return?.())).catch(() => {});
  }

  private async read(): Promise<D | undefined> {
    const { owner, signal, chunkOf } = this.options;
    signal?.throwIfAborted();
    if (!this.open) return undefined;
    const refused = new Promise<never>((_, reject) => {
      this.refuse = reject;
    });
    refused.catch(() => {});
    const reading = new Promise<IteratorResult<Dataset, unknown>>((resolve) =>
      resolve(this.items.next()),
    ).catch((error: unknown) => {
      this.open = false;
      throw this.failed(error);
    });
    reading.catch(() => {});
    const { done, value } = await Promise.race([reading, refused]);
    if (done) {
      this.open = false;
      return undefined;
    }
    this.chunk++;
    return this.checked(() => {
      requireDataset(owner, value);
      return chunkOf(value);
    });
  }

  private readonly onAbort = (): void => this.refuse(this.options.signal?.reason);

  private failed(error: unknown): StrataError {
    const { owner, epoch } = this.options;
    const why = error instanceof Error ? error.message : String(error);
    return new StrataError(owner, `the source failed in epoch ${epoch} after ${this.chunk} chunks: ${why}`, {
      cause: error,
    });
  }
}

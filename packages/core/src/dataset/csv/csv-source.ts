import { DataError, describe } from "../../errors.js";
import { requireIs, type Rule } from "../../guard.js";
import { abortable } from "../abortable.js";

/** Where CSV text comes from: blocks of UTF-8 bytes (a Node stream, the body of a `fetch`), or all of it as bytes or a string. */
export type CsvSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | Uint8Array | string;

const blockBytes = 2 ** 18;

const aSource: Rule = {
  expected: "a string, a Uint8Array or a stream of them",
  holds: (value) =>
    typeof value === "string" ||
    value instanceof Uint8Array ||
    (typeof value === "object" && value !== null && (Symbol.asyncIterator in value || "getReader" in value)),
};

/** Throws {@link DataError} for what can't be read. */
export function requireSource(owner: string, source: CsvSource): void {
  requireIs(owner, "the source", source, aSource);
}

/** The blocks of a source; text in memory comes in pieces, so that reading it stays cancellable. */
export async function* blocksOf(
  owner: string,
  source: CsvSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  if (typeof source === "string") yield* blocksOf(owner, new TextEncoder().encode(source));
  else if (source instanceof Uint8Array) {
    for (let at = 0; at < source.length; at += blockBytes) yield source.subarray(at, at + blockBytes);
  } else {
    const blocks = Symbol.asyncIterator in source ? source : iterable(source);
    for await (const block of abortable(blocks, signal)) yield checked(owner, block);
  }
}

/** Not every browser can iterate a ReadableStream. */
function iterable(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => (await reader.read()) as IteratorResult<Uint8Array>,
      return: async () => {
        await reader.cancel();
        return { done: true, value: undefined };
      },
    }),
  };
}

function checked(owner: string, block: unknown): Uint8Array {
  if (block instanceof Uint8Array) return block;
  throw new DataError(owner, `the source must give Uint8Array blocks, received ${describe(block)}`);
}

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ParseError } from "../errors.js";

const blockBytes = 2 ** 18;

/** How far the reading of a file is, in bytes as they lie on disk. */
export interface FilePosition {
  bytes: number;
  readonly totalBytes: number;
}

/** A file that is being read. */
export interface OpenFile {
  readonly position: FilePosition;
  readonly blocks: AsyncIterable<Uint8Array>;
}

/**
 * The bytes of a file in blocks, unpacked where it begins as gzip does, whatever its name.
 *
 * @throws ParseError for a file that can't be read and, while iterating, for gzip data that is damaged or cut short.
 */
export async function openBytes(owner: string, path: string): Promise<OpenFile> {
  const refuse = (what: string, cause: unknown): ParseError =>
    new ParseError(owner, `'${path}' ${what} (${codeOf(cause)})`, {}, { cause });
  let position: FilePosition;
  try {
    const { size } = await stat(path);
    position = { bytes: 0, totalBytes: size };
  } catch (cause) {
    throw refuse("must be a readable file", cause);
  }
  async function* blocks(): AsyncGenerator<Uint8Array> {
    try {
      yield* unpacked(raw(path, position));
    } catch (cause) {
      const zipped = codeOf(cause).startsWith("Z_");
      throw refuse(
        zipped ? "must be whole gzip data: it is damaged or cut short" : "must be a readable file",
        cause,
      );
    }
  }
  return { position, blocks: blocks() };
}

async function* raw(path: string, position: FilePosition): AsyncGenerator<Uint8Array> {
  for await (const block of createReadStream(path, { highWaterMark: blockBytes })) {
    position.bytes += (block as Uint8Array).length;
    yield block as Uint8Array;
  }
}

async function* unpacked(blocks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await blocks.next();
  if (first.done) return;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first.value as Uint8Array;
    yield* blocks;
  }
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* all();
    return;
  }
  const gunzip = createGunzip({ chunkSize: blockBytes });
  // An error of either end destroys the stream that is iterated here, which then throws it.
  pipeline(all(), gunzip).catch(() => {});
  for await (const block of gunzip) yield block as Uint8Array;
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? String(cause);
}

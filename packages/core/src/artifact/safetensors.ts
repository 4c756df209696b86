import { z } from "zod";
import { ArtifactError } from "../errors.js";

/** Typed arrays that an artifact can hold. */
export type TensorData = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

const dtypes = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
} as const;
export type Dtype = keyof typeof dtypes;
export const dtypeSchema = z.enum(Object.keys(dtypes) as [Dtype, ...Dtype[]]);

export interface StoredTensor {
  readonly data: TensorData;
  readonly shape: readonly number[];
}

const tensorHeader = z.strictObject({
  dtype: dtypeSchema,
  shape: z.array(z.int().nonnegative()).max(8),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const metadataHeader = z.record(z.string(), z.string());

const owner = "artifact";

export function dtypeOf(data: TensorData): Dtype {
  const found = (Object.keys(dtypes) as Dtype[]).find((dtype) => data instanceof dtypes[dtype]);
  if (found === undefined)
    throw new ArtifactError(
      owner,
      `tensors must be ${Object.keys(dtypes).join(", ")}, received a ${(data as object).constructor.name}`,
    );
  return found;
}

/** The raw bytes of a tensor, little-endian as every platform that runs JavaScript today has them. */
export function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Uint8Array<ArrayBuffer> {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength);
  // Shared memory can't be hashed where it lies.
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}

/**
 * Writes the safetensors layout: a length, a JSON header, the tensors' bytes one after another.
 * Wide types come first, so every tensor is aligned to its element size.
 */
export function packSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(
    ([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  const entries: [string, unknown][] = [["__metadata__", metadata]];
  let end = 0;
  for (const [name, { data, shape }] of ordered) {
    entries.push([name, { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const head = new TextEncoder().encode(padded(JSON.stringify(Object.fromEntries(entries))));
  const out = new Uint8Array(8 + head.length + end);
  new DataView(out.buffer).setBigUint64(0, BigInt(head.length), true);
  out.set(head, 8);
  let at = 8 + head.length;
  for (const [, { data }] of ordered) {
    out.set(bytesOf(data), at);
    at += data.byteLength;
  }
  return out;
}

/** Spaces up to a multiple of 8 bytes, so that the data that follows is aligned. */
function padded(json: string): string {
  const length = new TextEncoder().encode(json).length;
  return json + " ".repeat((8 - (length % 8)) % 8);
}

export interface SafetensorsLimits {
  readonly maxHeaderBytes: number;
  readonly maxTensors: number;
}

function refuse(what: string): never {
  throw new ArtifactError(owner, what);
}

/**
 * Reads what {@link packSafetensors} wrote; tensors are read when asked for. Stricter than the format: the header must be
 * exactly what a writer here would have written, so that no byte of the file can change unseen.
 */
export function unpackSafetensors(
  file: Uint8Array,
  limits: SafetensorsLimits,
): {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
} {
  if (file.byteLength < 8) refuse(`the file must hold a header, received ${file.byteLength} bytes`);
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
  if (length > limits.maxHeaderBytes)
    refuse(
      `the header must be at most ${limits.maxHeaderBytes} bytes, received ${length}: oversized, or not a Strata artifact`,
    );
  if (8 + length > file.byteLength)
    refuse(
      `the header must end within the file, received ${length} bytes of header in a file of ${file.byteLength}: cut short, or not a Strata artifact`,
    );
  const { __metadata__, ...entries } = parseHeader(file.subarray(8, 8 + length));
  const metadata = metadataHeader.safeParse(__metadata__);
  if (!metadata.success) throw new ArtifactError(owner, "the header has no metadata: not a Strata artifact");
  const count = Object.keys(entries).length;
  if (count > limits.maxTensors)
    refuse(`there must be at most ${limits.maxTensors} tensors, received ${count}`);
  const data = file.subarray(8 + length);
  return {
    metadata: metadata.data,
    get tensors() {
      return readTensors(entries, data);
    },
  };
}

function readTensors(
  entries: Readonly<Record<string, unknown>>,
  data: Uint8Array,
): Map<string, StoredTensor> {
  const headers = Object.entries(entries).map(([name, entry]) => {
    const parsed = tensorHeader.safeParse(entry);
    return parsed.success
      ? ([name, parsed.data] as const)
      : refuse(`the header of tensor '${name}' is malformed`);
  });
  // JSON puts names that are whole numbers first, so order is that of the data.
  headers.sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  const tensors = new Map<string, StoredTensor>();
  let end = 0;
  for (const [name, { dtype, shape, data_offsets }] of headers) {
    const [from, to] = data_offsets;
    const make = dtypes[dtype];
    const bytes = shape.reduce((a, b) => a * b, make.BYTES_PER_ELEMENT);
    if (from !== end || to - from !== bytes || to > data.byteLength) {
      refuse(
        `tensor '${name}' must lie at bytes ${end} to ${end + bytes} of the data, received ${from} to ${to} of ${data.byteLength}`,
      );
    }
    // A copy has the alignment that a typed array needs (and Node's Buffer.slice would not be one).
    tensors.set(name, { data: new make(new Uint8Array(data.subarray(from, to)).buffer), shape });
    end = to;
  }
  if (end !== data.byteLength) refuse(`the data must be ${end} bytes, received ${data.byteLength}`);
  return tensors;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let json: string;
  let header: unknown;
  try {
    json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(json);
  } catch (cause) {
    throw new ArtifactError(owner, "the header is not JSON: damaged, or not a Strata artifact", { cause });
  }
  if (
    typeof header !== "object" ||
    header === null ||
    Array.isArray(header) ||
    padded(JSON.stringify(header)) !== json
  ) {
    throw new ArtifactError(owner, "the header is damaged");
  }
  return header as Record<string, unknown>;
}

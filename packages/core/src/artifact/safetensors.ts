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

export interface StoredTensor {
  readonly data: TensorData;
  readonly shape: readonly number[];
}

const tensorHeader = z.strictObject({
  dtype: z.enum(Object.keys(dtypes) as [Dtype, ...Dtype[]]),
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
export function bytesOf(data: TensorData): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
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
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { data, shape }] of ordered) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const head = new TextEncoder().encode(padded(JSON.stringify(header)));
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

/**
 * Reads what {@link packSafetensors} wrote. Stricter than the format: the header must be exactly what a writer
 * here would have written, so that no byte of the file can change unseen.
 */
export function unpackSafetensors(
  file: Uint8Array,
  limits: SafetensorsLimits,
): {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
} {
  const refuse = (what: string): never => {
    throw new ArtifactError(owner, what);
  };
  if (file.byteLength < 8) refuse(`the file must hold a header, received ${file.byteLength} bytes`);
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
  if (length > limits.maxHeaderBytes)
    refuse(
      `the header must be at most ${limits.maxHeaderBytes} bytes, received ${length}: oversized, or not a Strata artifact`,
    );
  if (8 + length > file.byteLength)
    refuse(
      `the header must end within the file, received ${length} bytes of header in a file of ${file.byteLength}`,
    );
  const header = parseHeader(file.subarray(8, 8 + length));
  const names = Object.keys(header).filter((name) => name !== "__metadata__");
  if (names.length > limits.maxTensors)
    refuse(`there must be at most ${limits.maxTensors} tensors, received ${names.length}`);
  const tensors = new Map<string, StoredTensor>();
  const start = 8 + length;
  let end = 0;
  for (const name of names) {
    const parsed = tensorHeader.safeParse(header[name]);
    if (!parsed.success) throw new ArtifactError(owner, `the header of tensor '${name}' is malformed`);
    const {
      dtype,
      shape,
      data_offsets: [from, to],
    } = parsed.data;
    const make = dtypes[dtype];
    const bytes = shape.reduce((a, b) => a * b, make.BYTES_PER_ELEMENT);
    if (from !== end || to - from !== bytes || start + to > file.byteLength) {
      refuse(
        `tensor '${name}' must lie at bytes ${end} to ${end + bytes} of the data, received ${from} to ${to} of ${file.byteLength - start}`,
      );
    }
    // A copy has the alignment that a typed array needs (and Node's Buffer.slice would not be one).
    tensors.set(name, {
      data: new make(new Uint8Array(file.subarray(start + from, start + to)).buffer),
      shape,
    });
    end = to;
  }
  if (start + end !== file.byteLength)
    refuse(`the data must be ${end} bytes, received ${file.byteLength - start}`);
  const metadata = metadataHeader.safeParse(header.__metadata__);
  if (!metadata.success) throw new ArtifactError(owner, "the header has no metadata: not a Strata artifact");
  return { metadata: metadata.data, tensors };
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

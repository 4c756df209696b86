import { maskedCrc32c } from "./crc32c.js";

/** What TensorBoard reads: the version of the file as its first event, then numbers by tag. */
export interface LogEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step?: number;
  readonly fileVersion?: string;
  readonly scalars?: Readonly<Record<string, number>>;
}

/**
 * An event as a record of an event file: TFRecord framing (length, its checksum, bytes, their checksum) around a protocol
 * buffer, `tensorflow.Event`.
 */
export function eventRecord(event: LogEvent): Uint8Array {
  const data = eventBytes(event);
  const out = new Uint8Array(data.length + 16);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(out.subarray(0, 8)), true);
  out.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return out;
}

/** wall_time = 1, step = 2, file_version = 3, summary = 5. */
function eventBytes({ wallTime, step = 0, fileVersion, scalars }: LogEvent): Uint8Array {
  const parts = [fixed(1, 8, (view) => view.setFloat64(0, wallTime, true))];
  if (step !== 0) parts.push(Uint8Array.from([key(2, 0), ...varint(step)]));
  if (fileVersion !== undefined) parts.push(block(3, new TextEncoder().encode(fileVersion)));
  if (scalars !== undefined) parts.push(block(5, joined(Object.entries(scalars).map(summaryValue))));
  return joined(parts);
}

/** Of a summary, value = 1; of that tag = 1, simple_value = 2. */
function summaryValue([tag, value]: [string, number]): Uint8Array {
  const number = fixed(2, 4, (view) => view.setFloat32(0, value, true));
  return block(1, joined([block(1, new TextEncoder().encode(tag)), number]));
}

/** A field's number and how it is written: 0 a varint, 1 eight bytes, 2 a block with its length, 5 four bytes. */
function key(field: number, type: number): number {
  return field * 8 + type;
}

function fixed(field: number, bytes: 4 | 8, put: (view: DataView) => void): Uint8Array {
  const out = new Uint8Array(bytes + 1);
  out[0] = key(field, bytes === 8 ? 1 : 5);
  put(new DataView(out.buffer, 1));
  return out;
}

function block(field: number, bytes: Uint8Array): Uint8Array {
  return joined([Uint8Array.from([key(field, 2), ...varint(bytes.length)]), bytes]);
}

/** A whole number, seven bits a byte from the lowest. */
function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  return [...out, rest];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

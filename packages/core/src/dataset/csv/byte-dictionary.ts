/** Code of a cell that means a missing value. */
const missingCode = -1;
/** Code of bytes that are not in the dictionary. */
export const absentCode = -2;

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/**
 * Strings by their UTF-8 bytes: a cell that was seen before gets its code without becoming a string.
 * Open addressing with linear probing, at most half full; FNV-1a.
 */
export class ByteDictionary {
  readonly strings: string[] = [];
  private readonly codes: number[] = [];
  private readonly hashes: number[] = [];
  private readonly ends: number[] = [];
  private pool = new Uint8Array(1024);
  private slots = new Int32Array(64).fill(-1);
  private longest = 0;

  /** `missing` are strings whose code is -1, but for those that are among `strings` too. */
  constructor(missing: readonly string[], strings: readonly string[] = []) {
    const enter = (word: string, string: string | undefined): void => {
      const bytes = encoder.encode(word);
      const hash = hashOf(bytes, 0, bytes.length);
      const slot = this.slotOf(hash, bytes, 0, bytes.length);
      if (this.slots[slot] < 0) this.insert(slot, hash, bytes, 0, bytes.length, string);
    };
    for (const string of strings) enter(string, string);
    for (const word of missing) enter(word, undefined);
  }

  /** The code of the bytes, or {@link absentCode}. */
  find(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > this.longest) return absentCode;
    const entry = this.slots[this.slotOf(hashOf(bytes, from, to), bytes, from, to)];
    return entry < 0 ? absentCode : this.codes[entry];
  }

  /** The code of the bytes, which are added if need be; {@link absentCode} where they are not UTF-8. */
  add(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashOf(bytes, from, to);
    const slot = this.slotOf(hash, bytes, from, to);
    const entry = this.slots[slot];
    if (entry >= 0) return this.codes[entry];
    const string = decodeText(bytes, from, to);
    return string === undefined ? absentCode : this.insert(slot, hash, bytes, from, to, string);
  }

  private slotOf(hash: number, bytes: Uint8Array, from: number, to: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot];
      if (entry < 0 || (this.hashes[entry] === hash && this.holds(entry, bytes, from, to))) return slot;
    }
  }

  private holds(entry: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = entry === 0 ? 0 : this.ends[entry - 1];
    if (this.ends[entry] - start !== to - from) return false;
    for (let i = from, p = start; i < to; i++, p++) if (bytes[i] !== this.pool[p]) return false;
    return true;
  }

  private insert(
    slot: number,
    hash: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    string: string | undefined,
  ): number {
    const entry = this.codes.length;
    const start = entry === 0 ? 0 : this.ends[entry - 1];
    const end = start + to - from;
    if (end > this.pool.length) {
      const pool = new Uint8Array(Math.max(end, 2 * this.pool.length));
      pool.set(this.pool.subarray(0, start));
      this.pool = pool;
    }
    this.pool.set(bytes.subarray(from, to), start);
    this.longest = Math.max(this.longest, to - from);
    const code = string === undefined ? missingCode : this.strings.push(string) - 1;
    this.codes.push(code);
    this.hashes.push(hash);
    this.ends.push(end);
    this.slots[slot] = entry;
    if (2 * this.codes.length > this.slots.length) this.grow();
    return code;
  }

  private grow(): void {
    this.slots = new Int32Array(2 * this.slots.length).fill(-1);
    const mask = this.slots.length - 1;
    this.hashes.forEach((hash, entry) => {
      let slot = hash & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = entry;
    });
  }
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  // The low bits choose the slot: fold the high ones in.
  return hash ^ (hash >>> 15);
}

/** The string of some UTF-8 bytes; undefined where they are not UTF-8. */
export function decodeText(bytes: Uint8Array, from: number, to: number): string | undefined {
  try {
    return decoder.decode(bytes.subarray(from, to));
  } catch {
    return undefined;
  }
}

/** A growing list of byte strings in one block. */
export class ByteList {
  bytes = new Uint8Array(4096);
  /** String i is `ends[i - 1]` (0 for the first) to `ends[i]`. */
  ends = new Uint32Array(1024);
  length = 0;

  push(bytes: Uint8Array, from: number, to: number): void {
    if (this.length === this.ends.length) {
      const ends = new Uint32Array(2 * this.length);
      ends.set(this.ends);
      this.ends = ends;
    }
    let at = this.length === 0 ? 0 : this.ends[this.length - 1];
    const end = at + to - from;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
    }
    for (let i = from; i < to; i++) this.bytes[at++] = bytes[i];
    this.ends[this.length++] = end;
  }
}

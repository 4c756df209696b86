const firstChunk = 1024;
const largestChunk = 65_536;

/** A growing list of float64 in chunks: nothing is copied before the end. */
export class FloatList {
  private full: Float64Array[] = [];
  private chunk = new Float64Array(firstChunk);
  private at = 0;

  push(value: number): void {
    if (this.at === this.chunk.length) {
      this.full.push(this.chunk);
      this.chunk = new Float64Array(Math.min(2 * this.chunk.length, largestChunk));
      this.at = 0;
    }
    this.chunk[this.at++] = value;
  }

  /** All values as one array; the list is empty after. */
  take(): Float64Array {
    const out = new Float64Array(this.full.reduce((sum, chunk) => sum + chunk.length, this.at));
    let at = 0;
    for (const chunk of this.full) {
      out.set(chunk, at);
      at += chunk.length;
    }
    out.set(this.chunk.subarray(0, this.at), at);
    this.full = [];
    this.at = 0;
    return out;
  }
}

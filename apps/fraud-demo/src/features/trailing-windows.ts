export interface TrailingWindowsOptions {
  /** Lengths of the windows in milliseconds. */
  readonly windows: readonly number[];
  /** How far behind the present every window ends, in milliseconds; default 0. */
  readonly delay?: number;
  /** Numbers a record carries, each summed over every window; default 1. */
  readonly width?: number;
}

/**
 * Counts and sums of one entity's records over the windows (t - delay - window, t - delay], moved forward in time order.
 * Each record enters and leaves a window once, whatever the number of rows; memory holds the longest window alone.
 */
export class TrailingWindows {
  readonly width: number;
  private readonly windows: readonly number[];
  private readonly delay: number;
  // Positions count every record ever pushed; position & mask is its place in the circular arrays.
  private mask = 3;
  private times = new Float64Array(4);
  private keys = new Float64Array(4);
  private values: Float64Array;
  private head = 0;
  private settledEnd = 0;
  private readonly starts: Float64Array;
  private readonly sums: Float64Array;

  constructor({ windows, delay = 0, width = 1 }: TrailingWindowsOptions) {
    // The longest window comes last: its start is where memory ends.
    this.windows = windows;
    this.delay = delay;
    this.width = width;
    this.values = new Float64Array(4 * width);
    this.starts = new Float64Array(windows.length);
    this.sums = new Float64Array(windows.length * width);
  }

  /** Adds a record at `time`, not before any pushed so far; `key` names it for {@link amend}. */
  push(time: number, key: number, record: ArrayLike<number>): void {
    if (this.head - this.starts[this.starts.length - 1] > this.mask) this.grow();
    const at = this.head++ & this.mask;
    this.times[at] = time;
    this.keys[at] = key;
    for (let c = 0; c < this.width; c++) this.values[at * this.width + c] = record[c];
  }

  /** Moves every window so that the present is `time`. */
  advance(time: number): void {
    const { width, sums, times, values, mask } = this;
    const end = time - this.delay;
    for (; this.settledEnd < this.head && times[this.settledEnd & mask] <= end; this.settledEnd++) {
      const from = (this.settledEnd & mask) * width;
      for (let s = 0; s < sums.length; s += width) {
        for (let c = 0; c < width; c++) sums[s + c] += values[from + c];
      }
    }
    for (let w = 0; w < this.windows.length; w++) {
      const start = end - this.windows[w];
      let position = this.starts[w];
      for (; position < this.settledEnd && times[position & mask] <= start; position++) {
        for (let c = 0; c < width; c++) sums[w * width + c] -= values[(position & mask) * width + c];
      }
      this.starts[w] = position;
      // An empty window drops what rounding left behind.
      if (position === this.settledEnd) sums.fill(0, w * width, (w + 1) * width);
    }
  }

  count(window: number): number {
    return this.settledEnd - this.starts[window];
  }

  sum(window: number, channel = 0): number {
    return this.sums[window * this.width + channel];
  }

  /** Changes one number of the record pushed with this time and key; false where it is forgotten or unknown. */
  amend(time: number, key: number, channel: number, value: number): boolean {
    let low = this.starts[this.starts.length - 1];
    for (let high = this.head; low < high; ) {
      const middle = Math.floor((low + high) / 2);
      if (this.times[middle & this.mask] < time) low = middle + 1;
      else high = middle;
    }
    for (let p = low; p < this.head && this.times[p & this.mask] === time; p++) {
      if (this.keys[p & this.mask] !== key) continue;
      const at = (p & this.mask) * this.width + channel;
      const delta = value - this.values[at];
      this.values[at] = value;
      for (let w = 0; w < this.windows.length; w++) {
        if (p >= this.starts[w] && p < this.settledEnd) this.sums[w * this.width + channel] += delta;
      }
      return true;
    }
    return false;
  }

  /** How many of the newest records that the longest window holds there are, up to `most`. */
  newest(most: number): number {
    return Math.min(most, this.settledEnd - this.starts[this.starts.length - 1]);
  }

  /** Time of the record `back` places before the end of the windows; 1 is the newest. */
  timeAt(back: number): number {
    return this.times[(this.settledEnd - back) & this.mask];
  }

  /** One number of the record `back` places before the end of the windows; 1 is the newest. */
  valueAt(back: number, channel: number): number {
    return this.values[((this.settledEnd - back) & this.mask) * this.width + channel];
  }

  private grow(): void {
    const { width } = this;
    const mask = this.mask * 2 + 1;
    const times = new Float64Array(mask + 1);
    const keys = new Float64Array(mask + 1);
    const values = new Float64Array((mask + 1) * width);
    for (let p = this.starts[this.starts.length - 1]; p < this.head; p++) {
      const from = p & this.mask;
      const to = p & mask;
      times[to] = this.times[from];
      keys[to] = this.keys[from];
      for (let c = 0; c < width; c++) values[to * width + c] = this.values[from * width + c];
    }
    Object.assign(this, { mask, times, keys, values });
  }
}

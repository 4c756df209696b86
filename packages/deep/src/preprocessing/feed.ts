/** One input array of a batch, row-major. */
interface Feed {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

export type Feeds = Map<string, Feed>;

/** One encoded input of every row, from which batches are cut. */
export interface EncodedInput {
  /** Adds the arrays of these rows. Ragged inputs are padded to the longest of them, and to one step at least. */
  addTo(feeds: Feeds, rows: Int32Array): void;
}

/** Longest of some rows of a ragged block. */
export function longest(offsets: Int32Array, rows: Int32Array): number {
  let most = 1;
  for (const row of rows) most = Math.max(most, offsets[row + 1] - offsets[row]);
  return most;
}

import { concatDatasets, type Dataset, packDataset, type Random, unpackDataset } from "@strata-ml/core";

/**
 * Rows that wait to be drawn. It holds copies of rows, never a chunk of which only some are left: what is drawn goes, half of the
 * rows a time, so that rows far from each other in the stream meet and each is copied twice on average.
 */
export class ShufflePool {
  private parts: Dataset[] = [];

  /** Rows that wait. */
  get rows(): number {
    return this.parts.reduce((sum, part) => sum + part.rows, 0);
  }

  add(chunk: Dataset): void {
    this.parts.push(chunk);
  }

  /**
   * Takes rows out in datasets of `size`: all of them where `last`, when the last dataset may be smaller, else whole ones of about half of
   * the rows, but one at least. Without `random` they come in their order.
   */
  *draw(size: number, random: Random | undefined, last: boolean): Generator<Dataset, void> {
    const { parts, rows } = this;
    const order = random ? random.permutation(rows) : Int32Array.from({ length: rows }, (_, i) => i);
    const half = Math.floor(rows / 2 / size) * size;
    const taken = last ? rows : Math.min(rows, Math.max(size, half));
    // In place before a row is given away: whoever iterates may stop.
    const left = order.slice(taken).sort();
    this.parts = split(parts, left).map(({ part, rows: own }) => copied(part, own));
    for (let from = 0; from < taken; from += size)
      yield gathered(parts, order.slice(from, Math.min(taken, from + size)));
  }
}

/** Rows by number over all parts, as rows of each part that some are of; `at` are their places among those asked for. */
function split(
  parts: readonly Dataset[],
  rows: Int32Array,
): { readonly part: Dataset; readonly rows: number[]; readonly at: number[] }[] {
  const found = parts.map((part) => ({ part, rows: [] as number[], at: [] as number[] }));
  const partOf = new Int32Array(parts.reduce((sum, part) => sum + part.rows, 0));
  const starts = new Int32Array(parts.length);
  let end = 0;
  parts.forEach((part, k) => {
    starts[k] = end;
    partOf.fill(k, end, (end += part.rows));
  });
  rows.forEach((row, at) => {
    const k = partOf[row];
    found[k].rows.push(row - starts[k]);
    found[k].at.push(at);
  });
  return found.filter(({ at }) => at.length > 0);
}

/** Rows of several parts in the order that is asked for. */
function gathered(parts: readonly Dataset[], rows: Int32Array): Dataset {
  const found = split(parts, rows);
  const [first, ...rest] = found.map(({ part, rows: own }) => part.take(own));
  const places = new Int32Array(rows.length);
  let k = 0;
  for (const { at } of found) for (const i of at) places[i] = k++;
  return concatDatasets([first, ...rest]).take(places);
}

/** Rows of a part as a dataset of their own, which keeps nothing else of the part. */
function copied(part: Dataset, rows: readonly number[]): Dataset {
  if (rows.length === part.rows) return part;
  return unpackDataset(packDataset(part.take(rows)));
}

import type { SparseColumn, TextColumn } from "@strata-ml/core";
import type { Analyzer } from "./analyzer.js";

/** Changes the counts of one row, `values[from]` to `values[to]`, into what the vectorizer gives. */
export type Weigh = (indices: Int32Array, values: Float64Array, from: number, to: number) => void;

/** The terms of a vectorizer's block with the index of each. */
export interface TermIndex {
  readonly terms: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
}

export function termIndex(terms: readonly string[]): TermIndex {
  return { terms, indexOf: new Map(terms.map((term, index) => [term, index])) };
}

/** One row of term counts for each text, put through `weigh`; a missing text has none. */
export function documentTerms(
  { values: texts }: TextColumn,
  { terms, indexOf }: TermIndex,
  analyze: Analyzer,
  weigh: Weigh,
): SparseColumn {
  const offsets = new Int32Array(texts.length + 1);
  let indices = new Int32Array(Math.max(64, texts.length * 8));
  let values = new Float64Array(indices.length);
  const counts = new Float64Array(terms.length);
  let end = 0;
  let start = 0;
  const count = (term: string): void => {
    const index = indexOf.get(term);
    if (index === undefined) return;
    if (counts[index]++ > 0) return;
    if (end === indices.length) {
      indices = grown(indices, new Int32Array(end * 2));
      values = grown(values, new Float64Array(end * 2));
    }
    indices[end++] = index;
  };
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row];
    start = end;
    if (text !== null) analyze(text, count);
    sortRun(indices, start, end);
    for (let p = start; p < end; p++) {
      values[p] = counts[indices[p]];
      counts[indices[p]] = 0;
    }
    weigh(indices, values, start, end);
    offsets[row + 1] = end;
  }
  return {
    kind: "sparse",
    offsets,
    indices: indices.slice(0, end),
    values: values.slice(0, end),
    width: terms.length,
    names: terms,
  };
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Sorts a part of the array: by insertion where it is short, as most texts are. */
function sortRun(indices: Int32Array, start: number, end: number): void {
  if (end - start > 24) {
    indices.subarray(start, end).sort();
    return;
  }
  for (let p = start + 1; p < end; p++) {
    const held = indices[p];
    let q = p - 1;
    for (; q >= start && indices[q] > held; q--) indices[q + 1] = indices[q];
    indices[q + 1] = held;
  }
}

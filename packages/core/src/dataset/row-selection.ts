import type { Column } from "./column.js";
import { columnLength } from "./column.js";
import { sliceColumn, takeColumn } from "./column-take.js";

/** Which rows of a stored column a view shows: a run of them, or any list. */
export type RowSelection = { readonly start: number; readonly end: number } | Int32Array;

/** The selection `inner` applied to what `outer` already shows, as one selection of the stored rows. */
export function composeSelection(outer: RowSelection, inner: RowSelection): RowSelection {
  if (outer instanceof Int32Array) {
    if (!(inner instanceof Int32Array)) return outer.subarray(inner.start, inner.end);
    const out = new Int32Array(inner.length);
    for (let i = 0; i < out.length; i++) out[i] = outer[inner[i]];
    return out;
  }
  if (!(inner instanceof Int32Array))
    return { start: outer.start + inner.start, end: outer.start + inner.end };
  return outer.start === 0 ? inner : inner.map((row) => row + outer.start);
}

/** A stored column and the rows of it that a dataset shows; gathered when first read, and kept. */
export class ColumnView {
  private shown: Column | undefined;

  constructor(
    private readonly stored: Column,
    readonly selection: RowSelection,
  ) {}

  static of(column: Column): ColumnView {
    return new ColumnView(column, { start: 0, end: columnLength(column) });
  }

  /** The column's kind and dictionary can be read without gathering rows. */
  get prototype(): Column {
    return this.stored;
  }

  get column(): Column {
    this.shown ??= this.gather();
    return this.shown;
  }

  narrowed(selection: RowSelection): ColumnView {
    return new ColumnView(this.stored, selection);
  }

  private gather(): Column {
    if (this.selection instanceof Int32Array) return takeColumn(this.stored, this.selection);
    const { start, end } = this.selection;
    const whole = start === 0 && end === columnLength(this.stored);
    return whole ? this.stored : sliceColumn(this.stored, start, end);
  }
}

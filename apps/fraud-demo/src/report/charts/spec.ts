import type { TopLevelSpec } from "vega-lite";

/** A chart of the report: a heading, a sentence on how to read it, and its drawing. */
export interface Chart {
  readonly title: string;
  readonly note: string;
  readonly spec: TopLevelSpec;
}

export const width = 420;
export const height = 280;

/** What every chart is built from: the test rows, and each rung's scores of them. */
export interface ScoredTest {
  /** 1 for fraud. */
  readonly fraud: Int32Array;
  readonly amount: Float64Array;
  /** Whole days since the start. */
  readonly day: Int32Array;
  /** Why a row is fraud, where the data says so; never a feature. */
  readonly scenario: readonly string[] | null;
  readonly rungs: readonly { readonly name: string; readonly scores: Float64Array }[];
}

/** At most `most` of a curve's points, evenly spaced, ends kept: an SVG needs no more. */
export function thin<T>(points: readonly T[], most = 300): T[] {
  if (points.length <= most) return [...points];
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]);
}

import { DataError, type FitRun, type TextColumn } from "@strata-ml/core";
import type { Analyzer } from "./analyzer.js";
import type { VectorizerParams } from "./vectorizer-params.js";

const surrogates = /[\ud800-\udfff]/;
/** Texts between two looks at the clock. */
const batch = 256;

/** The terms of a column, and in how many rows each occurs. */
export interface Vocabulary {
  readonly terms: readonly string[];
  readonly documents: Float64Array;
}

/** Where a fit is among all texts of all columns. */
export interface Progress {
  readonly run: FitRun;
  readonly done: number;
  readonly total: number;
}

/**
 * Counts the terms of all texts and keeps those that the params ask for, in the order of their characters.
 *
 * @throws DataError where no term is left, or minDf is above maxDf.
 */
export async function learnVocabulary(
  owner: string,
  name: string,
  { values }: TextColumn,
  analyze: Analyzer,
  params: VectorizerParams,
  { run, done, total }: Progress,
): Promise<Vocabulary> {
  const indexOf = new Map<string, number>(params.vocabulary?.map((term, index) => [term, index]));
  const fixed = params.vocabulary !== null;
  const documents: number[] = Array.from({ length: indexOf.size }, () => 0);
  const occurrences: number[] = documents.slice();
  const lastRow: number[] = documents.map(() => -1);
  let row = 0;
  const count = (term: string): void => {
    let index = indexOf.get(term);
    if (index === undefined) {
      if (fixed) return;
      index = indexOf.size;
      indexOf.set(term, index);
      documents.push(0);
      occurrences.push(0);
      lastRow.push(-1);
    }
    occurrences[index]++;
    if (lastRow[index] === row) return;
    lastRow[index] = row;
    documents[index]++;
  };
  for (; row < values.length; row++) {
    const text = values[row];
    if (text !== null) analyze(text, count);
    if (row % batch === 0) await run.step("text", done + row, total);
  }
  if (fixed) return { terms: params.vocabulary, documents: Float64Array.from(documents) };
  if (indexOf.size === 0)
    throw new DataError(
      owner,
      `the texts of column '${name}' must hold at least one term, received none in ${values.length} of them (${remedy(values, params)})`,
    );
  // A slice of a text keeps all of it in memory; written out and read again, a term stands alone.
  const terms = JSON.parse(JSON.stringify([...indexOf.keys()])) as string[];
  const counted = params.binary ? documents : occurrences;
  const kept = keepTerms(owner, name, terms, documents, counted, values.length, params);
  return {
    terms: kept.map((index) => terms[index]),
    documents: Float64Array.from(kept, (index) => documents[index]),
  };
}

/** What to change where no text has a term. */
function remedy(values: TextColumn["values"], { analyzer }: VectorizerParams): string {
  if (values.every((text) => text === null || text.trim() === ""))
    return "all are empty: leave the column out";
  if (analyzer === "word") return "change tokenPattern, stopWords or ngramRange, or set analyzer to 'char'";
  return "lower ngramRange: its n-grams are longer than the texts";
}

/** Indices of the terms to keep, in the order of their characters. */
function keepTerms(
  owner: string,
  name: string,
  terms: readonly string[],
  documents: readonly number[],
  occurrences: readonly number[],
  rows: number,
  { minDf, maxDf, maxFeatures }: VectorizerParams,
): number[] {
  const least = minDf < 1 ? minDf * rows : minDf;
  const most = maxDf <= 1 ? maxDf * rows : maxDf;
  if (most < least)
    throw new DataError(owner, `maxDf must be at least minDf, received ${most} and ${least} rows`);
  const compare = terms.some((term) => surrogates.test(term)) ? byCodePoint : byCodeUnit;
  let kept = terms.map((_, index) => index);
  kept = kept.filter((index) => documents[index] >= least && documents[index] <= most);
  if (kept.length === 0)
    throw new DataError(
      owner,
      `some of the ${terms.length} terms of column '${name}' must be in ${least} to ${most} of the rows, received none (lower minDf or raise maxDf)`,
    );
  kept.sort((a, b) => compare(terms[a], terms[b]));
  if (maxFeatures === null || kept.length <= maxFeatures) return kept;
  const order = kept.map((_, place) => place);
  order.sort((a, b) => occurrences[kept[b]] - occurrences[kept[a]] || a - b);
  const places = order.slice(0, maxFeatures).sort((a, b) => a - b);
  return places.map((place) => kept[place]);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** The order that Python has: surrogate pairs after all single code units. */
function byCodePoint(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Code units ranked by the code point that they belong to. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

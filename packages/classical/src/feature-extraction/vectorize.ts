import {
  alignFeatures,
  type Column,
  type Dataset,
  type DatasetSchema,
  type FitOptions,
  FitRun,
  requireKinds,
  requireRows,
} from "@strata-ml/core";
import { makeAnalyzer } from "./analyzer.js";
import { documentTerms, type TermIndex, type Weigh } from "./document-terms.js";
import type { VectorizerParams } from "./vectorizer-params.js";
import { learnVocabulary, type Vocabulary } from "./vocabulary.js";

/** The vocabulary of each text feature. */
export async function learnVocabularies(
  owner: string,
  data: Dataset,
  params: VectorizerParams,
  options: FitOptions,
): Promise<Vocabulary[]> {
  const run = new FitRun(owner, options);
  requireRows(owner, data);
  requireKinds(owner, data, ["text"]);
  warnOfStopWords(params, run);
  const analyze = makeAnalyzer(params);
  const names = data.namesOf("feature");
  const total = data.rows * names.length;
  const out: Vocabulary[] = [];
  for (const name of names) {
    const progress = { run, done: out.length * data.rows, total };
    out.push(await learnVocabulary(owner, name, data.column(name, "text"), analyze, params, progress));
  }
  await run.step("text", total, total);
  return out;
}

/** A stop word that the analyzer would split or change never meets a word of a text. */
function warnOfStopWords(params: VectorizerParams, run: FitRun): void {
  const { stopWords } = params;
  if (stopWords === null) return;
  const listed = new Set(stopWords);
  const analyze = makeAnalyzer({ ...params, ngramRange: [1, 1], stopWords: null });
  const odd = new Set<string>();
  for (const word of stopWords) analyze(word, (term) => !listed.has(term) && odd.add(term));
  if (odd.size > 0)
    run.warn(`stopWords give words that are not among them: ${[...odd].slice(0, 5).join(", ")}`);
}

/** The text features replaced by a sparse block each. */
export function vectorizeFeatures(
  owner: string,
  features: DatasetSchema,
  data: Dataset,
  terms: readonly TermIndex[],
  params: VectorizerParams,
  weigh: (feature: number) => Weigh,
): Dataset {
  const aligned = alignFeatures(owner, features, data);
  const analyze = makeAnalyzer(params);
  const blocks = features.map(({ name }, j): [string, Column] => [
    name,
    documentTerms(aligned.column(name, "text"), terms[j], analyze, weigh(j)),
  ]);
  return data.selectFeatures(features.map(({ name }) => name)).with(Object.fromEntries(blocks));
}

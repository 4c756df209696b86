import { charNgrams, wordBoundNgrams } from "./char-ngrams.js";
import { stripAccents } from "./strip-accents.js";
import type { VectorizerParams } from "./vectorizer-params.js";
import { defaultTokenPattern, scanWords, type TermSink } from "./word-scan.js";

/** Gives the terms of a text, repeats included, to a sink. */
export type Analyzer = (text: string, emit: TermSink) => void;

type AnalyzerParams = Pick<
  VectorizerParams,
  "analyzer" | "ngramRange" | "lowercase" | "stripAccents" | "tokenPattern" | "stopWords"
>;

/** The analyzer that the params describe: lower case, accents off, then words or characters, then their n-grams. */
export function makeAnalyzer(params: AnalyzerParams): Analyzer {
  const { lowercase, stripAccents: accents } = params;
  const terms = makeTerms(params);
  return (text, emit) => {
    let prepared = lowercase ? text.toLowerCase() : text;
    if (accents !== null) prepared = stripAccents(prepared, accents);
    terms(prepared, emit);
  };
}

function makeTerms(params: AnalyzerParams): Analyzer {
  const {
    analyzer,
    ngramRange: [least, most],
  } = params;
  if (analyzer === "char") return (text, emit) => charNgrams(text, least, most, emit);
  if (analyzer === "charWb") return (text, emit) => wordBoundNgrams(text, least, most, emit);
  const words = makeTokenizer(params);
  if (most === 1) return words;
  return (text, emit) => {
    const tokens: string[] = [];
    words(text, (word) => tokens.push(word));
    for (let i = 0; i < tokens.length; i++) {
      let gram = tokens[i];
      if (least === 1) emit(gram);
      for (let n = 2; n <= most && i + n <= tokens.length; n++) {
        gram = `${gram} ${tokens[i + n - 1]}`;
        if (n >= least) emit(gram);
      }
    }
  };
}

/** Splits a text into its words without the stop words. */
function makeTokenizer({ tokenPattern, stopWords }: AnalyzerParams): Analyzer {
  const words = tokenPattern === defaultTokenPattern ? scanWords : matchWords(tokenPattern);
  if (stopWords === null) return words;
  const stop = new Set(stopWords);
  return (text, emit) =>
    words(text, (word) => {
      if (!stop.has(word)) emit(word);
    });
}

/** Words by a regular expression: what it matches, or its group where it has one. */
function matchWords(tokenPattern: string): Analyzer {
  const pattern = new RegExp(tokenPattern, "gu");
  return (text, emit) => {
    // A group that took no part in the match is an empty word, as in Python.
    for (const match of text.matchAll(pattern)) emit(match.length > 1 ? (match[1] ?? "") : match[0]);
  };
}

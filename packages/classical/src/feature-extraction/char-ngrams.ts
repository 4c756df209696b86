import type { TermSink } from "./word-scan.js";

/** White space as Python's `str.isspace` has it; JavaScript's `\s` lacks U+001C to U+001F and U+0085 and adds U+FEFF. */
const space = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const spaceRuns = new RegExp(`[${space}]{2,}`, "g");
const words = new RegExp(`[^${space}]+`, "g");
const surrogates = /[\ud800-\udfff]/;

/** Calls `emit` with every run of `least` to `most` characters, each run of white space taken as one space. */
export function charNgrams(text: string, least: number, most: number, emit: TermSink): void {
  emitRuns(text.replace(spaceRuns, " "), least, most, emit);
}

function emitRuns(text: string, least: number, most: number, emit: TermSink): void {
  const starts = characterStarts(text);
  const length = starts?.length ?? text.length;
  for (let n = least; n <= most && n <= length; n++) {
    for (let i = 0; i + n <= length; i++) {
      emit(
        starts === undefined
          ? text.slice(i, i + n)
          : text.slice(starts[i], i + n < length ? starts[i + n] : text.length),
      );
    }
  }
}

/** {@link charNgrams} inside of words, each with a space on both sides; a shorter word is taken whole, once. */
export function wordBoundNgrams(text: string, least: number, most: number, emit: TermSink): void {
  for (const [word] of text.matchAll(words)) {
    const padded = ` ${word} `;
    const length = characterStarts(padded)?.length ?? padded.length;
    if (length < least) emit(padded);
    else emitRuns(padded, least, most, emit);
  }
}

/** Where each character starts; undefined where characters are single code units. */
function characterStarts(text: string): number[] | undefined {
  if (!surrogates.test(text)) return undefined;
  const starts: number[] = [];
  for (let i = 0; i < text.length; i += text.codePointAt(i)! > 0xffff ? 2 : 1) starts.push(i);
  return starts;
}

/** Takes the terms of a text one by one. */
export type TermSink = (term: string) => void;

/** Letters, numbers and the underscore: what `\w` is in a Unicode regular expression of Python. */
const wordPattern = /^[\p{L}\p{N}_]$/u;

/** What the default token pattern of the vectorizers matches: two or more word characters. */
export const defaultTokenPattern = "[\\p{L}\\p{N}_]{2,}";

// One entry for each UTF-16 code unit, filled as they are met: 0 not looked up yet, 1 a word character, 2 none.
const known = new Uint8Array(65536);

function lookUp(unit: number): number {
  return (known[unit] = wordPattern.test(String.fromCharCode(unit)) ? 1 : 2);
}

/** Calls `emit` with each longest run of two or more word characters, as {@link defaultTokenPattern} matches. */
export function scanWords(text: string, emit: TermSink): void {
  const { length } = text;
  for (let i = 0; i < length; ) {
    const start = i;
    let characters = 0;
    while (i < length) {
      const unit = text.charCodeAt(i);
      if ((known[unit] || lookUp(unit)) === 1) i++;
      else if (isAstralWord(text, unit, i)) i += 2;
      else break;
      characters++;
    }
    if (characters > 1) emit(text.slice(start, i));
    if (i < length) i++;
  }
}

/** Whether a word character of two code units starts at `at`. */
function isAstralWord(text: string, unit: number, at: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00 && wordPattern.test(String.fromCodePoint(text.codePointAt(at)!));
}

const notAscii = /[^\0-\x7f]/;
const marks = /\p{M}/gu;
const combiningOf = new Map<string, boolean>();

/**
 * Whether a mark has a canonical combining class other than 0. JavaScript has no property for it, but normalisation sorts
 * marks by class: one of class 2 or more goes behind U+0334 (class 1), one below 230 before U+0300 (class 230).
 */
function isCombining(mark: string): boolean {
  let combining = combiningOf.get(mark);
  if (combining === undefined) {
    combining = moves(`${mark}\u0334`) || moves(`\u0300${mark}`);
    combiningOf.set(mark, combining);
  }
  return combining;
}

function moves(marks: string): boolean {
  return marks.normalize("NFD") !== marks;
}

/** Accents taken off: `unicode` drops combining characters after NFKD, `ascii` all that is not ASCII then. */
export function stripAccents(text: string, how: "unicode" | "ascii"): string {
  if (!notAscii.test(text)) return text;
  const decomposed = text.normalize("NFKD");
  return how === "ascii"
    ? decomposed.replace(/[^\0-\x7f]/g, "")
    : decomposed.replace(marks, (mark) => (isCombining(mark) ? "" : mark));
}

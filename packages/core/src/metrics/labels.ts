import type { Label } from "../dataset/target.js";
import { DataError, describe } from "../errors.js";

/** Class labels, one a row: an array, a typed array, or what a classifier's `predict` gives. */
export type Labels = ArrayLike<Label>;

/** The classes that occur in any of some label lists, ascending. Throws {@link DataError} for NaN and for numbers mixed with strings. */
export function distinctLabels(owner: string, ...lists: readonly Labels[]): Label[] {
  const seen = new Set<Label>();
  for (const list of lists) {
    for (let row = 0; row < list.length; row++) {
      const label = list[row];
      if (seen.has(label)) continue;
      checkLabel(owner, label, row);
      seen.add(label);
    }
  }
  const classes = [...seen];
  if (new Set(classes.map((label) => typeof label)).size > 1) {
    throw new DataError(owner, "labels must be all numbers or all strings, received both");
  }
  return classes.sort((a, b) => (a < b ? -1 : 1));
}

/** Place of each label among `classes`. Throws {@link DataError} for a label that is not among them. */
export function labelCodes(
  owner: string,
  labels: Labels,
  classes: readonly Label[],
  what = "labels",
): Int32Array {
  const place = new Map(classes.map((label, code) => [label, code]));
  if (place.size !== classes.length) throw new DataError(owner, "classes must differ from each other");
  const codes = new Int32Array(labels.length);
  for (let row = 0; row < codes.length; row++) {
    const code = place.get(labels[row]);
    if (code === undefined) {
      throw new DataError(
        owner,
        `${what} must be among the classes ${listLabels(classes)}, received ${describe(labels[row])} at row ${row}`,
      );
    }
    codes[row] = code;
  }
  return codes;
}

/**
 * 1 for each row of the positive class, 0 for the rest. Without `positive`, labels must be 0 and 1 (or -1 and 1).
 *
 * @throws DataError for other labels without `positive`, and where `positive` is none of the labels, or of another type.
 */
export function binaryTruth(owner: string, truth: Labels, positive: Label | undefined): Uint8Array {
  const out = new Uint8Array(truth.length);
  let negative: Label | undefined;
  for (let row = 0; row < out.length; row++) {
    const label = truth[row];
    if (label === (positive ?? 1)) {
      out[row] = 1;
      continue;
    }
    if (label === negative) continue;
    checkLabel(owner, label, row);
    if (positive !== undefined && typeof label !== typeof positive) throw strangerTo(owner, truth, positive);
    if (positive === undefined && (negative !== undefined || (label !== 0 && label !== -1))) {
      throw new DataError(
        owner,
        `positive must be given where labels are not 0 and 1 (or -1 and 1), received ${describe(label)} at row ${row}`,
      );
    }
    negative = label;
  }
  if (positive !== undefined && negative !== undefined && !out.includes(1)) {
    if (distinctLabels(owner, truth).length > 1) throw strangerTo(owner, truth, positive);
  }
  return out;
}

/** Refuses a positive class that is none of the labels; labels that are numbers and strings both are refused for that. */
function strangerTo(owner: string, truth: Labels, positive: Label): DataError {
  return new DataError(
    owner,
    `positive must be one of the labels ${listLabels(distinctLabels(owner, truth))}, received ${describe(positive)}`,
  );
}

/** `0, 1 and 3 more`: labels short enough for an error message. */
export function listLabels(labels: readonly Label[], most = 8): string {
  const shown = labels.slice(0, most).map((label) => describe(label));
  const rest = labels.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

function checkLabel(owner: string, label: unknown, row: number): void {
  if (typeof label === "string" || (typeof label === "number" && !Number.isNaN(label))) return;
  throw new DataError(owner, `labels must be numbers or strings, received ${describe(label)} at row ${row}`);
}

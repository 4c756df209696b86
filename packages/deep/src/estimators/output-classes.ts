import { type Label, Matrix, NotSupportedError } from "@strata-ml/core";
import { z } from "zod";

const labels = z.array(z.union([z.number(), z.string()])).min(2);

/** The classes of a target, or of each output of a target of several, as an artifact's state carries them. */
export const classListsSchema = z.union([labels, z.array(z.array(z.number()).min(1)).min(2)]);

/**
 * The classes of each output, and where its logits lie among a network's: one logit for two classes, else one a class, those
 * of one output after another's.
 */
export class OutputClasses {
  /** Where the logits of each output begin, */
  readonly starts: readonly number[];
  /** and how many there are of all outputs. */
  readonly logits: number;

  constructor(readonly each: readonly (readonly Label[])[]) {
    let at = 0;
    this.starts = each.map(({ length }) => (at += logitsOf(length)) - logitsOf(length));
    this.logits = at;
  }

  /** How many classes each output has. */
  get counts(): readonly number[] {
    return this.each.map(({ length }) => length);
  }

  static fromState(state: z.output<typeof classListsSchema>): OutputClasses {
    return new OutputClasses(Array.isArray(state[0]) ? (state as number[][]) : [state as Label[]]);
  }

  get state(): z.output<typeof classListsSchema> {
    const lists = this.each.map((classes) => [...classes]);
    return (lists.length === 1 ? lists[0] : lists) as z.output<typeof classListsSchema>;
  }

  /** The classes of the only output; throws {@link NotSupportedError}, naming what to ask instead, where there are several. */
  single(owner: string, asked: string, instead: string): readonly Label[] {
    requireOneOutput(owner, this.each.length, asked, instead);
    return this.each[0];
  }

  /** The probabilities of each output, rows x its classes, from the logits of all. */
  probabilities(scores: Matrix): Matrix[] {
    return this.each.map(({ length }, k) => {
      const out = new Matrix(scores.rows, length);
      for (let i = 0; i < out.rows; i++)
        shares(scores.row(i).subarray(this.starts[k], this.starts[k] + logitsOf(length)), out.row(i));
      return out;
    });
  }

  /** Place of each row's most likely class of one output. */
  places(scores: Matrix, output: number): Int32Array {
    const start = this.starts[output];
    const { length } = this.each[output];
    return Int32Array.from({ length: scores.rows }, (_, i) => {
      const row = scores.row(i).subarray(start, start + logitsOf(length));
      return length === 2 ? Number(row[0] > 0) : row.indexOf(Math.max(...row));
    });
  }

  /** The most likely label of each output, rows x outputs; throws {@link NotSupportedError} for labels that are strings. */
  labels(owner: string, scores: Matrix): Matrix {
    const out = new Matrix(scores.rows, this.each.length);
    this.each.forEach((classes, k) => {
      const numbers = classes.map((label) => {
        if (typeof label === "number") return label;
        throw new NotSupportedError(
          owner,
          `predictOutputs needs classes that are numbers, received "${label}": predict gives strings`,
        );
      });
      this.places(scores, k).forEach((place, i) => (out.data[i * out.columns + k] = numbers[place]));
    });
    return out;
  }
}

/** Logits of so many classes: one for two. */
export function logitsOf(classes: number): number {
  return classes === 2 ? 1 : classes;
}

/** Throws {@link NotSupportedError} where what is asked is of one output, and the model has several. */
export function requireOneOutput(owner: string, outputs: number, asked: string, instead: string): void {
  if (outputs > 1)
    throw new NotSupportedError(
      owner,
      `${asked} is of a target of one output, and this model has ${outputs}: ask for ${instead}`,
    );
}

/** Sigmoid of the one logit of two classes, softmax of more. */
function shares(logits: Float64Array, out: Float64Array): void {
  if (out.length === 2) {
    const small = 1 / (1 + Math.exp(Math.abs(logits[0])));
    out[0] = logits[0] > 0 ? small : 1 - small;
    out[1] = logits[0] > 0 ? 1 - small : small;
    return;
  }
  const most = Math.max(...logits);
  const powers = logits.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  out.set(powers.map((power) => power / sum));
}

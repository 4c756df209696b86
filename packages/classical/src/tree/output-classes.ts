import { type Label, Matrix, NotSupportedError } from "@strata-ml/core";
import { z } from "zod";
import { argmax } from "./argmax.js";
import { labelsSchema } from "./labels-schema.js";

/** The classes of a target, or of each output of a target of several. */
export type ClassLists = readonly Label[] | readonly (readonly Label[])[];

/** {@link ClassLists} as an artifact's state carries them. */
export const classListsSchema = z.union([labelsSchema, z.array(z.array(z.number()).min(1)).min(2)]);

/** The classes of each output. Values of nodes hold the shares of all of them, those of one output after another's. */
export class OutputClasses {
  readonly each: readonly (readonly Label[])[];
  /** Where the shares of each output begin, and where the last ones end. */
  private readonly starts: readonly number[];

  constructor(lists: ClassLists) {
    this.each = isNested(lists) ? lists : [lists];
    let at = 0;
    this.starts = [0, ...this.each.map((classes) => (at += classes.length))];
  }

  get outputs(): number {
    return this.each.length;
  }

  /** Classes of all outputs together. */
  get total(): number {
    return this.starts[this.outputs];
  }

  /** The classes of the only output; throws {@link NotSupportedError}, naming what to ask instead, where there are several. */
  single(owner: string, asked: string, instead: string): readonly Label[] {
    requireOneOutput(owner, this.outputs, asked, instead);
    return this.each[0];
  }

  /** The shares of each output, rows x its classes. */
  split(shares: Matrix): Matrix[] {
    return this.each.map(({ length }, k) => {
      const out = new Matrix(shares.rows, length);
      const start = this.starts[k];
      for (let i = 0; i < out.rows; i++)
        out.data.set(shares.row(i).subarray(start, start + length), i * length);
      return out;
    });
  }

  /** The label of the greatest share of each output, rows x outputs; throws {@link NotSupportedError} for labels that are strings. */
  labels(owner: string, shares: Matrix): Matrix {
    const numbers = this.each.map((classes) =>
      Float64Array.from(classes, (label) => {
        if (typeof label === "number") return label;
        throw new NotSupportedError(
          owner,
          `predictOutputs needs classes that are numbers, received "${label}": predict gives strings`,
        );
      }),
    );
    const out = new Matrix(shares.rows, this.outputs);
    this.split(shares).forEach((own, k) => {
      for (let i = 0; i < own.rows; i++) out.data[i * out.columns + k] = numbers[k][argmax(own.row(i))];
    });
    return out;
  }
}

/** The classes of each output as an artifact's state carries them. */
export function classListsState(each: readonly (readonly Label[])[]): z.output<typeof classListsSchema> {
  const lists = each.map((classes) => [...classes]);
  return (lists.length === 1 ? lists[0] : lists) as z.output<typeof classListsSchema>;
}

function isNested(lists: ClassLists): lists is readonly (readonly Label[])[] {
  return Array.isArray(lists[0]);
}

/** Throws {@link NotSupportedError} where what is asked is of one output, and the model has several. */
export function requireOneOutput(owner: string, outputs: number, asked: string, instead: string): void {
  if (outputs > 1)
    throw new NotSupportedError(
      owner,
      `${asked} is of a target of one output, and this model has ${outputs}: ask for ${instead}`,
    );
}

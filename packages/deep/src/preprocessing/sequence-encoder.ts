import { DataError, type SequenceColumn, type SequenceField } from "@strata-ml/core";
import { feedKey, maskKey } from "../network/feed-key.js";
import type { SequenceLayout } from "../network/network-inputs.js";
import { CategoryIndex } from "./category-index.js";
import { type EncodedInput, type Feeds, longest } from "./feed.js";
import { hugeAdvice, placeOfHuge } from "./huge-values.js";
import { applyScaling, fitScaling, type Scaling, scaledWidth } from "./scaling.js";

/** A sequence column as ragged steps: numeric fields standardised, categorical ones as codes; only the most recent steps. */
export class SequenceEncoder {
  constructor(
    readonly name: string,
    private readonly fields: readonly SequenceField[],
    readonly scaling: Scaling,
    /** By categorical field. */
    readonly indexes: ReadonlyMap<string, CategoryIndex>,
    readonly maxLength: number,
  ) {}

  static fit(
    owner: string,
    name: string,
    column: SequenceColumn,
    settings: { readonly maxLength: number; readonly minCount: number },
    weights: Float64Array | undefined,
  ): SequenceEncoder {
    const { maxLength, minCount } = settings;
    const recent = recentSteps(column, maxLength);
    const rowOf = weights && rowsOfSteps(recent.offsets);
    const block = numericBlock(owner, name, column, recent);
    const numeric = column.fields.filter(({ kind }) => kind === "numeric");
    const width = numeric.length;
    const huge = placeOfHuge(block);
    if (huge >= 0)
      throw new DataError(
        owner,
        `column '${name}' ${hugeAdvice}, received ${block[huge]} in field '${numeric[huge % width].name}'`,
      );
    const scaling = fitScaling(block, width, weights && rowOf && ((step) => weights[rowOf[step]]));
    const indexes = new Map<string, CategoryIndex>();
    for (const [at, field] of column.fields.entries()) {
      if (field.kind === "numeric") continue;
      indexes.set(field.name, CategoryIndex.fit(fieldCodes(column, recent, at), field.categories, minCount));
    }
    return new SequenceEncoder(name, column.fields, scaling, indexes, maxLength);
  }

  get layout(): SequenceLayout {
    return {
      numericWidth: scaledWidth(this.scaling),
      fields: new Map([...this.indexes].map(([field, index]) => [field, index.size])),
      maxLength: this.maxLength,
    };
  }

  encode(owner: string, column: SequenceColumn): EncodedInput {
    const recent = recentSteps(column, this.maxLength);
    const width = scaledWidth(this.scaling);
    const numbers = applyScaling(this.scaling, numericBlock(owner, this.name, column, recent));
    const codes = new Map<string, Int32Array>();
    for (const [at, field] of this.fields.entries()) {
      const index = this.indexes.get(field.name);
      if (field.kind === "numeric" || index === undefined) continue;
      codes.set(
        feedKey("sequence", this.name, "field", field.name),
        index.codesOf(fieldCodes(column, recent, at), column.fields[at].categories),
      );
    }
    return new EncodedSequence(this.name, recent.offsets, numbers, width, codes);
  }
}

/** Which steps of the column are kept, row after row. */
interface RecentSteps {
  readonly offsets: Int32Array;
  readonly steps: Int32Array;
}

function recentSteps({ offsets }: SequenceColumn, maxLength: number): RecentSteps {
  const kept = new Int32Array(offsets.length);
  for (let i = 0; i + 1 < offsets.length; i++) {
    kept[i + 1] = kept[i] + Math.min(maxLength, offsets[i + 1] - offsets[i]);
  }
  const steps = new Int32Array(kept[kept.length - 1]);
  for (let i = 0; i + 1 < offsets.length; i++) {
    const length = kept[i + 1] - kept[i];
    for (let t = 0; t < length; t++) steps[kept[i] + t] = offsets[i + 1] - length + t;
  }
  return { offsets: kept, steps };
}

function rowsOfSteps(offsets: Int32Array): Int32Array {
  const rows = new Int32Array(offsets[offsets.length - 1]);
  for (let i = 0; i + 1 < offsets.length; i++) rows.fill(i, offsets[i], offsets[i + 1]);
  return rows;
}

function numericBlock(
  owner: string,
  name: string,
  column: SequenceColumn,
  { steps }: RecentSteps,
): Float64Array {
  const all = column.fields.length;
  const at = column.fields.flatMap(({ kind }, j) => (kind === "numeric" ? [j] : []));
  const out = new Float64Array(steps.length * at.length);
  for (let s = 0, to = 0; s < steps.length; s++) {
    for (const j of at) {
      const value = column.values[steps[s] * all + j];
      if (Math.abs(value) === Number.POSITIVE_INFINITY) {
        throw new DataError(
          owner,
          `column '${name}' must be finite or missing, received ${value} in field '${column.fields[j].name}'`,
        );
      }
      out[to++] = value;
    }
  }
  return out;
}

/** What one field holds in every kept step. */
function fieldCodes(column: SequenceColumn, { steps }: RecentSteps, at: number): Float64Array {
  const out = new Float64Array(steps.length);
  for (let s = 0; s < out.length; s++) out[s] = column.values[steps[s] * column.fields.length + at];
  return out;
}

class EncodedSequence implements EncodedInput {
  private readonly keys: Readonly<Record<"mask" | "age" | "numeric", string>>;

  constructor(
    name: string,
    private readonly offsets: Int32Array,
    private readonly numbers: Float32Array,
    private readonly width: number,
    private readonly codes: ReadonlyMap<string, Int32Array>,
  ) {
    const part = (...parts: string[]): string => feedKey("sequence", name, ...parts);
    this.keys = { mask: maskKey("sequence", name), age: part("age"), numeric: part("numeric") };
  }

  addTo(feeds: Feeds, rows: Int32Array): void {
    const { offsets, numbers, width } = this;
    const steps = longest(offsets, rows);
    const shape = [rows.length, steps];
    const mask = new Float32Array(rows.length * steps);
    const age = new Int32Array(rows.length * steps);
    const values = new Float32Array(rows.length * steps * width);
    const padded = [...this.codes].map(([key, codes]) => ({
      key,
      codes,
      out: new Int32Array(rows.length * steps),
    }));
    for (let i = 0; i < rows.length; i++) {
      const from = offsets[rows[i]];
      const length = offsets[rows[i] + 1] - from;
      for (let t = 0; t < length; t++) {
        mask[i * steps + t] = 1;
        age[i * steps + t] = length - 1 - t;
      }
      values.set(numbers.subarray(from * width, (from + length) * width), i * steps * width);
      for (const { codes, out } of padded)
        for (let t = 0; t < length; t++) out[i * steps + t] = codes[from + t];
    }
    feeds.set(this.keys.mask, { data: mask, shape });
    feeds.set(this.keys.age, { data: age, shape });
    if (width > 0) feeds.set(this.keys.numeric, { data: values, shape: [...shape, width] });
    for (const { key, out } of padded) feeds.set(key, { data: out, shape });
  }
}

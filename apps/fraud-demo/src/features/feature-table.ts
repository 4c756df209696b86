import { type Column, numeric, type SequenceColumn } from "@strata-ml/core";
import type { FeatureEngine, FeatureRow } from "./feature-engine.js";
import type { CardTransaction } from "./stream.js";

/** Collects the engine's rows into columns: one numeric column a feature, one sequence column a history. */
export class FeatureTable<T extends CardTransaction> {
  rows = 0;
  private features = new Float64Array(0);
  private readonly histories: { values: Float32Array; ends: number[]; used: number }[];

  constructor(private readonly engine: FeatureEngine<T>) {
    this.histories = engine.histories.map(() => ({ values: new Float32Array(0), ends: [], used: 0 }));
  }

  add({ features, histories }: FeatureRow): void {
    const width = this.engine.names.length;
    this.features = withRoom(this.features, this.rows * width, width);
    this.features.set(features, this.rows * width);
    this.rows++;
    for (let h = 0; h < histories.length; h++) {
      const store = this.histories[h];
      const length = histories[h].steps * this.engine.histories[h].fields.length;
      store.values = withRoom(store.values, store.used, length);
      store.values.set(histories[h].values.subarray(0, length), store.used);
      store.used += length;
      store.ends.push(store.used);
    }
  }

  /** The columns by name, features first. */
  columns(): Record<string, Column> {
    const { names } = this.engine;
    const out: Record<string, Column> = {};
    names.forEach((name, j) => {
      const values = new Float64Array(this.rows);
      for (let i = 0; i < values.length; i++) values[i] = this.features[i * names.length + j];
      out[name] = numeric(values);
    });
    this.engine.histories.forEach((history, h) => {
      const { values, ends, used } = this.histories[h];
      const offsets = new Int32Array(this.rows + 1);
      for (let i = 0; i < ends.length; i++) offsets[i + 1] = ends[i] / history.fields.length;
      out[history.name] = {
        kind: "sequence",
        offsets,
        values: values.slice(0, used),
        fields: history.fields,
      } satisfies SequenceColumn;
    });
    return out;
  }
}

function withRoom<A extends Float64Array | Float32Array>(array: A, used: number, more: number): A {
  if (used + more <= array.length) return array;
  const size = Math.max(1024, used + more, array.length * 2);
  const grown = (array instanceof Float64Array ? new Float64Array(size) : new Float32Array(size)) as A;
  grown.set(array.subarray(0, used));
  return grown;
}

import type { z } from "zod";
import type { Dataset } from "../../dataset/dataset.js";
import { type ParamsSchema, parseParams } from "../../estimator/params.js";

/** Row numbers of one training and one test part. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Cuts a dataset into training and test parts. Any object with `split` will do. */
export interface Splitter {
  split(data: Dataset): readonly Split[];
}

/** A splitter as JSON carries it. */
export interface SplitterJson {
  readonly type: string;
  readonly params: unknown;
}

/** A splitter whose params are checked by a schema and survive JSON. */
export abstract class ConfiguredSplitter<S extends ParamsSchema = ParamsSchema> implements Splitter {
  /** Name in JSON. */
  abstract readonly type: string;
  readonly params: Readonly<z.output<S>>;

  protected constructor(schema: S, input: z.input<S> | undefined) {
    this.params = parseParams(new.target.name, schema, input);
  }

  /** The class name, as error messages show it. */
  get owner(): string {
    return this.constructor.name;
  }

  /** @throws DataError for a dataset that can't be split this way. */
  abstract split(data: Dataset): Split[];

  toJSON(): SplitterJson {
    return { type: this.type, params: this.params };
  }
}

/** One split a fold: its rows are the test part, all others the training part, both ascending. */
export function splitsOfFolds(foldOfRow: Int32Array, nFolds: number): Split[] {
  const sizes = new Int32Array(nFolds);
  for (const fold of foldOfRow) sizes[fold]++;
  const splits = Array.from(sizes, (size) => ({
    train: new Int32Array(foldOfRow.length - size),
    test: new Int32Array(size),
  }));
  splits.forEach(({ train, test }, fold) => {
    let a = 0;
    let b = 0;
    for (let row = 0; row < foldOfRow.length; row++) {
      if (foldOfRow[row] === fold) test[b++] = row;
      else train[a++] = row;
    }
  });
  return splits;
}

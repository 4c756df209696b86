import type { CategoricalColumn } from "@strata-ml/core";
import { feedKey } from "../network/feed-key.js";
import { CategoryIndex } from "./category-index.js";
import type { EncodedInput, Feeds } from "./feed.js";

/** A categorical column as codes of an embedding, matched through the dictionary of fit. */
export class CategoricalEncoder {
  constructor(
    readonly name: string,
    readonly index: CategoryIndex,
  ) {}

  static fit(name: string, column: CategoricalColumn, minCount: number): CategoricalEncoder {
    return new CategoricalEncoder(name, CategoryIndex.fit(column.codes, column.categories, minCount));
  }

  encode(column: CategoricalColumn): EncodedInput {
    const codes = this.index.codesOf(column.codes, column.categories);
    const key = feedKey("categorical", this.name);
    return {
      addTo(feeds: Feeds, rows: Int32Array): void {
        feeds.set(key, { data: rows.map((row) => codes[row]), shape: [rows.length] });
      },
    };
  }
}

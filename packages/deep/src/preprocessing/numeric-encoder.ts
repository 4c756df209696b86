import { type Dataset, denseFeatures } from "@strata-ml/core";
import { feedKey } from "../network/feed-key.js";
import type { EncodedInput, Feeds } from "./feed.js";
import { applyScaling, fitScaling, type Scaling, scaledWidth } from "./scaling.js";

/** All numeric and tensor columns as one standardised block, missing values as 0 with an indicator. */
export class NumericEncoder {
  constructor(readonly scaling: Scaling) {}

  /** `data` has only columns that make the block. */
  static fit(owner: string, data: Dataset, weights: Float64Array | undefined): NumericEncoder {
    const block = denseFeatures(owner, data, { missing: true });
    return new NumericEncoder(fitScaling(block.data, block.columns, weights && ((row) => weights[row])));
  }

  get width(): number {
    return scaledWidth(this.scaling);
  }

  encode(owner: string, data: Dataset): EncodedInput {
    const { width } = this;
    const values = applyScaling(this.scaling, denseFeatures(owner, data, { missing: true }).data);
    return {
      addTo(feeds: Feeds, rows: Int32Array): void {
        const out = new Float32Array(rows.length * width);
        for (let i = 0; i < rows.length; i++) {
          const from = rows[i] * width;
          for (let j = 0; j < width; j++) out[i * width + j] = values[from + j];
        }
        feeds.set(feedKey("numeric"), { data: out, shape: [rows.length, width] });
      },
    };
  }
}

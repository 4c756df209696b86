import { type DatasetSchema, denseNames } from "@strata-ml/core";
import type { BoostedTrees } from "./predictor.js";

/** Share of each feature in the gain of all splits; all zero where nothing was split. */
export function gainShares(trees: BoostedTrees, schema: DatasetSchema): Float64Array {
  const gains = trees.gains(denseNames(schema).length);
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return total > 0 ? gains.map((gain) => gain / total) : gains;
}

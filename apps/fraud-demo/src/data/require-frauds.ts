import { DataError, type LabelledDataset } from "@strata-ml/core";
import { fraudCount } from "./fraud-count.js";

/**
 * Refuses a split that no rung can learn from or be measured on: `least` frauds to train with and one to test on, and an
 * honest row in each. `advice` says what to change.
 *
 * @throws DataError
 */
export function requireFrauds(
  split: { readonly train: LabelledDataset; readonly test: LabelledDataset },
  least: number,
  advice: string,
): void {
  for (const part of ["train", "test"] as const) {
    const { rows } = split[part];
    const frauds = fraudCount(split[part]);
    const needed = part === "train" ? least : 1;
    if (frauds >= needed && frauds < rows) continue;
    throw new DataError(
      "fraud-demo",
      `the ${part} days must have at least ${needed} known fraud${needed === 1 ? "" : "s"} and one honest row, ` +
        `received ${frauds} fraud${frauds === 1 ? "" : "s"} in ${rows} rows: ${advice}`,
    );
  }
}

import type { LabelledDataset } from "@strata-ml/core";

/** Rows whose label is 1. */
export function fraudCount({ target }: LabelledDataset): number {
  let frauds = 0;
  if (target.kind === "numeric") for (const label of target.values) if (label === 1) frauds++;
  return frauds;
}

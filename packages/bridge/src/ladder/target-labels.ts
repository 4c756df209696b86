import { classTarget, DataError, type Label, type LabelledDataset } from "@strata-ml/core";

/** The labels of a two-class target, row by row, and the greater of the two. */
export function targetLabels(
  owner: string,
  data: LabelledDataset,
): { readonly truth: Label[]; readonly positive: Label } {
  const { classes, codes } = classTarget(owner, data);
  if (classes.length !== 2)
    throw new DataError(owner, `the target must have two classes, received ${classes.length}`);
  return { truth: Array.from(codes, (code) => classes[code]), positive: classes[1] };
}

import { classTarget, DataError, type Label, type LabelledDataset, numericTarget } from "@strata-ml/core";

export const targetTypes = ["binary", "multiclass", "continuous"] as const;
export type TargetType = (typeof targetTypes)[number];

/** A target as the encoder takes it: numbers whose mean each category gets. */
export interface EncoderTarget {
  readonly type: TargetType;
  /** Of a classification target, ascending; else none. */
  readonly classes: readonly Label[];
  /** Each row's class; undefined for a continuous target. */
  readonly codes: Int32Array | undefined;
  /** One column of a binary target (the second class) and of a continuous one, one for each class of a multiclass one. */
  readonly columns: readonly Float64Array[];
}

/** Reads the target. Whole numbers and categories are classes, as scikit-learn has it, unless `type` says otherwise. */
export function encoderTarget(
  owner: string,
  data: LabelledDataset,
  type: "auto" | TargetType,
): EncoderTarget {
  const { target } = data;
  const fractions = target.kind === "numeric" && target.values.some((value) => value % 1 !== 0);
  if (type === "continuous" || (type === "auto" && fractions)) {
    return { type: "continuous", classes: [], codes: undefined, columns: [numericTarget(owner, data)] };
  }
  const { classes, codes } = classTarget(owner, data);
  if (type === "binary" && classes.length !== 2)
    throw new DataError(
      owner,
      `the target must have 2 classes under targetType 'binary', received ${classes.length}`,
    );
  const found = type === "auto" ? (classes.length === 2 ? "binary" : "multiclass") : type;
  const kept = found === "binary" ? [1] : classes.map((_, k) => k);
  return {
    type: found,
    classes,
    codes,
    columns: kept.map((k) => Float64Array.from(codes, (code) => (code === k ? 1 : 0))),
  };
}

import { DataError, describe, ParamError } from "../errors.js";
import { aNumber, requireDataset, requireOptions } from "../guard.js";
import { Matrix } from "../matrix.js";
import type { TensorColumn } from "./column.js";
import type { LabelledDataset } from "./dataset.js";
import type { Dataset } from "./dataset.js";

/** A class as a user sees it: a number of a numeric target, a string of a categorical one. */
export type Label = number | string;

/** A target as classes: `classes[codes[i]]` is row i's label. */
export interface ClassTarget {
  /** The classes that occur, ascending. */
  readonly classes: readonly Label[];
  readonly codes: Int32Array;
}

export interface ClassTargetOptions {
  /** Fewest classes that make sense; default 2. */
  readonly minClasses?: number;
}

/**
 * The target of a classifier: a numeric column of whole numbers or a categorical one.
 *
 * @throws DataError for what is no dataset, a missing target value, a fraction, another kind of column, an empty dataset, or too few classes.
 */
export function classTarget(
  owner: string,
  data: LabelledDataset,
  options: ClassTargetOptions = {},
): ClassTarget {
  requireOptions(owner, options, { minClasses: aNumber });
  requireRows(owner, data);
  const { target } = data.labelled(owner);
  const minClasses = options.minClasses ?? 2;
  let result: ClassTarget;
  if (target.kind === "categorical") result = fromCodes(owner, target.codes, target.categories);
  else if (target.kind === "numeric") result = fromNumbers(owner, target.values);
  else
    throw new DataError(
      owner,
      `the target of a classifier must be numeric or categorical, received ${target.kind}`,
    );
  if (result.classes.length < minClasses) {
    throw new DataError(
      owner,
      `the target must have at least ${minClasses} classes, received ${result.classes.length} (${describe(result.classes[0])})`,
    );
  }
  return result;
}

/** The target of {@link classTarget}, which may be of one class, of a dataset that may not have one. */
export function anyClassTarget(owner: string, data: Dataset): ClassTarget {
  requireDataset(owner, data);
  return classTarget(owner, data.labelled(owner), { minClasses: 1 });
}

function fromCodes(owner: string, codes: Int32Array, categories: readonly string[]): ClassTarget {
  const seen = new Set<number>();
  codes.forEach((code, row) => {
    if (code < 0)
      throw new DataError(owner, `the target must not be missing, received a missing label at row ${row}`);
    seen.add(code);
  });
  const kept = [...seen].sort((a, b) => (categories[a] < categories[b] ? -1 : 1));
  const place = new Map(kept.map((code, at) => [code, at]));
  return { classes: kept.map((code) => categories[code]), codes: codes.map((code) => place.get(code)!) };
}

function fromNumbers(owner: string, values: ArrayLike<number>, where = ""): ClassTarget {
  const seen = new Set<number>();
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isNaN(value))
      throw new DataError(owner, `the target must not be missing, received NaN at row ${row}${where}`);
    if (!Number.isInteger(value)) {
      throw new DataError(
        owner,
        `the target of a classifier must be whole numbers or categories, received ${value} at row ${row}${where} (a regressor fits continuous targets)`,
      );
    }
    seen.add(value);
  }
  const classes = [...seen].sort((a, b) => a - b);
  const place = new Map(classes.map((value, at) => [value, at]));
  const codes = new Int32Array(values.length);
  for (let row = 0; row < codes.length; row++) codes[row] = place.get(values[row])!;
  return { classes, codes };
}

/**
 * The target of a regressor. Throws {@link DataError} for what is no dataset, a column that is not numeric, a value that is not finite, or an
 * empty dataset; `where` is said after the row, as in " of the validation data".
 */
export function numericTarget(owner: string, data: LabelledDataset, where = ""): Float64Array {
  requireRows(owner, data);
  const { target } = data.labelled(owner);
  if (target.kind !== "numeric")
    throw new DataError(owner, `the target of a regressor must be numeric, received ${target.kind}`);
  for (let row = 0; row < target.values.length; row++) {
    if (!Number.isFinite(target.values[row])) {
      throw new DataError(
        owner,
        `the target must be finite, received ${target.values[row]} at row ${row}${where}`,
      );
    }
  }
  return target.values instanceof Float64Array ? target.values : Float64Array.from(target.values);
}

/**
 * The targets of a regressor of several outputs, rows x outputs: a tensor column of one number an output. A numeric column is
 * one output. `where` is said after the row of an error, as in " of the validation data".
 *
 * @throws DataError for what is no dataset, another kind of column, a tensor that is no vector a row, a value that is not
 * finite, or an empty dataset.
 */
export function outputsTarget(owner: string, data: LabelledDataset, where = ""): Matrix {
  requireRows(owner, data);
  const target = outputsColumn(owner, data, "a regressor must be numeric");
  if (target === undefined) return new Matrix(data.rows, 1, numericTarget(owner, data, where));
  const [outputs] = target.shape;
  target.values.forEach((value, at) => {
    if (!Number.isFinite(value))
      throw new DataError(
        owner,
        `the target must be finite, received ${value} at row ${Math.floor(at / outputs)}, output ${at % outputs}${where}`,
      );
  });
  return new Matrix(data.rows, outputs, Float64Array.from(target.values));
}

/**
 * The targets of a classifier of several outputs, one for each: of a tensor column of one whole number an output. Some outputs
 * may be of one class, but not all. Any other column is one output, read by {@link classTarget}.
 *
 * @throws DataError as {@link classTarget} does, and for a tensor that is no vector a row.
 */
export function classOutputsTarget(owner: string, data: LabelledDataset): readonly ClassTarget[] {
  requireRows(owner, data);
  const target = outputsColumn(owner, data, "a classifier must be numeric or categorical");
  if (target === undefined) return [classTarget(owner, data)];
  const [outputs] = target.shape;
  const targets = Array.from({ length: outputs }, (_, k) => {
    const values = Float64Array.from({ length: data.rows }, (_, row) => target.values[row * outputs + k]);
    return fromNumbers(owner, values, `, output ${k}`);
  });
  if (targets.every(({ classes }) => classes.length < 2))
    throw new DataError(
      owner,
      `the target must have an output of at least 2 classes, received 1 class in each of ${outputs}`,
    );
  return targets;
}

/** The target where it is a vector a row, undefined where it is numeric or categorical. */
function outputsColumn(owner: string, data: LabelledDataset, kinds: string): TensorColumn | undefined {
  const { target } = data.labelled(owner);
  if (target.kind === "numeric" || target.kind === "categorical") return undefined;
  if (target.kind !== "tensor")
    throw new DataError(owner, `the target of ${kinds}, or a tensor of outputs, received ${target.kind}`);
  if (target.shape.length !== 1)
    throw new DataError(
      owner,
      `a target of several outputs must be a vector a row, received a tensor of shape [${target.shape.join(", ")}]`,
    );
  return target;
}

/**
 * The weight column's values, or undefined where the dataset has none.
 *
 * @throws DataError for a weight that is negative or not finite, and for weights that are all zero.
 */
export function sampleWeights(owner: string, data: Dataset): Float64Array | undefined {
  requireDataset(owner, data);
  const { weight } = data;
  if (weight === undefined) return undefined;
  if (weight.kind !== "numeric")
    throw new DataError(owner, `the weight column must be numeric, received ${weight.kind}`);
  let sum = 0;
  for (let row = 0; row < weight.values.length; row++) {
    const value = weight.values[row];
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY) {
      throw new DataError(owner, `weights must be finite and >= 0, received ${value} at row ${row}`);
    }
    sum += value;
  }
  if (weight.values.length > 0 && sum === 0) throw new DataError(owner, "weights must not all be zero");
  return weight.values instanceof Float64Array ? weight.values : Float64Array.from(weight.values);
}

/** How classes are weighted: `"balanced"` gives each the same total weight, a record gives a factor by label (1 where it names none). */
export type ClassWeight = "balanced" | Readonly<Record<string, number>> | null;

/**
 * Sample weights multiplied by class weights; undefined where neither is given. Of several outputs the factors multiply, and
 * only `"balanced"` says which label is whose.
 * Balanced gives each class the same total: total / (classes * class total), counting with the sample weights where there
 * are any, as scikit-learn does for linear models since 1.9. (Its trees count rows, so that weight 2 differs from two rows.)
 */
export function weightsWithClasses(
  owner: string,
  weights: Float64Array | undefined,
  target: ClassTarget | readonly ClassTarget[],
  classWeight: ClassWeight,
): Float64Array | undefined {
  if (classWeight === null) return weights;
  const targets = "codes" in target ? [target] : target;
  if (targets.length > 1 && classWeight !== "balanced")
    throw new ParamError(
      owner,
      `classWeight must be 'balanced' or null for a target of several outputs, received ${describe(classWeight)}`,
    );
  const rows = targets[0].codes.length;
  const out = weights === undefined ? new Float64Array(rows).fill(1) : Float64Array.from(weights);
  for (const each of targets) {
    const factors = classFactors(owner, each, weights, classWeight);
    for (let row = 0; row < rows; row++) out[row] *= factors[each.codes[row]];
  }
  return out;
}

function classFactors(
  owner: string,
  { classes, codes }: ClassTarget,
  weights: Float64Array | undefined,
  classWeight: Exclude<ClassWeight, null>,
): Float64Array {
  const factors = new Float64Array(classes.length).fill(1);
  if (classWeight === "balanced") {
    const totals = new Float64Array(classes.length);
    for (let row = 0; row < codes.length; row++) totals[codes[row]] += weights?.[row] ?? 1;
    const total = totals.reduce((sum, value) => sum + value, 0);
    return factors.map((_, k) => (totals[k] > 0 ? total / (classes.length * totals[k]) : 0));
  }
  for (const [label, factor] of Object.entries(classWeight)) {
    const k = classes.findIndex((value) => String(value) === label);
    if (k < 0)
      throw new ParamError(
        owner,
        `classWeight must name classes of the target (${classes.slice(0, 10).join(", ")}), received ${describe(label)}`,
      );
    if (!(factor >= 0 && factor < Number.POSITIVE_INFINITY))
      throw new ParamError(owner, `classWeight['${label}'] must be finite and >= 0, received ${factor}`);
    factors[k] = factor;
  }
  return factors;
}

/** Throws {@link DataError} for what is no dataset, and one of fewer than `least` rows. */
export function requireRows(owner: string, data: Dataset, least = 1): void {
  requireDataset(owner, data);
  if (data.rows < least)
    throw new DataError(
      owner,
      `the dataset must have at least ${least} row${least > 1 ? "s" : ""}, received ${data.rows}`,
    );
}

import {
  type CategoricalColumn,
  type Column,
  DataError,
  type Dataset,
  describe,
  listNames,
  type NumericColumn,
  ParamError,
  requireKinds,
} from "@strata-ml/core";
import { z } from "zod";
import { requireNoInfinity } from "./finite-values.js";

/** A category as a user sees it: a string of a categorical column, a number of a numeric one, null for a missing value. */
export type Category = string | number | null;

const category = z.union([z.string(), z.number(), z.null()]);

function isList(values: readonly Category[]): boolean {
  const missing = values.indexOf(null);
  return new Set(values).size === values.length && (missing < 0 || missing === values.length - 1);
}

/** The categories of a feature as params and artifacts carry them. */
export const categoryList = z
  .array(category)
  .min(1)
  .readonly()
  .refine(isList, "must differ from each other, with a missing category (null) last");

/** The `categories` param: `"auto"`, or the categories of some features by name, the others learned. */
export const categoriesParam = z
  .union([z.literal("auto"), z.record(z.string(), categoryList)])
  .default("auto")
  .describe(
    "'auto' takes the categories seen in fit, ascending; a record gives those of a feature by name, in order, null for missing",
  );
export type CategoriesParam = z.output<typeof categoriesParam>;

type EncodableColumn = CategoricalColumn | NumericColumn;

/** The categories of one feature in order; a missing category is always the last one. */
export class CategorySet {
  private readonly indexOf: ReadonlyMap<Category, number>;

  constructor(readonly values: readonly Category[]) {
    this.indexOf = new Map(values.map((value, index) => [value, index]));
  }

  /** Whether missing values are one of the categories: the last. */
  get hasMissing(): boolean {
    return this.values.at(-1) === null;
  }

  /** Categories without the missing one. */
  get known(): number {
    return this.values.length - (this.hasMissing ? 1 : 0);
  }

  /** The index of each row's category in `values`, matched by value across dictionaries; -1 is unknown. */
  encode(column: EncodableColumn): Int32Array {
    const missing = this.indexOf.get(null) ?? -1;
    if (column.kind === "categorical") {
      const map = column.categories.map((value) => this.indexOf.get(value) ?? -1);
      return column.codes.map((code) => (code < 0 ? missing : map[code]));
    }
    const { values } = column;
    const out = new Int32Array(values.length);
    for (let i = 0; i < out.length; i++) {
      const value = values[i];
      out[i] = value !== value ? missing : (this.indexOf.get(value) ?? -1);
    }
    return out;
  }

  /** {@link encode} that throws {@link DataError} for the first value that is none of the categories. */
  encodeKnown(owner: string, name: string, column: EncodableColumn, remedy: string): Int32Array {
    const codes = this.encode(column);
    const row = codes.indexOf(-1);
    if (row >= 0) {
      throw new DataError(
        owner,
        `column '${name}' must hold one of its ${this.values.length} categories, received ${described(column, row)} at row ${row} (${remedy})`,
      );
    }
    return codes;
  }
}

/** The category in a row as an error message shows it. */
function described(column: EncodableColumn, row: number): string {
  if (column.kind === "numeric")
    return Number.isNaN(column.values[row]) ? "a missing value" : describe(column.values[row]);
  const code = column.codes[row];
  return code < 0 ? "a missing value" : describe(column.categories[code]);
}

/** A column to encode. Throws {@link DataError} for infinite values; the kinds were checked before. */
export function encodable(owner: string, data: Dataset, name: string): EncodableColumn {
  const column: Column = data.column(name);
  if (column.kind === "categorical") return column;
  const numbers = data.column(name, "numeric");
  requireNoInfinity(owner, name, numbers.values);
  return numbers;
}

/** The categories of every feature, learned or given, and how often each occurs. */
export interface LearnedCategories {
  readonly name: string;
  readonly set: CategorySet;
  readonly counts: Int32Array;
}

/**
 * The categories of one feature: those given for it, else those that occur, ascending, missing last.
 *
 * @throws DataError for infinite values and, where `remedy` says what to do instead, for values outside the given categories.
 * @throws ParamError for given categories of another type than the column.
 */
export function learnCategories(
  owner: string,
  data: Dataset,
  name: string,
  param: CategoriesParam,
  remedy: string | undefined,
): LearnedCategories {
  const column = encodable(owner, data, name);
  const given = param !== "auto" && Object.hasOwn(param, name) ? param[name] : undefined;
  if (given !== undefined) requireType(owner, name, column, given);
  const set = new CategorySet(given ?? present(column));
  const codes =
    given !== undefined && remedy !== undefined
      ? set.encodeKnown(owner, name, column, remedy)
      : set.encode(column);
  const counts = new Int32Array(set.values.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  return { name, set, counts };
}

/** Throws where the features are not of kinds that can be encoded, or the `categories` param names what is not a feature. */
export function requireEncodable(owner: string, data: Dataset, param: CategoriesParam): void {
  requireKinds(owner, data, ["categorical", "numeric"]);
  if (param === "auto") return;
  const features = data.namesOf("feature");
  const stray = Object.keys(param).find((name) => !features.includes(name));
  if (stray !== undefined)
    throw new ParamError(
      owner,
      `categories must name features (${listNames(features, 10)}), received ${describe(stray)}`,
    );
}

function requireType(owner: string, name: string, column: EncodableColumn, given: readonly Category[]): void {
  const type = column.kind === "numeric" ? "number" : "string";
  const odd = given.find((value) => value !== null && typeof value !== type);
  if (odd !== undefined)
    throw new ParamError(
      owner,
      `categories.${name} must be ${type}s as its ${column.kind} column holds, received ${describe(odd)}`,
    );
}

/** The categories that occur in a column, ascending, null last. */
function present(column: EncodableColumn): Category[] {
  if (column.kind === "numeric") {
    // Adding 0 turns -0 into 0: they are one category.
    const seen = new Set<number>();
    let missing = false;
    for (const value of column.values) {
      if (value !== value) missing = true;
      else seen.add(value + 0);
    }
    const values: Category[] = [...Float64Array.from(seen).sort()];
    return missing ? [...values, null] : values;
  }
  const used = new Uint8Array(column.categories.length);
  let missing = false;
  for (const code of column.codes) {
    if (code < 0) missing = true;
    else used[code] = 1;
  }
  const values: Category[] = [...new Set(column.categories.filter((_, code) => used[code] === 1))].sort();
  return missing ? [...values, null] : values;
}

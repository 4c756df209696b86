import type { Column, ColumnKind } from "@strata-ml/core";
import type { Category } from "./category-set.js";
import type { Grouping } from "./infrequent.js";

/** Stands for the group of rare categories. */
const infrequentGroup = Symbol("infrequent");

/** A category, or the group of rare ones. */
export type GroupedCategory = Category | typeof infrequentGroup;

/** A category's part in the name of an output. */
export function labelOf(category: GroupedCategory): string {
  if (category === infrequentGroup) return "infrequent";
  return category === null ? "missing" : String(category);
}

/** What each group stands for. */
export function groupedCategories(
  values: readonly Category[],
  { groupOf, groups, infrequentGroup: rare }: Grouping,
): GroupedCategory[] {
  const sources: GroupedCategory[] = Array.from({ length: groups }, () => infrequentGroup);
  groupOf.forEach((group, index) => {
    if (group !== rare) sources[group] = values[index];
  });
  return sources;
}

/** A column of these categories; the rare group is missing in a numeric one. */
export function columnOfCategories(kind: ColumnKind, values: readonly GroupedCategory[]): Column {
  if (kind === "numeric") {
    return {
      kind,
      values: Float64Array.from(values, (value) => (typeof value === "number" ? value : Number.NaN)),
    };
  }
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const label = labelOf(value);
    const code = codeOf.get(label) ?? codeOf.size;
    codeOf.set(label, code);
    return code;
  });
  return { kind: "categorical", codes, categories: [...codeOf.keys()] };
}

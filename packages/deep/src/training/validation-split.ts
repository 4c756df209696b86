import type { Random } from "@strata-ml/core";

/**
 * Splits off a part of the rows for validation, at random, of each class the same part; a class with one row stays in
 * training. Undefined where no row would be left for either side.
 */
export function validationSplit(
  rows: number,
  fraction: number,
  random: Random,
  codes?: Int32Array,
): { readonly train: Int32Array; readonly validation: Int32Array } | undefined {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const code = codes?.[row] ?? 0;
    const group = groups.get(code);
    if (group) group.push(row);
    else groups.set(code, [row]);
  }
  const validation: number[] = [];
  for (const code of [...groups.keys()].sort((a, b) => a - b)) {
    const group = groups.get(code)!;
    const held = Math.min(group.length - 1, Math.round(group.length * fraction));
    random.shuffle(group);
    validation.push(...group.slice(0, held));
  }
  if (validation.length === 0) return undefined;
  const out = new Set(validation);
  const train = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !out.has(row));
  return { train, validation: Int32Array.from(validation.sort((a, b) => a - b)) };
}

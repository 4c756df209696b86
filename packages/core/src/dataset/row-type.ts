import { z } from "zod";
import { type CellType, cellTypeSchema } from "./cell-type.js";
import type { SequenceField } from "./column.js";

/**
 * What a field of rows is read as. A sequence is an array of steps, each an array of numbers in the order of `fields`
 * or an object by their names; a categorical field takes strings, and has the dictionary of those seen where it gives none.
 * A tensor is an array of numbers, nested or not. Values of sequences are stored as float32, see {@link sequence}.
 */
export type RowType =
  | CellType
  | { readonly kind: "sequence"; readonly fields: readonly (SequenceField | string)[] }
  | { readonly kind: "tensor"; readonly shape: readonly number[]; readonly names?: readonly string[] };

const fieldSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(["numeric", "categorical"]),
  categories: z.array(z.string()).readonly().optional(),
});
export const rowTypeSchema: z.ZodType<RowType> = z.union([
  cellTypeSchema,
  z.strictObject({
    kind: z.literal("sequence"),
    fields: z
      .array(z.union([z.string(), fieldSchema]))
      .min(1)
      .readonly(),
  }),
  z.strictObject({
    kind: z.literal("tensor"),
    shape: z.array(z.int().positive()).readonly(),
    names: z.array(z.string()).readonly().optional(),
  }),
]);

/** The type that a zod field has whatever its values are; undefined where it says too little. */
export function typeOfField(field: z.core.$ZodType): RowType | undefined {
  const { def } = (field as z.ZodType)._zod as unknown as { def: FieldDef };
  switch (def.type) {
    case "number":
    case "boolean":
    case "bigint":
    case "int":
      return "numeric";
    case "string":
      return def.format === "datetime" || def.format === "date" ? "timestamp" : "categorical";
    case "template_literal":
      return "categorical";
    case "date":
      return "timestamp";
    case "enum":
      return categoriesOf(Object.values(def.entries ?? {}));
    case "literal":
      return categoriesOf(def.values ?? []);
    case "optional":
    case "nullable":
    case "nonoptional":
    case "default":
    case "prefault":
    case "catch":
    case "readonly":
      return def.innerType && typeOfField(def.innerType);
    case "pipe":
      return def.out && typeOfField(def.out);
    default:
      return undefined;
  }
}

interface FieldDef {
  readonly type: string;
  readonly format?: string;
  readonly innerType?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly values?: readonly unknown[];
}

/** Strings make a closed dictionary, sorted as everywhere; numbers and booleans are numeric. */
function categoriesOf(values: readonly unknown[]): RowType | undefined {
  const strings = values.filter((value) => typeof value === "string");
  if (strings.length === 0) return "numeric";
  return strings.length === values.length
    ? { kind: "categorical", categories: [...new Set(strings)].sort() }
    : undefined;
}

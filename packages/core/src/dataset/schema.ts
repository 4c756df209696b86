import { z } from "zod";
import type { Column } from "./column.js";

/** What a column is for. `id` columns are carried along and never learned from. */
const roleSchema = z.enum(["feature", "target", "weight", "group", "time", "id"]);
export type Role = z.infer<typeof roleSchema>;
export const roleNames: readonly Role[] = roleSchema.options;

const named = { name: z.string(), role: roleSchema };
const names = z.array(z.string()).readonly().optional();
const sequenceFieldSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(["numeric", "categorical"]),
  categories: names,
});

/** A column without its values, as an artifact's manifest carries it. */
const columnSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...named, kind: z.literal("numeric") }),
  z.strictObject({ ...named, kind: z.literal("timestamp") }),
  z.strictObject({ ...named, kind: z.literal("text") }),
  z.strictObject({ ...named, kind: z.literal("categorical"), categories: z.array(z.string()).readonly() }),
  z.strictObject({
    ...named,
    kind: z.literal("sequence"),
    fields: z.array(sequenceFieldSchema).min(1).readonly(),
  }),
  z.strictObject({
    ...named,
    kind: z.literal("tensor"),
    shape: z.array(z.int().positive()).readonly(),
    names,
  }),
  z.strictObject({ ...named, kind: z.literal("sparse"), width: z.int().nonnegative(), names }),
]);
export type ColumnSchema = z.infer<typeof columnSchema>;

/** The columns of a dataset, in order, without their values. */
export type DatasetSchema = readonly ColumnSchema[];
export const datasetSchema = z.array(columnSchema).readonly();

/** The schema of one column. */
export function schemaOf(name: string, role: Role, column: Column): ColumnSchema {
  switch (column.kind) {
    case "categorical":
      return { name, role, kind: column.kind, categories: column.categories };
    case "sequence":
      return { name, role, kind: column.kind, fields: column.fields };
    case "tensor":
      return {
        name,
        role,
        kind: column.kind,
        shape: column.shape,
        ...(column.names && { names: column.names }),
      };
    case "sparse":
      return {
        name,
        role,
        kind: column.kind,
        width: column.width,
        ...(column.names && { names: column.names }),
      };
    default:
      return { name, role, kind: column.kind };
  }
}

import { z } from "zod";

/** Kinds of column that one cell of a text table or one field of a row can hold. */
const cellKindSchema = z.enum(["numeric", "categorical", "text", "timestamp"]);
export type CellKind = z.infer<typeof cellKindSchema>;

/** What a column is read as: a kind, or a categorical one with its dictionary, outside which a cell is an error. */
export const cellTypeSchema = z.union([
  cellKindSchema,
  z.strictObject({ kind: z.enum(["numeric", "text", "timestamp"]) }),
  z.strictObject({
    kind: z.literal("categorical"),
    categories: z
      .array(z.string())
      .min(1)
      .refine((list) => new Set(list).size === list.length, "must differ from each other")
      .readonly()
      .optional(),
  }),
]);
export type CellType = z.infer<typeof cellTypeSchema>;

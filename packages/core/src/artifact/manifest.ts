import { z } from "zod";
import { datasetSchema, type DatasetSchema } from "../dataset/schema.js";

/** Raised when an older library could not read what a newer one writes. */
export const FORMAT_VERSION = 1;

/** One model of the tree that an artifact holds: a pipeline's steps are its children. */
export interface ManifestNode {
  readonly type: string;
  readonly params: unknown;
  readonly features: DatasetSchema;
  readonly state: unknown;
  readonly children: Readonly<Record<string, ManifestNode>>;
}

export const manifestNodeSchema: z.ZodType<ManifestNode> = z.lazy(() =>
  z.strictObject({
    type: z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)+$/),
    params: z.unknown(),
    features: datasetSchema,
    state: z.unknown(),
    children: z.record(z.string(), manifestNodeSchema),
  }),
);

export const manifestSchema = z.strictObject({
  format: z.literal("strata"),
  formatVersion: z.int().positive(),
  libraryVersion: z.string(),
  model: manifestNodeSchema,
  /** SHA-256 of every tensor's bytes, by name. */
  hashes: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** SHA-256 of some bytes in hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

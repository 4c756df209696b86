import { z } from "zod";
import { datasetSchema, type DatasetSchema } from "../dataset/schema.js";
import { ArtifactError } from "../errors.js";
import { bytesOf, dtypeOf, dtypeSchema, type StoredTensor } from "./safetensors.js";

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

const manifestNodeSchema: z.ZodType<ManifestNode> = z.lazy(() =>
  z.strictObject({
    type: z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)+$/),
    params: z.unknown(),
    features: datasetSchema,
    state: z.unknown(),
    children: z.record(z.string(), manifestNodeSchema),
  }),
);

const manifestSchema = z.strictObject({
  format: z.literal("strata"),
  formatVersion: z.int().positive(),
  libraryVersion: z.string(),
  model: manifestNodeSchema,
  /** What each tensor must be, by name: nothing of the file is taken on trust. */
  tensors: z.record(
    z.string(),
    z.strictObject({
      dtype: dtypeSchema,
      shape: z.array(z.int().nonnegative()),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;

// Any later version must still say so here.
const headSchema = z.looseObject({ format: z.literal("strata"), formatVersion: z.int().positive() });

const owner = "artifact";

/** What the manifest says of a tensor. */
async function entryOf({ data, shape }: StoredTensor): Promise<Manifest["tensors"][string]> {
  return { dtype: dtypeOf(data), shape: [...shape], sha256: await sha256(bytesOf(data)) };
}

/** The manifest with an entry for each tensor, by name: the same model always gives the same bytes. */
export async function withTensors(
  manifest: Omit<Manifest, "tensors">,
  tensors: ReadonlyMap<string, StoredTensor>,
): Promise<Manifest> {
  const entries: [string, Manifest["tensors"][string]][] = [];
  for (const name of [...tensors.keys()].sort()) entries.push([name, await entryOf(tensors.get(name)!)]);
  return { ...manifest, tensors: Object.fromEntries(entries) };
}

/** Throws {@link ArtifactError} for a manifest that is foreign, from a newer format, or malformed. */
export function checkManifest(json: unknown): Manifest {
  const head = headSchema.safeParse(json);
  if (!head.success) throw new ArtifactError(owner, "the manifest must be one of Strata, received another");
  if (head.data.formatVersion > FORMAT_VERSION) {
    throw new ArtifactError(
      owner,
      `the format version must be at most ${FORMAT_VERSION}, received ${head.data.formatVersion}: update Strata`,
    );
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0].path.join(".");
  throw new ArtifactError(owner, `the manifest is malformed${at === "" ? "" : ` at ${at}`}`);
}

/** Throws {@link ArtifactError} unless the tensors are exactly those of the manifest. */
export async function checkTensors(
  manifest: Manifest,
  tensors: ReadonlyMap<string, StoredTensor>,
): Promise<void> {
  const names = Object.keys(manifest.tensors);
  if (names.length !== tensors.size)
    throw new ArtifactError(owner, `there must be ${names.length} tensors, received ${tensors.size}`);
  for (const name of names) {
    const tensor = tensors.get(name);
    if (tensor === undefined)
      throw new ArtifactError(owner, `tensor '${name}' must be in the file, received none`);
    const [want, got] = [manifest.tensors[name], await entryOf(tensor)];
    if (want.dtype !== got.dtype || want.shape.join() !== got.shape.join() || want.sha256 !== got.sha256)
      throw new ArtifactError(owner, `tensor '${name}' is damaged: it differs from what the manifest says`);
  }
}

/** SHA-256 of some bytes in hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

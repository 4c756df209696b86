import { ArtifactError, packSafetensors, type StoredTensor, unpackSafetensors } from "@strata-ml/core";
import { z } from "zod";
import type { Progress } from "./progress.js";

/** Where a fit saves its state after every epoch, to go on from there when it is called again. */
export interface CheckpointStore {
  /** What was written last; undefined before anything was. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces it, all of it or not at all. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Everything that training goes on from: with it, an interrupted fit ends with the same weights, bit for bit. */
export interface Snapshot {
  readonly progress: Progress;
  /** All weights as one vector, and what the optimizer remembers. */
  readonly weights: Float32Array;
  readonly slots: readonly Float32Array[];
  /** Weights of the best epoch so far; undefined where none are kept. */
  readonly best: Float32Array | undefined;
}

const infinite = z.number().nullable();
const losses = z.array(z.number());
const progressSchema = z.strictObject({
  epoch: z.int().min(1),
  steps: z.int().min(1),
  ended: z.boolean(),
  best: z.strictObject({ lowest: infinite, waited: z.int() }),
  plateau: z.strictObject({ rate: z.number(), lowest: infinite, waited: z.int(), cooling: z.int() }),
  history: z.strictObject({
    loss: losses,
    validationLoss: losses,
    learningRate: losses,
    metrics: z.record(z.string(), losses),
  }),
});

const limits = { maxHeaderBytes: 2 ** 26, maxTensors: 8 };

/** @param fit what names the fit: a snapshot of another one is refused. */
export function encodeSnapshot(fit: string, { progress, weights, slots, best }: Snapshot): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  const put = (name: string, data: Float32Array) => tensors.set(name, { data, shape: [data.length] });
  put("weights", weights);
  slots.forEach((slot, i) => put(`slot${i}`, slot));
  if (best) put("best", best);
  return packSafetensors(tensors, { fit, progress: JSON.stringify(progress) });
}

/** @throws ArtifactError for bytes that are damaged, or of another fit. */
export function decodeSnapshot(owner: string, fit: string, bytes: Uint8Array): Snapshot {
  const { metadata, tensors } = unpackSafetensors(bytes, limits);
  if (metadata.fit !== fit)
    throw new ArtifactError(
      owner,
      "the checkpoint must be of this fit, received one of other params, data or network: use another store",
    );
  const floats = (name: string): Float32Array | undefined => tensors.get(name)?.data as Float32Array;
  const parsed = progressSchema.safeParse(JSON.parse(metadata.progress ?? "null"));
  const weights = floats("weights");
  if (!parsed.success || weights === undefined)
    throw new ArtifactError(owner, "the checkpoint must hold the state of a fit, received something else");
  const { best, plateau, ...rest } = parsed.data;
  const open = <T extends { lowest: number | null }>(state: T) => ({
    ...state,
    lowest: state.lowest ?? Number.POSITIVE_INFINITY,
  });
  const slots: Float32Array[] = [];
  for (let slot = floats("slot0"); slot !== undefined; slot = floats(`slot${slots.length}`)) slots.push(slot);
  return {
    progress: { ...rest, best: open(best), plateau: open(plateau) },
    weights,
    slots,
    best: floats("best"),
  };
}

/**
 * A checkpoint in a file, which is replaced only when the next one is complete.
 *
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 * const checkpoint = fileCheckpoint("fits/clicks.safetensors");
 * // Interrupted, the same line goes on from the last whole epoch.
 * const model = await new NeuralClassifier({ epochs: 500 }).fit(data, { checkpoint });
 */
export function fileCheckpoint(path: string): CheckpointStore {
  return {
    async read() {
      const { readFile } = await import("node:fs/promises");
      try {
        return await readFile(path);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw new ArtifactError("fileCheckpoint", `'${path}' must be a file that can be read`, { cause });
      }
    },
    async write(bytes) {
      const { replaceFile } = await import("@strata-ml/core/node");
      try {
        await replaceFile(path, bytes);
      } catch (cause) {
        throw new ArtifactError("fileCheckpoint", `'${path}' must be a path that can be written`, { cause });
      }
    },
  };
}

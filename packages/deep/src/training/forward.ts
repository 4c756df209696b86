import { add, type Tensor, tensor, tidy } from "../backend/tensors.js";
import type { Network } from "../network/network.js";
import type { EncodedRows } from "../preprocessing/feature-encoder.js";
import { uploadFeeds } from "./train-step.js";

/** Rows that go through a network at a time in prediction. */
const chunk = 512;

/**
 * Calls `run` for a chunk of rows at a time, with their input tensors, and `take` with what it gave, read back. No
 * tensor outlives a call.
 */
export async function forEachChunk(
  encoded: EncodedRows,
  run: (feeds: ReadonlyMap<string, Tensor>, rows: Int32Array) => Tensor,
  take: (values: Float32Array, from: number) => void,
  breathe: () => Promise<void>,
): Promise<void> {
  for (let from = 0; from < encoded.rows; from += chunk) {
    const rows = Int32Array.from({ length: Math.min(chunk, encoded.rows - from) }, (_, i) => from + i);
    const out = tidy(() => run(uploadFeeds(encoded.batch(rows)), rows));
    try {
      take((await out.data()) as Float32Array, from);
    } finally {
      out.dispose();
    }
    await breathe();
  }
}

/** A layer's values, or the network's output where none is named, for every row: rows x width, row-major. */
export async function forward(
  network: Network,
  weights: ReadonlyMap<string, Tensor>,
  encoded: EncodedRows,
  { layer, offset, owner, breathe = async () => {} }: ForwardOptions,
): Promise<Float64Array> {
  const width = layer === undefined ? offset.length : network.widthOf(owner, layer);
  const out = new Float64Array(encoded.rows * width);
  await forEachChunk(
    encoded,
    (feeds) =>
      layer === undefined
        ? add(network.run({ feeds, weights }), tensor(offset, [offset.length]))
        : network.runLayer(owner, layer, { feeds, weights }),
    (values, from) => out.set(values, from * width),
    breathe,
  );
  return out;
}

export interface ForwardOptions {
  readonly owner: string;
  readonly layer?: string;
  /** Added to the network's outputs. */
  readonly offset: Float32Array;
  /** Called between chunks. */
  readonly breathe?: () => Promise<void>;
}

import type { Matrix } from "@strata-ml/core";
import { add, type Tensor, tensor, tidy } from "../backend/tensors.js";
import type { Network } from "../network/network.js";
import type { EncodedRows } from "../preprocessing/feature-encoder.js";
import type { RowLoss } from "./losses/row-loss.js";
import { networkLosses } from "./network-losses.js";
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
  size = chunk,
): Promise<void> {
  return inChunks(encoded.rows, (rows) => run(uploadFeeds(encoded.batch(rows)), rows), take, breathe, size);
}

/** The same for rows that are not encoded. */
async function inChunks(
  count: number,
  run: (rows: Int32Array) => Tensor,
  take: (values: Float32Array, from: number) => void,
  breathe: () => Promise<void>,
  size = chunk,
): Promise<void> {
  for (let from = 0; from < count; from += size) {
    const rows = Int32Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i);
    const out = tidy(() => run(rows));
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

/** The network's output from values of a named layer, for every row: rows x outputs, row-major. */
export async function forwardFrom(
  network: Network,
  weights: ReadonlyMap<string, Tensor>,
  layer: string,
  given: Matrix,
  { offset, owner, breathe = async () => {} }: Omit<ForwardOptions, "layer">,
): Promise<Float64Array> {
  const out = new Float64Array(given.rows * offset.length);
  const pass = { feeds: new Map<string, Tensor>(), weights };
  await inChunks(
    given.rows,
    (rows) => {
      const from = rows[0] * given.columns;
      const part = Float32Array.from(given.data.subarray(from, from + rows.length * given.columns));
      const values = tensor(part, [rows.length, given.columns]);
      return add(network.runFrom(owner, layer, values, pass), tensor(offset, [offset.length]));
    },
    (values, from) => out.set(values, from * offset.length),
    breathe,
  );
  return out;
}

/** The loss of every row as in prediction, with what layers add to it. `targets` are rows x a width that the loss takes. */
export async function rowLosses(
  network: Network,
  weights: ReadonlyMap<string, Tensor>,
  { encoded, targets }: { readonly encoded: EncodedRows; readonly targets: Float32Array },
  loss: RowLoss,
  { offset, breathe = async () => {} }: Omit<ForwardOptions, "layer">,
): Promise<Float32Array> {
  const out = new Float32Array(encoded.rows);
  const width = targets.length / Math.max(1, encoded.rows);
  await forEachChunk(
    encoded,
    (feeds, rows) => {
      const part = targets.subarray(rows[0] * width, (rows[0] + rows.length) * width);
      const shift = tensor(offset, [offset.length]);
      const own = tensor(part, [rows.length, width]);
      return networkLosses(network, { feeds, weights }, shift, loss, own).losses;
    },
    (values, from) => out.set(values, from),
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

import { concat, dispose, mul, tensor } from "../backend/tensors.js";
import { gradientsOf } from "../backend/gradients.js";
import type { Network } from "../network/network.js";
import type { Judge } from "./evaluation.js";
import { forEachChunk } from "./forward.js";
import { networkLosses } from "./network-losses.js";
import { flattened } from "./train-step.js";
import type { TrainingRows } from "./training-rows.js";

/** Rows at a time: more than in prediction, since each chunk's gradient is read back. */
const chunkRows = 2048;

/**
 * The sum of the weighted losses of all rows, as in prediction: without dropout, and without what layers add while training
 * alone. Its gradient by the trained weights is added to `gradient`. Rows come in chunks, so that memory is bounded, which
 * are summed in float64. No tensor outlives the call.
 */
export async function summedLosses(
  network: Network,
  { loss, offset }: Pick<Judge, "loss" | "offset">,
  weights: Float32Array,
  { encoded, targets, weights: rowWeights }: TrainingRows,
  gradient: Float64Array,
  breathe: () => Promise<void>,
): Promise<number> {
  const tensors = network.layout.upload(weights);
  const trained = network.layout.weights
    .filter(({ trainable }) => trainable)
    .map(({ name }) => tensors.get(name)!);
  const width = targets.length / rowWeights.length;
  let sum = 0;
  try {
    await forEachChunk(
      encoded,
      (feeds, chunk) => {
        const { length } = chunk;
        const from = chunk[0];
        const shift = tensor(offset, [offset.length]);
        const own = tensor(targets.subarray(from * width, (from + length) * width), [length, width]);
        const shares = tensor(rowWeights.subarray(from, from + length));
        const { value, gradients } = gradientsOf(
          () => mul(networkLosses(network, { feeds, weights: tensors }, shift, loss, own).losses, shares),
          trained,
        );
        // Side by side, so that a chunk is read back once.
        return concat([flattened(trained, gradients), value], 0);
      },
      (values) => {
        for (let i = 0; i < gradient.length; i++) gradient[i] += values[i];
        for (let i = gradient.length; i < values.length; i++) sum += values[i];
      },
      breathe,
      chunkRows,
    );
  } finally {
    dispose([...tensors.values()]);
  }
  return sum;
}

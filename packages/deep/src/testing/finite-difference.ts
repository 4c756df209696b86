import { loadGradients } from "../backend/gradients.js";
import { engine, mul, sum, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { taken } from "./taken.js";

/** An array of normal-like numbers, the same in every run. */
export function wave(size: number, phase = 0): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => Math.sin(1.7 * i + phase) + 0.5 * Math.cos(3.1 * i * i + phase),
  );
}

/**
 * The largest difference between a function's gradients, as the backend in use gives them, and central differences,
 * over every element of every input, relative to the largest gradient. Outputs are summed with fixed unequal weights.
 */
export async function gradientError(
  shapes: readonly (readonly number[])[],
  f: (...inputs: Tensor[]) => Tensor,
  { step = 1e-2, scale = 1 }: { readonly step?: number; readonly scale?: number } = {},
): Promise<number> {
  await loadGradients();
  const values = shapes.map((shape, i) =>
    wave(
      shape.reduce((a, b) => a * b, 1),
      i,
    ).map((x) => x * scale),
  );
  const upload = (arrays: readonly Float32Array[]): Tensor[] =>
    arrays.map((array, i) => tensor(array, [...shapes[i]]));
  const weighted = (out: Tensor): Tensor => mul(out, tensor(wave(out.size, 9), out.shape));
  const value = async (arrays: readonly Float32Array[]): Promise<number> => {
    const [terms] = await taken([tidy(() => weighted(f(...upload(arrays))))]);
    return Array.from(terms).reduce((a, b) => a + b, 0);
  };
  const gradients = await taken(
    tidy(() => {
      const inputs = upload(values);
      return engine().gradients(() => sum(weighted(f(...inputs))), inputs).grads;
    }),
  );
  let worst = 0;
  let largest = 0;
  for (const [i, array] of values.entries()) {
    for (let k = 0; k < array.length; k++) {
      const moved = (by: number): Promise<number> =>
        value(values.map((other, at) => (at === i ? other.map((x, j) => (j === k ? x + by : x)) : other)));
      const numeric = ((await moved(step)) - (await moved(-step))) / (2 * step);
      worst = Math.max(worst, Math.abs(numeric - gradients[i][k]));
      largest = Math.max(largest, Math.abs(numeric));
    }
  }
  return worst / largest;
}

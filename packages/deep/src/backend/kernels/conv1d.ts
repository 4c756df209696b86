import type { NamedAttrMap, TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";

export const CONV1D = "StrataConv1d";
export const CONV1D_GRADIENT = "StrataConv1dGradient";

/** Windows of neighbours, one a step, and whether negative sums become zeros. */
interface Conv1dAttributes {
  readonly size: number;
  /** Window o begins at step o - left; `left` is below `size`. */
  readonly left: number;
  /** How many windows there are, at most as many as steps and `left`, or one. */
  readonly count: number;
  readonly relu: boolean;
}

function sizesOf(x: TensorInfo, kernel: TensorInfo, attrs: NamedAttrMap): readonly [...Sizes] {
  const { size, left, count } = attrs as unknown as Conv1dAttributes;
  const [rows, steps, width] = x.shape;
  return [rows, steps, width, size, left, count, kernel.shape[1]];
}
type Sizes = [number, number, number, number, number, number, number];

/**
 * A convolution over steps by the compiled kernel, which wasm alone has: `x` rows x steps x width, `mask` rows x steps, whose
 * zeros count as steps of zeros, `kernel` (size width) x filters and `bias`, if given, to rows x count x filters.
 */
export const conv1dKernel: HostKernel = {
  name: CONV1D,
  run(memory, { x, mask, kernel, bias }: Record<string, TensorInfo | undefined>, attrs): TensorInfo {
    const sizes = sizesOf(x!, kernel!, attrs);
    const [rows, , width, size, , count, filters] = sizes;
    const out = memory.create([rows, count, filters], "float32");
    const bytes = memory.native!.multiplyScratch();
    const scratch = memory.scratch(bytes + 4 * (count + size - 1) * width);
    const [from, real, weights, to] = [x!, mask!, kernel!, out].map((info) => memory.address(info));
    memory.native!.conv1d(
      ...([from, real, weights, bias ? memory.address(bias) : 0, to, ...sizes] as const),
      ...([attrs.relu ? 0 : -Infinity, scratch + bytes, scratch] as const),
    );
    return out;
  },
};

/** Gradient of {@link conv1dKernel} for `x`, `kernel` and the bias, whether there is one or not. */
export const conv1dGradientKernel: HostKernel = {
  name: CONV1D_GRADIENT,
  run(memory, { dy, out, x, mask, kernel }, attrs): TensorInfo[] {
    const sizes = sizesOf(x, kernel, attrs);
    const [, steps, width, size, , count, filters] = sizes;
    const [dx, dKernel, dBias] = [x.shape, kernel.shape, [filters]].map((shape) =>
      memory.create(shape, "float32"),
    );
    const bytes = memory.native!.multiplyScratch();
    const numbers = (count + size - 1) * width + size * filters * width + (steps + size + 1) * filters;
    const scratch = memory.scratch(2 * bytes + 4 * numbers);
    const at = (info: TensorInfo): number => memory.address(info);
    memory.native!.conv1dGradient(
      ...([at(dy), attrs.relu ? at(out) : 0, at(x), at(mask), at(kernel)] as const),
      ...([at(dx), at(dKernel), at(dBias), ...sizes, scratch + 2 * bytes, scratch, scratch + bytes] as const),
    );
    return [dx, dKernel, dBias];
  },
};

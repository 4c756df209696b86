import { FOLD, UNFOLD, type Windows } from "../backend/kernels/windows.js";
import { hasKernel } from "../backend/has-kernel.js";
import {
  add,
  concat,
  customGrad,
  engine,
  expandDims,
  gather,
  type GradSaveFunc,
  mul,
  pad,
  reshape,
  slice,
  type Tensor,
  tensor,
} from "../backend/tensors.js";
import { checkOneOf, checkWhole, type OptionOf } from "./check-option.js";

export type Padding = "valid" | "same" | "causal";

/** What a layer that slides over steps takes. */
export interface WindowOptions {
  /** How many steps lie between two windows; default 1. */
  readonly strides?: number;
  /** How many steps lie between two steps that a window sees; default 1. */
  readonly dilation?: number;
  /**
   * `valid` windows lie within the steps, `same` ones see steps on both sides and `causal` ones only earlier steps.
   * Default same.
   */
  readonly padding?: Padding;
}

interface Sliding extends Required<WindowOptions> {
  readonly size: number;
}

/** A layer's windows, its options checked. */
export function sliding(
  of: OptionOf,
  name: string,
  size: number,
  { strides = 1, dilation = 1, padding = "same" }: WindowOptions,
): Sliding {
  checkWhole(of, name, size);
  checkWhole(of, "strides", strides);
  checkWhole(of, "dilation", dilation);
  checkOneOf(of, "padding", ["valid", "same", "causal"], padding);
  return { size, strides, dilation, padding };
}

/**
 * Windows over so many steps. Where those of padding `same` start depends on size and stride alone, so that steps added
 * for other rows of a batch change nothing: as in TensorFlow where strides divide the steps. There is at least one
 * window, which may see nothing real.
 */
export function windowsOver(steps: number, { size, strides: stride, dilation, padding }: Sliding): Windows {
  const span = (size - 1) * dilation + 1;
  const shape = { size, stride, dilation };
  if (padding === "valid")
    return { ...shape, left: 0, count: Math.max(1, Math.floor((steps - span) / stride) + 1) };
  const left = padding === "causal" ? span - 1 : Math.max(0, span - stride) >> 1;
  return { ...shape, left, count: Math.ceil(steps / stride) };
}

/**
 * Which windows are real: those that the row would have by itself, without padding behind it. A `valid` one is real
 * where the last step that it sees is, any other where the step is at which it stands (the stride's first).
 */
export function windowMask(mask: Tensor, windows: Windows, padding: Padding): Tensor {
  const { size, stride, dilation, count } = windows;
  if (padding !== "valid" && stride === 1) return mask;
  const first = padding === "valid" ? (size - 1) * dilation : 0;
  const steps = Int32Array.from({ length: count }, (_, o) => first + o * stride);
  const beyond = Math.max(0, steps[count - 1] + 1 - mask.shape[1]!);
  const padded = pad(mask, [
    [0, 0],
    [0, beyond],
  ]);
  return gather(padded, tensor(steps, [count], "int32"), 1);
}

/** What each window sees: rows x steps x width to rows x count x (size width), zeros outside and where the mask is 0. */
export function unfold(x: Tensor, mask: Tensor | undefined, windows: Windows): Tensor {
  if (!hasKernel(UNFOLD)) return composedUnfold(x, mask, windows);
  const steps = x.shape[1]!;
  return customGrad((...inputs) => {
    // Saved, since a mask that was made on the way is gone by then.
    (inputs[1] as GradSaveFunc)(mask === undefined ? [] : [mask]);
    return {
      value: run(UNFOLD, { x: inputs[0] as Tensor, ...(mask && { mask }) }, { ...windows }),
      gradFunc: (dy: Tensor, [real]: Tensor[]) =>
        run(FOLD, { x: dy, ...(mask && { mask: real }) }, { ...windows, steps }),
    };
  })(x);
}

/** What all windows (rows x count x (size width)) have at each of so many steps, added up: rows x steps x width. */
export function fold(x: Tensor, steps: number, windows: Windows): Tensor {
  if (!hasKernel(FOLD)) return composedFold(x, steps, windows);
  return customGrad((...inputs) => ({
    value: run(FOLD, { x: inputs[0] as Tensor }, { ...windows, steps }),
    gradFunc: (dy: Tensor) => run(UNFOLD, { x: dy }, { ...windows }),
  }))(x);
}

function run(kernel: string, inputs: Record<string, Tensor>, attributes: Record<string, number>): Tensor {
  return engine().runKernel<Tensor>(kernel, inputs, attributes);
}

/** {@link unfold} by ordinary operations. */
export function composedUnfold(x: Tensor, mask: Tensor | undefined, windows: Windows): Tensor {
  const { size, stride, dilation, left, count } = windows;
  const [rows, steps, width] = x.shape;
  const real = mask === undefined ? x : mul(x, expandDims(mask, 2));
  const right = Math.max(0, (size - 1) * dilation + count * stride - left - steps);
  const padded = padSteps(real, left, right);
  const taps = Array.from({ length: size }, (_, k) => {
    const run = slice(padded, [0, k * dilation, 0], [rows, count * stride, width]);
    return stride === 1
      ? run
      : slice(reshape(run, [rows, count, stride * width]), [0, 0, 0], [rows, count, width]);
  });
  return concat(taps, 2);
}

/** {@link fold} by ordinary operations. */
export function composedFold(x: Tensor, steps: number, windows: Windows): Tensor {
  const { size, stride, dilation, left, count } = windows;
  const rows = x.shape[0];
  const width = x.shape[2]! / size;
  const length = Math.max((size - 1) * dilation + count * stride, left + steps);
  const spread = Array.from({ length: size }, (_, k) => {
    const tap = slice(x, [0, 0, k * width], [rows, count, width]);
    const apart = reshape(
      pad(tap, [
        [0, 0],
        [0, 0],
        [0, (stride - 1) * width],
      ]),
      [rows, count * stride, width],
    );
    return padSteps(apart, k * dilation, length - k * dilation - count * stride);
  });
  const sums = spread.reduce((sum, term) => add(sum, term));
  return slice(sums, [0, left, 0], [rows, steps, width]);
}

function padSteps(x: Tensor, left: number, right: number): Tensor {
  return pad(x, [
    [0, 0],
    [left, right],
    [0, 0],
  ]);
}

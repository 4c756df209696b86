import type { NamedAttrMap, TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import type { HostMemory } from "./host-memory.js";

export const UNFOLD = "StrataUnfold";
export const FOLD = "StrataFold";

/** Windows over steps: the k-th tap of window o lies on step o stride - left + k dilation, which may be outside. */
export interface Windows {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly left: number;
  /** How many windows there are. */
  readonly count: number;
}

/** Calls `visit` for every tap of one row that lies on a step that is there, counting both from the row's first. */
function forEachTap(
  { size, stride, dilation, left, count }: Windows,
  steps: number,
  visit: (step: number, tap: number) => void,
): void {
  for (let o = 0, tap = 0; o < count; o++) {
    for (let k = 0, t = o * stride - left; k < size; k++, t += dilation, tap++) {
      if (t >= 0 && t < steps) visit(t, tap);
    }
  }
}

/** The taps of one row as a flat list of (step, tap) pairs. */
function tapsOf(windows: Windows, steps: number): Int32Array {
  const taps: number[] = [];
  forEachTap(windows, steps, (step, tap) => taps.push(step, tap));
  return Int32Array.from(taps);
}

/**
 * Calls `visit` with where a tap's numbers lie among steps and among windows, for every tap of every row on a step that is
 * there and that the mask (rows x steps, if given) leaves.
 */
function forEachRun(
  memory: HostMemory,
  mask: TensorInfo | undefined,
  windows: Windows,
  [rows, steps, width]: readonly [number, number, number],
  visit: (step: number, tap: number) => void,
): void {
  const real = mask && memory.floats(mask);
  const taps = tapsOf(windows, steps);
  const perRow = windows.count * windows.size;
  for (let b = 0; b < rows; b++) {
    for (let i = 0; i < taps.length; i += 2) {
      const step = b * steps + taps[i];
      if (real && real[step] === 0) continue;
      visit(step * width, (b * perRow + taps[i + 1]) * width);
    }
  }
}

const windowsOf = (attrs: NamedAttrMap): Windows => attrs as unknown as Windows;

/**
 * What each window sees: rows x steps x width to rows x count x (size width). Taps outside, and on steps that the mask
 * (rows x steps, if given) leaves out, are zeros.
 */
export const unfoldKernel: HostKernel = {
  name: UNFOLD,
  run(memory, { x, mask }: Record<string, TensorInfo | undefined>, attrs): TensorInfo {
    const windows = windowsOf(attrs);
    const [rows, steps, width] = x!.shape;
    const out = memory.create([rows, windows.count, windows.size * width], "float32", "zero");
    const [from, to] = [memory.floats(x!), memory.floats(out)];
    forEachRun(memory, mask, windows, [rows, steps, width], (step, tap) => {
      for (let c = 0; c < width; c++) to[tap + c] = from[step + c];
    });
    return out;
  },
};

/**
 * The gradient of {@link unfoldKernel}, and the other way round: what all windows have at a step, added up. `steps` are
 * as many as come out.
 */
export const foldKernel: HostKernel = {
  name: FOLD,
  run(memory, { x, mask }: Record<string, TensorInfo | undefined>, attrs): TensorInfo {
    const windows = windowsOf(attrs);
    const steps = attrs.steps as number;
    const rows = x!.shape[0];
    const width = x!.shape[2] / windows.size;
    const out = memory.create([rows, steps, width], "float32", "zero");
    const [from, to] = [memory.floats(x!), memory.floats(out)];
    forEachRun(memory, mask, windows, [rows, steps, width], (step, tap) => {
      for (let c = 0; c < width; c++) to[step + c] += from[tap + c];
    });
    return out;
  },
};

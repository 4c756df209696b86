// Convolution over steps with neighbouring windows. A row's windows are rows of a matrix that overlap in memory: nothing is
// copied out for them but the row itself, with zeros at both ends.
import { multiply, packedBefore, staysPacked } from "./multiply";
import { addRow } from "./sum";

const none: f32 = -Infinity;

/** One row's steps, zeros where the mask is, from step `left` on of `total`. */
function padRow(x: usize, mask: usize, out: usize, steps: i32, left: i32, total: i32, width: i32): void {
  const size = (<usize>width) << 2;
  memory.fill(out, 0, size * total);
  const end = min(steps, total - left);
  for (let t = 0; t < end; t++) {
    if (load<f32>(mask + ((<usize>t) << 2)) != 0) memory.copy(out + size * (left + t), x + size * t, size);
  }
}

/**
 * rows x steps x width to rows x count x filters: window o begins at step o - left.
 *
 * @param kernel (size width) x filters
 * @param bias filters, or 0 for none
 * @param least smaller numbers become it
 * @param padded (count + size - 1) x width of scratch
 */
export function conv1d(
  x: usize,
  mask: usize,
  kernel: usize,
  bias: usize,
  out: usize,
  rows: i32,
  steps: i32,
  width: i32,
  size: i32,
  left: i32,
  count: i32,
  filters: i32,
  least: f32,
  padded: usize,
  scratch: usize,
): void {
  const stepSize = (<usize>width) << 2;
  const filterSize = (<usize>filters) << 2;
  const stays = staysPacked(count, size * width, filters);
  for (let b = 0; b < rows; b++) {
    const from = x + stepSize * (b * steps);
    padRow(from, mask + ((<usize>(b * steps)) << 2), padded, steps, left, count + size - 1, width);
    multiply(
      padded,
      stepSize,
      4,
      kernel,
      stays && b > 0 ? packedBefore : filterSize,
      4,
      out + filterSize * (b * count),
      filterSize,
      bias,
      0,
      count,
      size * width,
      filters,
      least,
      scratch,
    );
  }
}

/**
 * The gradient for `x`, the kernel and the bias (0 for none).
 *
 * @param out what came out, where numbers at the floor of zero take no gradient; 0 where there was no floor
 * @param room scratch: (count + size - 1) x width, then size x filters x width, then (steps + size - 1) x filters numbers, then
 * filters f64
 * @param otherScratch for the second of two products that take turns
 */
export function conv1dGradient(
  dy: usize,
  out: usize,
  x: usize,
  mask: usize,
  kernel: usize,
  dx: usize,
  dKernel: usize,
  dBias: usize,
  rows: i32,
  steps: i32,
  width: i32,
  size: i32,
  left: i32,
  count: i32,
  filters: i32,
  room: usize,
  scratch: usize,
  otherScratch: usize,
): void {
  const stepSize = (<usize>width) << 2;
  const filterSize = (<usize>filters) << 2;
  const stays = staysPacked(steps, size * filters, width);
  const padded = room;
  const flipped = padded + stepSize * (count + size - 1);
  const dPadded = flipped + stepSize * (size * filters);
  const sums = dPadded + filterSize * (steps + size - 1);
  flip(kernel, flipped, size, width, filters);
  memory.fill(dKernel, 0, filterSize * (size * width));
  memory.fill(sums, 0, (<usize>filters) << 3);
  memory.fill(dPadded, 0, filterSize * (steps + size - 1));
  // The gradient of window o lies where a window over it that ends there gives the gradient of step o - left + size - 1.
  const dRow = dPadded + filterSize * (size - 1 - left);
  for (let b = 0; b < rows; b++) {
    const at = filterSize * (b * count);
    memory.copy(dRow, dy + at, filterSize * count);
    if (out != 0) dropFloored(dRow, out + at, count * filters);
    const real = mask + ((<usize>(b * steps)) << 2);
    padRow(x + stepSize * (b * steps), real, padded, steps, left, count + size - 1, width);
    multiply(
      padded,
      4,
      stepSize,
      dRow,
      filterSize,
      4,
      dKernel,
      filterSize,
      dKernel,
      filterSize,
      size * width,
      count,
      filters,
      none,
      scratch,
    );
    const to = dx + stepSize * (b * steps);
    multiply(
      dPadded,
      filterSize,
      4,
      flipped,
      stays && b > 0 ? packedBefore : stepSize,
      4,
      to,
      stepSize,
      0,
      0,
      steps,
      size * filters,
      width,
      none,
      otherScratch,
    );
    for (let t = 0; t < steps; t++) {
      if (load<f32>(real + ((<usize>t) << 2)) == 0) memory.fill(to + stepSize * t, 0, stepSize);
    }
    if (dBias != 0) for (let o = 0; o < count; o++) addRow(sums, dRow + filterSize * o, filters);
  }
  if (dBias != 0) {
    for (let f = 0; f < filters; f++)
      store<f32>(dBias + ((<usize>f) << 2), <f32>load<f64>(sums + ((<usize>f) << 3)));
  }
}

/** The kernel with its taps the other way round, filters by width: what a gradient is convolved with. */
function flip(kernel: usize, out: usize, size: i32, width: i32, filters: i32): void {
  for (let q = 0; q < size; q++) {
    for (let c = 0; c < width; c++) {
      const from = kernel + ((<usize>(((size - 1 - q) * width + c) * filters)) << 2);
      for (let f = 0; f < filters; f++) {
        store<f32>(
          out + ((<usize>((q * filters + f) * width + c)) << 2),
          load<f32>(from + ((<usize>f) << 2)),
        );
      }
    }
  }
}

/** Zeros where what came out is not above zero. */
export function dropFloored(d: usize, out: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(d + at, v128.and(v128.load(d + at), f32x4.gt(v128.load(out + at), zero)));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    if (!(load<f32>(out + at) > 0)) store<f32>(d + at, 0);
  }
}

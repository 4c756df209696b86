// Categories of which there are more than bins: their sums of derivatives, by which a tree's bins are shared out.

import { arg, shareStart } from "./arguments";

/**
 * Sums gradients and hessians by category. A feature's rows are summed in their order by one thread, so that sums do not
 * depend on the threads.
 *
 * Arguments: features, places (i32, features x rows; negative is missing), rows, gradients and hessians (f32 pairs), where
 * each feature's sums go (u32 a feature; f64 pairs, cleared).
 */
export function sumCategories(thread: i32, threads: i32): void {
  const rows = arg(2);
  const pairs = arg(3);
  const to = shareStart(<i32>arg(0), thread + 1, threads);
  for (let f = shareStart(<i32>arg(0), thread, threads); f < to; f++) {
    const places = arg(1) + <usize>f * (rows << 2);
    const sums = <usize>load<u32>(arg(4) + ((<usize>f) << 2));
    for (let i: usize = 0; i < rows; i++) {
      const place = load<i32>(places + (i << 2));
      if (place < 0) continue;
      const at = sums + ((<usize>place) << 4);
      store<f64>(at, load<f64>(at) + <f64>load<f32>(pairs + (i << 3)));
      store<f64>(at, load<f64>(at, 8) + <f64>load<f32>(pairs + (i << 3), 4), 8);
    }
  }
}

/**
 * Writes the bins that categories have in a tree. Arguments: features, places (as above), rows, the bin of each place
 * (u32 a feature: u8 a place), number of each feature (i32), bins by row, features in all, bins by column.
 */
export function rebinCategories(thread: i32, threads: i32): void {
  const rows = <i32>arg(2);
  const all = arg(6);
  const to = shareStart(rows, thread + 1, threads);
  const from = shareStart(rows, thread, threads);
  for (let f: usize = 0; f < arg(0); f++) {
    const places = arg(1) + f * ((<usize>rows) << 2);
    const bins = <usize>load<u32>(arg(3) + (f << 2));
    const feature = <usize>load<i32>(arg(4) + (f << 2));
    const column = arg(7) + feature * <usize>rows;
    for (let i = from; i < to; i++) {
      const place = load<i32>(places + ((<usize>i) << 2));
      if (place < 0) continue;
      const bin = load<u8>(bins + <usize>place);
      store<u8>(column + <usize>i, bin);
      store<u8>(arg(5) + <usize>i * all + feature, bin);
    }
  }
}

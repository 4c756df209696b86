/** Index of the first of ascending values that is >= `value`. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const at = (low + high) >> 1;
    if (sorted[at] < value) low = at + 1;
    else high = at;
  }
  return low;
}

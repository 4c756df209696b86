/** Index of the first of ascending values, from `low` to before `high`, that is >= `value`; `high` where none is. */
export function lowerBound(sorted: Float64Array, value: number, low = 0, high = sorted.length): number {
  let from = low;
  let to = high;
  while (from < to) {
    const at = (from + to) >> 1;
    if (sorted[at] < value) from = at + 1;
    else to = at;
  }
  return from;
}

/** These rows in ascending order of their value, missing ones last, equal ones as they came. */
export function sortedRows(column: Float64Array, rows: Int32Array): Int32Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]];
  const sorted = values.slice().sort();
  // Sorting row numbers by rank keeps the comparisons native: keys are whole numbers below 2^53.
  const keys = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) keys[i] = rank(sorted, values[i]) * rows.length + i;
  keys.sort();
  const out = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = rows[keys[i] % rows.length];
  return out;
}

/** How many of the sorted values are below this one; NaN ranks above all numbers. */
function rank(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (Number.isNaN(value) && !Number.isNaN(sorted[middle]))) low = middle + 1;
    else high = middle;
  }
  return low;
}

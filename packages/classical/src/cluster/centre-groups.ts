import type { Centres } from "./points.js";

/**
 * Centres sorted into groups: those of group g are `order[first[g]]` to `order[first[g + 1] - 1]`, ascending and
 * filled up with -1, so that every group starts at a multiple of four.
 */
export interface CentreGroups {
  readonly order: Int32Array;
  readonly first: Int32Array;
}

/** At most `most` groups of centres near each other, by a few rounds of k-means among them. None is empty. */
export function groupCentres({ count, data }: Centres, p: number, most: number): CentreGroups {
  const groupOf = new Int32Array(count);
  const middle = new Float64Array(most * p);
  for (let g = 0; g < most; g++) {
    const seed = Math.floor((g * count) / most);
    middle.set(data.subarray(seed * p, (seed + 1) * p), g * p);
  }
  const rounds = most > 1 ? 5 : 0;
  for (let round = 0; round < rounds; round++) {
    const sizes = new Float64Array(most);
    const sums = new Float64Array(most * p);
    for (let k = 0; k < count; k++) {
      let least = Number.POSITIVE_INFINITY;
      for (let g = 0; g < most; g++) {
        let squares = 0;
        for (let j = 0; j < p; j++) squares += (data[k * p + j] - middle[g * p + j]) ** 2;
        if (squares < least) {
          least = squares;
          groupOf[k] = g;
        }
      }
      sizes[groupOf[k]]++;
      for (let j = 0; j < p; j++) sums[groupOf[k] * p + j] += data[k * p + j];
    }
    for (let g = 0; g < most; g++)
      if (sizes[g] > 0) for (let j = g * p; j < (g + 1) * p; j++) middle[j] = sums[j] / sizes[g];
  }
  const order: number[] = [];
  const first = [0];
  for (let g = 0; g < most; g++) {
    const before = order.length;
    groupOf.forEach((group, k) => group === g && order.push(k));
    while (order.length % 4 !== 0) order.push(-1);
    if (order.length > before) first.push(order.length);
  }
  return { order: Int32Array.from(order), first: Int32Array.from(first) };
}

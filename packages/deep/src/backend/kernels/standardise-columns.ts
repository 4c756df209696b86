import type { StandardiseAttributes, StandardiseGradientPass, StandardisePass } from "./standardise.js";

/**
 * Standardises numbers that belong together across places: sums are kept by unit while whole places are walked
 * through, and only then put together by group.
 */
export function standardiseColumns(attrs: StandardiseAttributes, pass: StandardisePass): void {
  const { outer, places, groups, members, epsilon, centred } = attrs;
  const { x, z, means, variances, mask } = pass;
  const width = groups * members;
  const [pivots, sums, squares] = [0, 1, 2].map(() => new Float64Array(width));
  for (let o = 0; o < outer; o++) {
    const first = o * places;
    // Squares are taken around a number of the data, so that those of far ones keep their digits.
    const pivot = centred ? firstReal(mask, first, places) : -1;
    for (let j = 0; j < width; j++) pivots[j] = pivot < 0 ? 0 : x[pivot * width + j - (j % members)];
    sums.fill(0);
    squares.fill(0);
    forEachReal(mask, first, places, (p, four) => addUp(sums, squares, x, pivots, p * width, four));
    const count = countOf(attrs, mask, first);
    byGroup(sums, members, count);
    byGroup(squares, members, count);
    for (let j = 0; j < width; j++) {
      const offset = centred ? sums[j] : 0;
      const mean = pivots[j] + offset;
      const variance = Math.max(0, squares[j] - offset * offset);
      const at = o * groups + Math.floor(j / members);
      means[at] = mean;
      variances[at] = variance;
      squares[j] = 1 / Math.sqrt(variance + epsilon);
      sums[j] = -mean * squares[j];
    }
    for (let p = 0, k = first * width; p < places; p++)
      for (let j = 0; j < width; j++, k++) z[k] = x[k] * squares[j] + sums[j];
  }
}

export function standardiseColumnsGradient(
  attrs: StandardiseAttributes,
  pass: StandardiseGradientPass,
): void {
  const { outer, places, groups, members, epsilon, centred } = attrs;
  const { dx, dy, z, variances, mask } = pass;
  const width = groups * members;
  const [plain, along, scale] = [0, 1, 2].map(() => new Float64Array(width));
  for (let o = 0; o < outer; o++) {
    const first = o * places;
    const count = countOf(attrs, mask, first);
    plain.fill(0);
    along.fill(0);
    // Also of places that don't count: they were standardised by the same means.
    forEachReal(undefined, first, places, (p, four) => addUpGradient(plain, along, dy, z, p * width, four));
    byGroup(plain, members, count);
    byGroup(along, members, count);
    for (let j = 0; j < width; j++) {
      scale[j] = 1 / Math.sqrt(variances[o * groups + Math.floor(j / members)] + epsilon);
      plain[j] = centred ? plain[j] * scale[j] : 0;
      along[j] *= scale[j];
    }
    for (let p = first, k = first * width; p < first + places; p++) {
      if (mask !== undefined && mask[p] === 0) for (let j = 0; j < width; j++, k++) dx[k] = dy[k] * scale[j];
      else for (let j = 0; j < width; j++, k++) dx[k] = dy[k] * scale[j] - plain[j] - z[k] * along[j];
    }
  }
}

/** Calls `visit` for the places that count, four at a time where all do: a sum is then read and written once for four. */
function forEachReal(
  mask: Float32Array | undefined,
  first: number,
  places: number,
  visit: (place: number, four: boolean) => void,
): void {
  const end = first + places;
  let p = first;
  if (mask === undefined) for (; p + 4 <= end; p += 4) visit(p, true);
  for (; p < end; p++) if (mask === undefined || mask[p] !== 0) visit(p, false);
}

/** Adds numbers, and their squares, less the pivots: of the place from `k` on, or of four. */
function addUp(
  sums: Float64Array,
  squares: Float64Array,
  x: Float32Array,
  pivots: Float64Array,
  k: number,
  four: boolean,
): void {
  const width = sums.length;
  if (!four) {
    for (let j = 0; j < width; j++) {
      const a = x[k + j] - pivots[j];
      sums[j] += a;
      squares[j] += a * a;
    }
    return;
  }
  const [k1, k2, k3] = [k + width, k + 2 * width, k + 3 * width];
  for (let j = 0; j < width; j++) {
    const pivot = pivots[j];
    const a = x[k + j] - pivot;
    const b = x[k1 + j] - pivot;
    const c = x[k2 + j] - pivot;
    const d = x[k3 + j] - pivot;
    sums[j] += a + b + c + d;
    squares[j] += a * a + b * b + c * c + d * d;
  }
}

/** Adds gradients, and their products with the standardised numbers: of the place from `k` on, or of four. */
function addUpGradient(
  plain: Float64Array,
  along: Float64Array,
  dy: Float32Array,
  z: Float32Array,
  k: number,
  four: boolean,
): void {
  const width = plain.length;
  if (!four) {
    for (let j = 0; j < width; j++) {
      plain[j] += dy[k + j];
      along[j] += dy[k + j] * z[k + j];
    }
    return;
  }
  const [k1, k2, k3] = [k + width, k + 2 * width, k + 3 * width];
  for (let j = 0; j < width; j++) {
    const [a, b, c, d] = [dy[k + j], dy[k1 + j], dy[k2 + j], dy[k3 + j]];
    plain[j] += a + b + c + d;
    along[j] += a * z[k + j] + b * z[k1 + j] + c * z[k2 + j] + d * z[k3 + j];
  }
}

/** The first place that counts, or -1. */
function firstReal(mask: Float32Array | undefined, first: number, places: number): number {
  if (mask === undefined) return first;
  for (let p = first; p < first + places; p++) if (mask[p] !== 0) return p;
  return -1;
}

/** How many numbers of a group count. */
function countOf(
  { places, members }: StandardiseAttributes,
  mask: Float32Array | undefined,
  first: number,
): number {
  if (mask === undefined) return places * members;
  let real = 0;
  for (let p = first; p < first + places; p++) if (mask[p] !== 0) real++;
  return Math.max(real, 1) * members;
}

/** Sums by unit as means over each group, written to all of its units. */
function byGroup(sums: Float64Array, members: number, count: number): void {
  for (let from = 0; from < sums.length; from += members) {
    let sum = 0;
    for (let j = from; j < from + members; j++) sum += sums[j];
    sums.fill(sum / count, from, from + members);
  }
}

const digitSize = 1 << 11;
/** Below this many values the sort of the platform is as quick. */
const fewValues = 2048;

/**
 * Values in ascending order, NaN left out. Radix sort by up to 11 bits a pass: about three times as quick as the
 * platform's sort on the 200,000 values that bins are taken from.
 */
export function sortedValues(values: Float64Array): Float64Array {
  const present = new Float64Array(values.length);
  let count = 0;
  for (const value of values) {
    present[count] = value;
    if (value === value) count++;
  }
  if (count < fewValues) return present.subarray(0, count).sort();
  let keys = new Uint32Array(present.buffer, 0, 2 * count);
  let other = new Uint32Array(2 * count);
  toKeys(keys);
  for (const half of [0, 1]) {
    for (const shift of [0, 11, 22]) {
      if (sortByDigit(keys, other, half, shift)) [keys, other] = [other, keys];
    }
  }
  fromKeys(keys);
  return new Float64Array(keys.buffer, 0, count);
}

/**
 * Puts 64-bit keys into the order of one digit, keeping the order of equals; false, and nothing moved, where all share it.
 *
 * @param half of a key that the digit is in: 0 is the lower one
 * @param shift bits below the digit in that half
 */
function sortByDigit(keys: Uint32Array, into: Uint32Array, half: number, shift: number): boolean {
  const places = new Int32Array(digitSize);
  for (let i = half; i < keys.length; i += 2) places[(keys[i] >>> shift) & (digitSize - 1)]++;
  if (places.includes(keys.length / 2)) return false;
  for (let digit = 0, before = 0; digit < digitSize; digit++) {
    const count = places[digit];
    places[digit] = before;
    before += count;
  }
  for (let i = 0; i < keys.length; i += 2) {
    const at = places[(keys[i + half] >>> shift) & (digitSize - 1)]++ << 1;
    into[at] = keys[i];
    into[at + 1] = keys[i + 1];
  }
  return true;
}

/** Turns the bits of doubles into unsigned keys of the same order, in place. */
function toKeys(bits: Uint32Array): void {
  for (let i = 0; i < bits.length; i += 2) {
    const flip = bits[i + 1] >>> 31 === 1 ? -1 : 0;
    bits[i] ^= flip;
    bits[i + 1] ^= flip | 0x80000000;
  }
}

/** Turns {@link toKeys} back. */
function fromKeys(keys: Uint32Array): void {
  for (let i = 0; i < keys.length; i += 2) {
    const flip = keys[i + 1] >>> 31 === 0 ? -1 : 0;
    keys[i] ^= flip;
    keys[i + 1] ^= flip | 0x80000000;
  }
}

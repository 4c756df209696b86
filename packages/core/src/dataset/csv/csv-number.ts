/** Powers of ten that a double holds exactly, 0 to 22. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const decoder = new TextDecoder();

const plus = 43;
const minus = 45;
const point = 46;
const zero = 48;
const nine = 57;

/**
 * The number that a cell's bytes write, exactly as `Number(text)` reads it; NaN where it is none, which a blank cell
 * and "NaN" are too, and an integer that a double can't hold exactly: of two identifiers it would make one.
 * A decimal whose digits fit 2^53 and whose exponent is within 22 is one exact multiplication or division away
 * (Clinger 1990); everything else goes through `Number`.
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  let negative = false;
  if (bytes[at] === minus || bytes[at] === plus) negative = bytes[at++] === minus;
  const start = at;
  let pointAt = -1;
  let byte = 0;
  // Nine digits fit an int32, which is quicker than a double.
  let small = 0;
  for (const stop = Math.min(to, start + 9); at < stop; at++) {
    byte = bytes[at];
    if (byte >= zero && byte <= nine) small = (Math.imul(small, 10) + byte - zero) | 0;
    else if (byte === point && pointAt < 0) pointAt = at;
    else break;
  }
  let mantissa = small;
  for (; at < to; at++) {
    byte = bytes[at];
    if (byte >= zero && byte <= nine) mantissa = mantissa * 10 + (byte - zero);
    else if (byte === point && pointAt < 0) pointAt = at;
    else break;
  }
  const digits = at - start - (pointAt < 0 ? 0 : 1);
  let exponent = pointAt < 0 ? 0 : pointAt + 1 - at;
  if (at < to && (bytes[at] | 32) === 101) {
    const sign = bytes[at + 1];
    const first = at + (sign === minus || sign === plus ? 2 : 1);
    let written = 0;
    for (at = first; at < to && bytes[at] >= zero && bytes[at] <= nine && at < first + 4; at++)
      written = written * 10 + bytes[at] - zero;
    if (at === first) return Number.NaN;
    exponent += sign === minus ? -written : written;
  }
  if (at !== to || digits === 0 || mantissa > Number.MAX_SAFE_INTEGER || exponent < -22 || exponent > 22)
    return slowNumber(bytes, from, to);
  const value = exponent < 0 ? mantissa / powersOfTen[-exponent] : mantissa * powersOfTen[exponent];
  return negative ? -value : value;
}

function slowNumber(bytes: Uint8Array, from: number, to: number): number {
  const text = decoder.decode(bytes.subarray(from, to)).trim();
  const value = text === "" ? Number.NaN : Number(text);
  return changes(text, value) ? Number.NaN : value;
}

/** Whether a cell is an integer that a double can't hold exactly. */
export function isHugeInteger(bytes: Uint8Array, from: number, to: number): boolean {
  const text = decoder.decode(bytes.subarray(from, to)).trim();
  return changes(text, Number(text));
}

/** Whether a text is an integer, and its value as a double another one. */
function changes(text: string, value: number): boolean {
  const size = Math.abs(value);
  if (!(size > Number.MAX_SAFE_INTEGER)) return false;
  const digits = /^[+-]?(\d+)(?:\.0*)?$/.exec(text)?.[1] ?? /^0[box][\da-f]+$/i.exec(text)?.[0];
  return digits !== undefined && (size === Number.POSITIVE_INFINITY || BigInt(digits) !== BigInt(size));
}

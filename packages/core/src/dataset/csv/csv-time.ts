import { civilTime } from "../civil-time.js";
import { parseTime } from "../column-build.js";

const decoder = new TextDecoder();
const dash = 45;
const colon = 58;

/** Milliseconds since 1970 of a cell's bytes, as `parseTime` reads them; NaN where they are no date. */
export function parseTimeBytes(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  const two = (at: number): number => {
    const tens = bytes[from + at] - 48;
    const ones = bytes[from + at + 1] - 48;
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
  };
  if ((length === 10 || length === 19) && bytes[from + 4] === dash && bytes[from + 7] === dash) {
    const date = [two(0) * 100 + two(2), two(5), two(8)] as const;
    if (length === 10) return civilTime(...date);
    const between = bytes[from + 10];
    const plain =
      (between === 32 || between === 84) && bytes[from + 13] === colon && bytes[from + 16] === colon;
    if (plain) return civilTime(...date, two(11), two(14), two(17));
  }
  return parseTime(decoder.decode(bytes.subarray(from, to)));
}

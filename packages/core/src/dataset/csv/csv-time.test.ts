import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseTime } from "../column-build.js";
import { parseTimeBytes } from "./csv-time.js";

function parse(text: string): number {
  const bytes = new TextEncoder().encode(`8${text}8`);
  return parseTimeBytes(bytes, 1, bytes.length - 1);
}

const number = (from: number, to: number, width: number) =>
  fc.integer({ min: from, max: to }).map((n) => String(n).padStart(width, "0"));

describe("parseTimeBytes agrees with parseTime", () => {
  test.prop([
    number(0, 9999, 4),
    number(0, 14, 2),
    number(0, 33, 2),
    fc.constantFrom(" ", "T", "t", "-"),
    number(0, 25, 2),
    number(0, 61, 2),
    number(0, 62, 2),
    fc.constantFrom("", "Z", ".5", "+01:00"),
  ])("on dates and times, right or wrong", (year, month, day, between, hour, minute, second, zone) => {
    for (const text of [
      `${year}-${month}-${day}`,
      `${year}-${month}-${day}${between}${hour}:${minute}:${second}${zone}`,
      `${year}-${month}-${day}${between}${hour}:${minute}`,
    ]) {
      expect(parse(text), text).toBe(parseTime(text));
    }
  });

  test.each(["", "2018-xx-01", "2018-07-2x", "abcd-ef-gh", "2018-07-25 0x:00:00", "2018-07-25_00:00:00"])(
    "%s is no time",
    (text) => {
      expect(parse(text)).toBeNaN();
    },
  );
});

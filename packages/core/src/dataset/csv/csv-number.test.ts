import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { isHugeInteger, parseNumber } from "./csv-number.js";

/** The cell between other bytes, as it lies in a text. */
function parse(text: string): number {
  const cell = new TextEncoder().encode(text);
  const bytes = new TextEncoder().encode(`9${text}9`);
  return parseNumber(bytes, 1, 1 + cell.length);
}

const digits = (max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789".split("")), maxLength: max });

/** What `Number` reads, but for integers that it would change. */
function expectedOf(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const whole = /^[+-]?(\d+)\.?0*$/.exec(text);
  if (whole === null || Number.isSafeInteger(value)) return value;
  return Number.isFinite(value) && BigInt(whole[1]) === BigInt(Math.abs(value)) ? value : Number.NaN;
}

describe("parseNumber reads as Number does", () => {
  test.prop(
    [
      fc.constantFrom("", "-", "+"),
      digits(25),
      fc.constantFrom("", "."),
      digits(25),
      fc.constantFrom("", "e", "E"),
      fc.constantFrom("", "-", "+"),
      digits(4),
    ],
    {
      numRuns: 5000,
    },
  )("every spelling of a decimal, right or wrong", (sign, whole, point, fraction, e, esign, exponent) => {
    const text = sign + whole + point + fraction + e + esign + exponent;
    const expected = expectedOf(text);
    expect(Object.is(parse(text), expected), `${text}: ${parse(text)} for ${expected}`).toBe(true);
  });

  test.prop([fc.double()], { numRuns: 2000 })("every double as JavaScript writes it", (value) => {
    // Between 2^53 and 1e21 it writes zeros for digits that it leaves out, so that the exponent must say so.
    const text = Math.abs(value) > Number.MAX_SAFE_INTEGER ? value.toExponential() : String(value);
    expect(parse(text)).toBe(value === 0 ? 0 : value);
  });

  test.prop(
    [
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
      fc.integer({ min: 0, max: 20 }),
    ],
    { numRuns: 2000 },
  )("fixed decimals", (value, places) => {
    expect(parse(value.toFixed(places))).toBe(Number(value.toFixed(places)));
  });

  test.prop([fc.string({ maxLength: 12, unit: "binary" })], { numRuns: 2000 })("any text", (text) => {
    const whole = new TextDecoder().decode(new TextEncoder().encode(text));
    expect(parse(text)).toBe(whole.trim() === "" ? Number.NaN : Number(whole));
  });

  test.each([
    "9007199254740991",
    "9007199254740992",
    "-9007199254740994",
    "9007199254740994.00",
    "0009007199254740994",
    "9007199254740993.5",
    "9007199254740993e0",
    "10000000000000000000",
    "0.1",
    "123456789012345e22",
    "1e23",
    "1e-23",
    "4.9e-324",
    "1.7976931348623157e308",
    "1e999",
    "-0",
    "0x1F",
    " 12 ",
    "Infinity",
    "1_000",
    "1,5",
    ".",
    "-",
    "1e",
    "e5",
  ])("%s", (text) => {
    expect(parse(text)).toBe(Number(text));
  });

  test.each([
    "9007199254740993",
    "-9007199254740993",
    "+9007199254740993",
    "9007199254740993.",
    "9007199254740993.000",
    "0009007199254740993",
    " 9007199254740993 ",
    "12345678901234567890",
    "0x20000000000001",
    "1".repeat(400),
  ])("%s is no number: a double would make another integer of it", (text) => {
    expect(parse(text)).toBeNaN();
    const bytes = new TextEncoder().encode(text);
    expect(isHugeInteger(bytes, 0, bytes.length)).toBe(true);
  });

  test("a blank cell is no number, though Number makes it 0", () => {
    expect(parse("")).toBeNaN();
    expect(parse("  ")).toBeNaN();
  });
});

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { civilTime } from "./civil-time.js";
import { parseTime, timestamp } from "./column-build.js";

describe("civilTime", () => {
  test.prop([
    fc.date({
      min: new Date("0000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    }),
  ])("agrees with Date on every date of four-digit years", (date) => {
    const made = civilTime(
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      date.getUTCHours(),
      date.getUTCMinutes(),
      date.getUTCSeconds(),
      date.getUTCMilliseconds(),
    );
    expect(made).toBe(date.getTime());
  });

  test.each([
    [2018, 0, 1],
    [2018, 13, 1],
    [2018, 4, 31],
    [2018, 2, 29],
    [1900, 2, 29],
    [2018, 1, 0],
  ])("%i-%i-%i is no date", (year, month, day) => {
    expect(civilTime(year, month, day)).toBeNaN();
  });

  test("leap days of years that have one", () => {
    expect(civilTime(2000, 2, 29)).toBe(Date.UTC(2000, 1, 29));
    expect(civilTime(2024, 2, 29)).toBe(Date.UTC(2024, 1, 29));
  });
});

describe("parseTime", () => {
  test.prop([
    fc.date({
      min: new Date("0000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    }),
  ])("reads what Date writes", (date) => {
    expect(parseTime(date.toISOString())).toBe(date.getTime());
    const day = date.toISOString().slice(0, 10);
    expect(parseTime(day)).toBe(new Date(day).getTime());
  });

  test.each([
    ["2018-07-25", Date.UTC(2018, 6, 25)],
    ["2018-07-25 00:00:29", Date.UTC(2018, 6, 25, 0, 0, 29)],
    ["2018-07-25T10:20", Date.UTC(2018, 6, 25, 10, 20)],
    [" 2018-07-25 ", Date.UTC(2018, 6, 25)],
    ["2018-07-25T00:00:00+02:00", Date.UTC(2018, 6, 24, 22)],
    ["2018-07-25T00:00:00-0530", Date.UTC(2018, 6, 25, 5, 30)],
    ["2018-07-25T00:00:00.123456Z", Date.UTC(2018, 6, 25) + 123.456],
    ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
    ["0050-03-01", new Date("0050-03-01").getTime()],
  ])("%s", (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });

  test.each([
    "",
    "today",
    "20180725",
    "2018-7-25",
    "2018-02-30",
    "2018-07-25T24:00",
    "2018-07-25T10:60",
    "2018-07-25T00:00:00+25:00",
    "2018-07-25T00:00:00+01:75",
    "2018-07-25T00:00:61",
  ])("%s is no time", (text) => {
    expect(parseTime(text)).toBeNaN();
  });

  test("timestamp() refuses what is no time, naming the row", () => {
    expect(() => timestamp(["2018-07-25", "x"])).toThrow('timestamp: row 1 must be a date, received "x"');
    expect([...timestamp([new Date(5), null, 7, "1970-01-01"]).values]).toEqual([5, Number.NaN, 7, 0]);
  });
});

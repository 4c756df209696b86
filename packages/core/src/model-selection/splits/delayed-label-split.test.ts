import { describe, expect, it } from "vitest";
import { timestamp } from "../../dataset/column-build.js";
import { fromColumns } from "../../dataset/from-columns.js";
import { DataError } from "../../errors.js";
import { DelayedLabelSplit } from "./delayed-label-split.js";

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2024, 0, 1);

/** One row every 12 hours for 30 days, in a shuffled order. */
const times = Float64Array.from({ length: 60 }, (_, i) => start + ((i * 37) % 60) * 12 * hour);
const data = fromColumns({ x: Float64Array.from(times.keys()), at: timestamp(times) }, { time: "at" });
const span = (rows: Int32Array): [number, number] => {
  const inDays = Array.from(rows, (row) => (times[row] - start) / day);
  return [Math.min(...inDays), Math.max(...inDays)];
};

describe("DelayedLabelSplit", () => {
  it("trains on a window, waits, tests on the next, and moves on", () => {
    const splits = new DelayedLabelSplit({ trainDays: 7, delayDays: 3, testDays: 5 }).split(data);
    expect(splits.map(({ train, test }) => [span(train), span(test)])).toEqual([
      [
        [0, 6.5],
        [10, 14.5],
      ],
      [
        [5, 11.5],
        [15, 19.5],
      ],
      [
        [10, 16.5],
        [20, 24.5],
      ],
      [
        [15, 21.5],
        [25, 29.5],
      ],
    ]);
    expect(splits.map(({ train, test }) => [train.length, test.length])).toEqual(
      Array.from({ length: 4 }, () => [14, 10]),
    );
  });

  it("starts, steps and stops where it is told", () => {
    const splits = new DelayedLabelSplit({
      trainDays: 4,
      delayDays: 1,
      testDays: 2,
      stepDays: 10,
      start: "2024-01-03",
      nSplits: 2,
    }).split(data);
    expect(splits.map(({ train, test }) => [span(train), span(test)])).toEqual([
      [
        [2, 5.5],
        [7, 8.5],
      ],
      [
        [12, 15.5],
        [17, 18.5],
      ],
    ]);
  });

  it("counts in the unit of the time column", () => {
    const hours = fromColumns({ x: times, at: times.map((time) => (time - start) / hour) }, { time: "at" });
    const params = { trainDays: 7, delayDays: 3, testDays: 5 };
    expect(new DelayedLabelSplit({ ...params, dayLength: 24 }).split(hours)).toEqual(
      new DelayedLabelSplit(params).split(data),
    );
  });

  it("leaves out groups from the day on which their positive label is known", () => {
    // Days of events by group: train is days 0..1, the delay 2 days, test days 4..6.
    const events = [
      { group: "known in training", day: 0, fraud: 1 },
      { group: "known in training", day: 4, fraud: 0 },
      { group: "known on day 5", day: 2.9, fraud: 1 },
      { group: "known on day 5", day: 4.5, fraud: 1 },
      { group: "known on day 5", day: 5, fraud: 0 },
      { group: "known on day 6 only", day: 3, fraud: 1 },
      { group: "known on day 6 only", day: 5.9, fraud: 1 },
      { group: "known on day 6 only", day: 6, fraud: 1 },
      { group: "never", day: 1, fraud: 0 },
      { group: "never", day: 6.9, fraud: 1 },
      { group: "known before", day: -1, fraud: 1 },
      { group: "known before", day: 5, fraud: 0 },
    ];
    const cards = fromColumns(
      {
        at: timestamp(events.map((event) => start + event.day * day)),
        card: events.map(({ group }) => group),
        fraud: events.map(({ fraud }) => fraud),
      },
      { time: "at", group: "card", target: "fraud" },
    );
    const params = { trainDays: 2, delayDays: 2, testDays: 3, start: "2024-01-01" };
    const [{ train, test }] = new DelayedLabelSplit({ ...params, leaveOutKnown: true }).split(cards);
    expect(Array.from(train)).toEqual([0, 8]);
    expect(Array.from(test)).toEqual([3, 6, 9, 11]);
    const [everything] = new DelayedLabelSplit(params).split(cards);
    expect(Array.from(everything.test)).toEqual([1, 3, 4, 6, 7, 9, 11]);
    const words = cards.with({ fraud: events.map(({ fraud }) => (fraud ? "yes" : "no")) });
    expect(
      new DelayedLabelSplit({ ...params, leaveOutKnown: true, positive: "yes" }).split(words)[0].test,
    ).toEqual(test);
    expect(() => new DelayedLabelSplit({ ...params, leaveOutKnown: true }).split(words)).toThrow(
      /positive must be one of the labels "no", "yes", received 1/,
    );
  });

  it("refuses data that is too short, has a hole, or lacks a column", () => {
    const week = { trainDays: 7, delayDays: 7, testDays: 7 };
    expect(() => new DelayedLabelSplit({ ...week, nSplits: 3 }).split(data)).toThrow(DataError);
    expect(() => new DelayedLabelSplit({ ...week, nSplits: 3 }).split(data)).toThrow(
      /must last for 3 split\(s\) of 21 days, received 30 days/,
    );
    expect(() => new DelayedLabelSplit(week).split(data.slice(0, 0))).toThrow(/must last for 1 split/);
    expect(() =>
      new DelayedLabelSplit(week).split(data.filter((row) => times[row] > start + 8 * day)),
    ).not.toThrow();
    const hole = data.filter((row) => times[row] < start + 8 * day || times[row] > start + 20 * day);
    expect(() => new DelayedLabelSplit({ ...week, delayDays: 1, testDays: 3 }).split(hole)).toThrow(
      /both windows must hold rows, received 14 training and 0 test rows/,
    );
    expect(() => new DelayedLabelSplit().split(data.drop(["at"]))).toThrow(/time role, received none/);
    expect(() => new DelayedLabelSplit({ leaveOutKnown: true }).split(data)).toThrow(
      /target role, received none/,
    );
  });
});

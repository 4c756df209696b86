import { z } from "zod";
import { parseTime } from "../../dataset/column-build.js";
import type { FloatArray } from "../../dataset/column.js";
import type { Dataset } from "../../dataset/dataset.js";
import { anyClassTarget } from "../../dataset/target.js";
import { DataError, ParamError } from "../../errors.js";
import { listLabels } from "../../metrics/labels.js";
import { rowGroups } from "./row-groups.js";
import { rowTimes } from "./row-times.js";
import { ConfiguredSplitter, type Split } from "./splitter.js";

const days = z.number().positive();

const params = z.strictObject({
  trainDays: days.default(7).describe("Length of the training window"),
  delayDays: z.number().nonnegative().default(7).describe("How long after an event its label is known"),
  testDays: days.default(7).describe("Length of the test window"),
  stepDays: days.nullable().default(null).describe("From one split to the next; null is testDays"),
  start: z
    .union([z.number(), z.string()])
    .nullable()
    .default(null)
    .describe("Start of the first training window, a time or an ISO date (UTC); null is the first day"),
  nSplits: z.int().min(1).nullable().default(null).describe("Number of splits; null is as many as fit"),
  leaveOutKnown: z
    .boolean()
    .default(false)
    .describe("Whether a test day leaves out groups whose positive label was known when it began"),
  positive: z.union([z.number(), z.string()]).default(1).describe("The label that makes a group known"),
  dayLength: z.number().positive().default(86_400_000).describe("A day in the unit of the time column"),
});

/**
 * Splits as a fraud model lives through them: train on a window, wait until its labels are known, test on the window
 * after that, then move on by a step. Windows are half open and rows keep their order.
 *
 * With `leaveOutKnown` a test day (counted from the start of the test window) leaves out every group, such as a card or
 * customer, that had a positive row since the training window began and at least `delayDays` before that day: they are
 * blocked by then, so finding them again is worth nothing. This is the protocol of the Fraud Detection Handbook
 * (Le Borgne and others 2022, chapter 5).
 *
 * @throws DataError from `split` where there is no time column, a window holds no rows, or fewer splits fit than asked for;
 * with `leaveOutKnown`, also where there is no group column or target.
 * @example
 * const days = Array.from({ length: 60 }, (_, i) => i);
 * const data = fromColumns({
 *   at: timestamp(days.map((day) => new Date(Date.UTC(2018, 6, 1 + day)))),
 *   customer: days.map((day) => day % 5),
 *   fraud: days.map((day) => Number(day % 3 === 0)),
 * });
 * new DelayedLabelSplit({ trainDays: 7, delayDays: 7, testDays: 7, start: "2018-07-25", nSplits: 1, leaveOutKnown: true })
 *   .split(data.withRoles({ time: "at", group: "customer", target: "fraud" }));
 */
export class DelayedLabelSplit extends ConfiguredSplitter<typeof params> {
  readonly type = "delayedLabelSplit";

  constructor(input?: z.input<typeof params>) {
    super(params, input);
    if (Number.isNaN(startTime(this.params.start)))
      throw new ParamError(
        this.owner,
        `start must be a time or an ISO date, received "${this.params.start}"`,
      );
  }

  split(data: Dataset): Split[] {
    const { owner } = this;
    const times = rowTimes(owner, data);
    const { trainDays, delayDays, testDays, dayLength, leaveOutKnown } = this.params;
    const known = leaveOutKnown ? this.positives(data) : undefined;
    return this.starts(times).map((start) => {
      const trainEnd = start + trainDays * dayLength;
      const testStart = trainEnd + delayDays * dayLength;
      const testEnd = testStart + testDays * dayLength;
      const firstPositive = known && earliest(known, times, start);
      const isKnown = (row: number): boolean => {
        if (known === undefined || firstPositive === undefined) return false;
        const day = testStart + Math.floor((times[row] - testStart) / dayLength) * dayLength;
        return firstPositive[known.groups[row]] < day - delayDays * dayLength;
      };
      const split = {
        train: rowsBetween(times, start, trainEnd),
        test: rowsBetween(times, testStart, testEnd).filter((row) => !isKnown(row)),
      };
      if (split.train.length === 0 || split.test.length === 0)
        throw new DataError(
          owner,
          `both windows must hold rows, received ${split.train.length} training and ${split.test.length} test rows for the split that starts at ${start}`,
        );
      return split;
    });
  }

  /** Starts of the training windows. */
  private starts(times: FloatArray): number[] {
    const { trainDays, delayDays, testDays, stepDays, nSplits, dayLength } = this.params;
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const time of times) {
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    const start = startTime(this.params.start) ?? Math.floor(first / dayLength) * dayLength;
    const step = (stepDays ?? testDays) * dayLength;
    const length = (trainDays + delayDays + testDays) * dayLength;
    const end = start + (Math.floor((last - start) / dayLength) + 1) * dayLength;
    const fitting = Math.max(0, Math.floor((end - start - length) / step + 1e-9) + 1);
    if (!(fitting >= (nSplits ?? 1)))
      throw new DataError(
        this.owner,
        `the data must last for ${nSplits ?? 1} split(s) of ${length / dayLength} days, received ${Number.isFinite(end) ? (end - start) / dayLength : 0} days`,
      );
    return Array.from({ length: nSplits ?? fitting }, (_, i) => start + i * step);
  }

  private positives(data: Dataset): KnownPositives {
    const { owner } = this;
    const { classes, codes } = anyClassTarget(owner, data);
    const code = classes.indexOf(this.params.positive);
    if (code < 0 && classes.length > 1)
      throw new DataError(
        owner,
        `positive must be one of the labels ${listLabels(classes)}, received ${JSON.stringify(this.params.positive)}`,
      );
    const { codes: groups, count } = rowGroups(owner, data);
    return { groups, count, rows: Int32Array.from(codes.keys()).filter((row) => codes[row] === code) };
  }
}

/** Rows of a half-open window, in their order. */
function rowsBetween(times: FloatArray, from: number, to: number): Int32Array {
  const rows = new Int32Array(times.length);
  let size = 0;
  for (let row = 0; row < times.length; row++) if (times[row] >= from && times[row] < to) rows[size++] = row;
  return rows.slice(0, size);
}

interface KnownPositives {
  /** Group of each row. */
  readonly groups: Int32Array;
  readonly count: number;
  /** Rows of the positive class. */
  readonly rows: Int32Array;
}

/** When each group first had a positive row, not before `start`. */
function earliest({ groups, count, rows }: KnownPositives, times: FloatArray, start: number): Float64Array {
  const first = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (const row of rows) {
    if (times[row] >= start) first[groups[row]] = Math.min(first[groups[row]], times[row]);
  }
  return first;
}

function startTime(start: number | string | null): number | undefined {
  if (start === null) return undefined;
  return typeof start === "number" ? start : parseTime(start);
}

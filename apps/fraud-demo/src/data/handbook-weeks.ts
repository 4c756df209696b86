import { type LabelledDataset, parseParams, type ReadOptions } from "@strata-ml/core";
import { z } from "zod";
import { DAY } from "../features/stream.js";
import { HandbookHistories } from "./handbook-histories.js";
import { readHandbookRaw } from "./handbook-raw.js";
import { handbookSplit } from "./handbook-split.js";

const schema = z.strictObject({
  from: z.iso.date().default("2018-07-25"),
  days: z.int().min(3).default(21),
});

/** Dates of an experiment on raw transactions: first training day, and days in all. */
export type HandbookWeeksOptions = z.input<typeof schema>;

export interface HandbookWeeks {
  readonly train: LabelledDataset;
  readonly test: LabelledDataset;
  readonly histories: HandbookHistories;
}

/** A third of the days to train, a third to wait for labels, a third to test: the handbook's three weeks. */
export function thirdsOf({ from, days }: HandbookWeeksOptions): Parameters<typeof handbookSplit>[1] {
  const dates = parseParams("thirdsOf", schema, { from, days });
  const third = Math.floor(dates.days / 3);
  return {
    trainFrom: dates.from,
    trainDays: third,
    testDays: third,
    delayDays: Math.min(7, dates.days - 2 * third),
  };
}

/** So long before the first training day begin the histories. */
const HISTORY_DAYS = 90;

/**
 * The training and test rows of the handbook's protocol, made from its raw transactions, and what gives them histories.
 *
 * @throws as `readHandbookRaw` and `handbookSplit`.
 */
export async function readHandbookWeeks(
  path: string,
  options: HandbookWeeksOptions,
  read: ReadOptions = {},
): Promise<HandbookWeeks> {
  const { from, days } = parseParams("readHandbookWeeks", schema, options);
  const first = new Date(Date.parse(from) - HISTORY_DAYS * DAY).toISOString().slice(0, 10);
  const table = await readHandbookRaw(path, {
    ...read,
    from: first,
    days: HISTORY_DAYS + days,
    historySteps: 0,
  });
  return { ...handbookSplit(table, thirdsOf({ from, days })), histories: new HandbookHistories(table) };
}

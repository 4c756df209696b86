import { DataError, type LabelledDataset, parseParams } from "@strata-ml/core";
import { z } from "zod";
import { DAY } from "../features/stream.js";

const days = (count: number): z.ZodDefault<z.ZodInt> => z.int().min(1).default(count);

const schema = z.strictObject({
  trainFrom: z.iso.date().default("2018-07-25"),
  trainDays: days(7),
  delayDays: z.int().min(0).default(7),
  testDays: days(7),
});

/** Dates of the handbook's protocol; defaults are its own. */
export type HandbookSplitOptions = z.input<typeof schema>;

export interface HandbookSplit {
  readonly train: LabelledDataset;
  readonly test: LabelledDataset;
}

/**
 * The handbook's prequential split: train on some days, wait until their frauds are known, then test; a customer whose
 * fraud is known by a test day is left out of it, since their card is blocked. Known are the frauds of the training days
 * and, on test day d, those of the days up to delay days before it.
 *
 * Source: Le Borgne, Siblini, Lebichot, Bontempi, Reproducible Machine Learning for Credit Card Fraud Detection (2022), chapter 3.
 *
 * @throws DataError where a part has no rows; ParamError for a date or number that can't be.
 */
export function handbookSplit(data: LabelledDataset, options: HandbookSplitOptions = {}): HandbookSplit {
  const owner = "handbookSplit";
  const { trainFrom, trainDays, delayDays, testDays } = parseParams(owner, schema, options);
  const first = Date.parse(trainFrom) / DAY;
  const testFirst = first + trainDays + delayDays;
  const customer = data.column("CUSTOMER_ID", "numeric").values;
  const fraud = data.column("TX_FRAUD", "numeric").values;
  const day = dayNumbers(data);

  const byDay = new Map<number, number[]>();
  day.forEach((d, row) => {
    const rows = byDay.get(d);
    if (rows === undefined) byDay.set(d, [row]);
    else rows.push(row);
  });
  const rowsOf = (d: number): readonly number[] => byDay.get(d) ?? [];
  const blocked = new Set<number>();
  const block = (d: number): void => {
    for (const row of rowsOf(d)) if (fraud[row] === 1) blocked.add(customer[row]);
  };

  const train: number[] = [];
  for (let d = first; d < first + trainDays; d++) {
    train.push(...rowsOf(d));
    block(d);
  }
  const test: number[] = [];
  for (let d = testFirst; d < testFirst + testDays; d++) {
    // On the first test day that is the last training day, whose frauds are known already.
    block(d - delayDays - 1);
    test.push(...rowsOf(d).filter((row) => !blocked.has(customer[row])));
  }
  for (const [name, rows] of Object.entries({ train, test })) {
    if (rows.length > 0) continue;
    throw new DataError(
      owner,
      `the ${name} days must have transactions, received none (train from ${trainFrom})`,
    );
  }
  return { train: data.take(train), test: data.take(test) };
}

/** Whole days since 1970 of each row. */
function dayNumbers(data: LabelledDataset): Int32Array {
  return Int32Array.from(data.column("TX_DATETIME", "timestamp").values, (time) => Math.floor(time / DAY));
}

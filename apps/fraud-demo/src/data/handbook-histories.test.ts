import { fromColumns, type LabelledDataset, Random, timestamp } from "@strata-ml/core";
import { describe, expect, it } from "vitest";
import { stepsOf } from "../fixtures/steps-of.js";
import { HandbookHistories } from "./handbook-histories.js";

const DAY = 86_400_000;

interface Row {
  readonly day: number;
  readonly customer: number;
  readonly terminal: number;
  readonly amount: number;
  readonly fraud: number;
}

/** A table as `handbookRawFeatures` makes it, with two features; ids are not row numbers. */
function table(rows: readonly Row[]): LabelledDataset {
  return fromColumns(
    {
      amount: rows.map(({ amount }) => amount),
      customerMeanAmount30d: rows.map(() => 10),
      TX_DATETIME: timestamp(rows.map(({ day }) => day * DAY)),
      TRANSACTION_ID: rows.map((_, id) => 100 + id),
      CUSTOMER_ID: rows.map(({ customer }) => customer),
      TERMINAL_ID: rows.map(({ terminal }) => terminal),
      TX_FRAUD: rows.map(({ fraud }) => fraud),
    },
    { target: "TX_FRAUD", time: "TX_DATETIME", id: ["TRANSACTION_ID", "CUSTOMER_ID", "TERMINAL_ID"] },
  );
}

const random = new Random(3);
const rows = Array.from({ length: 300 }, (_, i): Row => {
  const [customer, terminal] = [random.integer(7), random.integer(5)];
  return { day: i / 8, customer, terminal, amount: 1 + random.integer(50), fraud: random.integer(2) };
});
const all = table(rows);

describe("HandbookHistories", () => {
  const full = new HandbookHistories(all).with(all, { customer: 4, terminal: 6 });

  it("gives the customer's last transactions, its own as the last, with the features of each", () => {
    rows.forEach(({ customer }, row) => {
      const before = rows.slice(0, row + 1).filter((other) => other.customer === customer);
      expect(stepsOf(full, "customer", row)).toEqual(before.slice(-4).map(({ amount }) => [amount, 10]));
    });
  });

  it("gives the terminal's last transactions of 7 days ago and before, with their labels", () => {
    rows.forEach(({ terminal, day }, row) => {
      const settled = rows.filter((other) => other.terminal === terminal && other.day <= day - 7);
      const expected = settled
        .slice(-6)
        .map((other) => [
          Math.log1p(day - other.day),
          Math.log1p(other.amount),
          other.amount / 10,
          other.fraud,
        ]);
      const steps = stepsOf(full, "terminal", row);
      expect(steps.length).toBe(expected.length);
      steps.flat().forEach((value, i) => expect(value).toBeCloseTo(expected.flat()[i], 5));
    });
    expect(full.column("terminal", "sequence").offsets.at(-1)).toBeGreaterThan(500);
  });

  it("knows nothing of later transactions, nor of labels younger than 7 days", () => {
    const now = 200;
    const changed = rows.map((row, i): Row => {
      const young = row.day > rows[now].day - 7;
      const late = i > now ? { amount: 999, terminal: 0, customer: 0 } : {};
      return { ...row, ...late, fraud: young ? 1 - row.fraud : row.fraud };
    });
    const other = table(changed);
    const altered = new HandbookHistories(other).with(other, { customer: 4, terminal: 6 });
    for (let row = 0; row <= now; row++)
      for (const name of ["customer", "terminal"])
        expect(stepsOf(altered, name, row)).toEqual(stepsOf(full, name, row));
  });

  it("takes a label in exactly 7 days after its transaction", () => {
    const pair = (days: number): LabelledDataset => {
      const made = table(
        [0, days].map((day) => ({ day, customer: 1, terminal: 1, amount: 5, fraud: day === 0 ? 1 : 0 })),
      );
      return new HandbookHistories(made).with(made, { terminal: 3 });
    };
    expect(stepsOf(pair(7), "terminal", 1).map((step) => step[3])).toEqual([1]);
    expect(stepsOf(pair(7 - 1e-6), "terminal", 1)).toEqual([]);
  });

  it("gives the histories of the rows asked for, in their order", () => {
    const some = new HandbookHistories(all).with(all.take([250, 3]), { customer: 4 });
    expect(some.has("terminal")).toBe(false);
    expect([0, 1].map((row) => stepsOf(some, "customer", row))).toEqual(
      [250, 3].map((row) => stepsOf(full, "customer", row)),
    );
  });

  it("refuses rows out of time order, strange transactions and bad numbers of steps", () => {
    expect(() => new HandbookHistories(table([rows[5], rows[1]]))).toThrow(
      "HandbookHistories: rows must come in time order, received row 1 too late",
    );
    const few = new HandbookHistories(table(rows.slice(0, 9)));
    expect(() => few.with(all, { customer: 2 })).toThrow("must have transaction 109, received none");
    expect(() => few.with(table(rows.slice(0, 2)), { terminal: 1.5 })).toThrow(
      "terminal must be a whole number >= 1, received 1.5",
    );
  });
});

import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { expect } from "vitest";
import {
  type BinnedRow,
  binnedTable,
  readHistogram,
  slowHistogram,
  tables,
} from "./fixtures/binned-table.js";
import { Histograms } from "./histogram.js";

/** Whether two histograms are the same; quicker on thousands of slots than a matcher that shows them. */
const same = (a: Float64Array, b: Float64Array, counted: boolean): boolean =>
  a.every((value, i) => value === b[i] || (!counted && i % 3 === 2));

test.prop([tables, fc.nat(), fc.boolean()], { numRuns: 60 })(
  "histograms of all rows, of some, and of the rest",
  async (rows, at, wide) => {
    const table = await binnedTable(rows, wide);
    const { team, data, quanta } = table;
    const histograms = new Histograms(team, data, wide, 2);
    const [whole, part] = [histograms.take(), histograms.take()];
    team.u8.fill(7, whole, part); // what it held before must not matter
    histograms.fill(whole, 0, 0, rows.length, quanta, 0);
    expect(same(readHistogram(table, whole), slowHistogram(rows, data.features), wide)).toBe(true);
    const order = new Random(at).permutation(rows.length);
    const some = 1 + (at % (rows.length - 1));
    const orderAt = team.allocate(4 * rows.length);
    team.i32.set(order, orderAt / 4);
    histograms.fill(part, orderAt, 0, some, quanta, whole);
    const of = (places: Int32Array): BinnedRow[] => Array.from(places, (row) => rows[row]);
    expect(
      same(readHistogram(table, part), slowHistogram(of(order.subarray(0, some)), data.features), wide),
    ).toBe(true);
    expect(
      same(readHistogram(table, whole), slowHistogram(of(order.subarray(some)), data.features), wide),
    ).toBe(true);
    team.close();
  },
);

test.each([false, true])(
  "many rows give the same histogram on 1, 2 and 4 threads (wide: %s)",
  async (wide) => {
    const random = new Random(3);
    const rows = Array.from(
      { length: 5000 },
      (): BinnedRow => [
        Array.from({ length: 11 }, () => random.integer(256)),
        random.integer(17) - 8,
        random.integer(9),
      ],
    );
    const slow = slowHistogram(rows, 11);
    for (const threads of [1, 2, 4]) {
      const table = await binnedTable(rows, wide, threads);
      expect(table.team.threads).toBe(threads);
      const histograms = new Histograms(table.team, table.data, wide, 1);
      const at = histograms.take();
      histograms.fill(at, 0, 0, rows.length, table.quanta, 0);
      expect(same(readHistogram(table, at), slow, wide)).toBe(true);
      table.team.close();
    }
  },
);

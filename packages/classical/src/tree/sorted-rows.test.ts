import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { PriorityQueue } from "./priority-queue.js";
import { sortedRows } from "./sorted-rows.js";

const cells = fc.array(
  fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, -0, 0)),
  {
    maxLength: 60,
  },
);

test.prop([cells, fc.infiniteStream(fc.boolean())])(
  "rows come in order of value, missing last, equals as they came",
  (values, coins) => {
    const column = Float64Array.from(values);
    const rows = Int32Array.from(values.keys()).filter(() => coins.next().value === true);
    // A slow sort that is plainly right: NaN after all numbers, -0 equal to 0.
    const rank = (a: number, b: number): number =>
      Number.isNaN(a) || Number.isNaN(b)
        ? Number(Number.isNaN(a)) - Number(Number.isNaN(b))
        : a < b
          ? -1
          : a > b
            ? 1
            : 0;
    const expected = [...rows].sort((i, j) => rank(column[i], column[j]) || i - j);
    expect([...sortedRows(column, rows)]).toEqual(expected);
  },
);

test.prop([fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { freq: 3 }))])(
  "a queue gives the highest priority first, and of equals the first come",
  (steps) => {
    const queue = new PriorityQueue<number>();
    const inside: { item: number; priority: number }[] = [];
    steps.forEach((priority, item) => {
      if (priority !== null) {
        queue.push(item, priority);
        inside.push({ item, priority });
      } else {
        const first = inside.toSorted((a, b) => b.priority - a.priority || a.item - b.item)[0];
        expect(queue.pop()).toBe(first?.item);
        if (first !== undefined) inside.splice(inside.indexOf(first), 1);
      }
      expect(queue.size).toBe(inside.length);
    });
  },
);

import { Random } from "@strata-ml/core";
import { expect, test } from "vitest";
import { KernelTeam } from "./team.js";
import { KernelRows, PlainRows, rowsBytes, type TurningRows } from "./turning-rows.js";

function turned(rows: TurningRows, n: number): Float64Array[] {
  const random = new Random(n);
  for (let turns = 0; turns < 20; turns++) {
    for (let i = 0; i < n; i++) {
      const angle = 7 * random.uniform();
      rows.pairs.set([Math.cos(angle), Math.sin(angle)], 2 * i);
    }
    const low = random.integer(n - 1);
    rows.turn(low, low + 1 + random.integer(n - low - 1));
  }
  return Array.from({ length: n }, (_, i) => rows.row(i));
}

test.each([2, 7, 8, 64, 67])("kernels turn %i rows as plain loops do, on 1, 2 and 4 threads", async (n) => {
  const expected = turned(new PlainRows(n), n);
  expect(turned(new KernelRows(n), n)).toEqual(expected);
  for (const threads of [2, 4]) {
    // oxlint-disable-next-line eslint/no-await-in-loop
    const team = await KernelTeam.start(rowsBytes(n), threads);
    expect(turned(new KernelRows(n, team), n)).toEqual(expected);
    team.close();
  }
  // Turns keep rows orthonormal.
  const sum = expected[0].reduce((all, value, j) => all + value * expected[1][j], 0);
  expect(sum).toBeCloseTo(0, 12);
});

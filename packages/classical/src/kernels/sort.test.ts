import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { expect } from "vitest";
import { jobs } from "./jobs.js";
import { KernelTeam } from "./team.js";

const same = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

/** Each column sorted by the kernel, its NaN left out. */
async function sorted(columns: readonly Float64Array[], threads: number): Promise<Float64Array[]> {
  const rows = columns[0].length;
  const team = await KernelTeam.start(8 * rows * (columns.length + threads) + 9000 * threads + 4096, threads);
  const at = team.allocate(8 * rows * columns.length);
  const scratch = team.allocate((8 * rows + 8192) * threads);
  const counts = team.allocate(4 * columns.length);
  columns.forEach((column, c) => team.f64.set(column, at / 8 + c * rows));
  team.whole(0, at, columns.length, rows, scratch, counts);
  team.run(jobs.sortColumns);
  const out = columns.map((_, c) => {
    const from = at / 8 + c * rows;
    return team.f64.slice(from, from + team.i32[counts / 4 + c]);
  });
  team.close();
  return out;
}

/** NaN with its sign bit set, as some arithmetic gives it. */
const negativeNaN = new Float64Array(Uint32Array.of(1, 0xfff80000).buffer)[0];

test.prop(
  [fc.integer({ min: 1, max: 6000 }), fc.nat(), fc.constantFrom("normal", "few", "wide", "negative")],
  {
    numRuns: 20,
  },
)("many values come in the platform's order, NaN left out", async (count, seed, kind) => {
  const random = new Random(seed);
  const draw = {
    normal: () => random.normal(),
    few: () => random.integer(7) - 3,
    wide: () => random.normal() * 10 ** (random.integer(600) - 300),
    negative: () => -random.uniform(),
  }[kind];
  const special = [Number.NaN, negativeNaN, 0, -0, Number.MAX_VALUE, -Number.MIN_VALUE];
  const values = Float64Array.from({ length: count }, (_, i) =>
    i % 50 === 0 ? random.choice(special) : draw(),
  );
  const expected = [values, values.map((value) => -value)].map((all) =>
    all.filter((value) => !Number.isNaN(value)).sort(),
  );
  const received = await sorted([values, values.map((value) => -value)], 1 + (seed % 2));
  received.forEach((values, c) => expect(same(values, expected[c])).toBe(true));
});

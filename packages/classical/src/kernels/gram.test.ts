import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { describe, expect } from "vitest";
import { addGram, gramBytes } from "./gram.js";
import { KernelTeam } from "./team.js";

function problem(rows: number, columns: number, seed: number, hasWeights: boolean) {
  const random = new Random(seed);
  const x = Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, () => 1000 * (j % 3) + random.normal()),
  );
  const mean = x.map((column) => column.reduce((sum, value) => sum + value, 0) / rows);
  const weights = Float64Array.from({ length: rows }, () => (random.uniform() < 0.1 ? 0 : random.uniform()));
  return { columns: x, mean: Float64Array.from(mean), weights: hasWeights ? weights : undefined };
}

describe("addGram", () => {
  test.prop(
    [
      fc.integer({ min: 1, max: 1600 }),
      fc.integer({ min: 1, max: 14 }),
      fc.nat(),
      fc.boolean(),
      fc.nat({ max: 40 }),
    ],
    { numRuns: 40 },
  )("gives the same bits by kernels as without", (rows, columns, seed, hasWeights, skipped) => {
    const own = problem(rows, columns, seed, hasWeights);
    const start = Math.min(skipped, rows - 1);
    const plain = new Float64Array(columns * columns).fill(0.5);
    const team = KernelTeam.alone(gramBytes(columns));
    const quick = plain.slice();
    addGram(own, start, rows, plain);
    // Twice, so that what the first left in the memory would show.
    addGram(own, start, rows, quick.slice(), team);
    addGram(own, start, rows, quick, team);
    expect(quick).toEqual(plain);
  });

  test("is the weighted sum of centred products, below the diagonal alone", () => {
    const own = problem(700, 5, 3, true);
    const { columns: x, mean, weights } = own;
    const gram = new Float64Array(25);
    addGram(own, 0, 700, gram, KernelTeam.alone(gramBytes(5)));
    for (let j = 0; j < 5; j++)
      for (let k = 0; k < 5; k++) {
        let sum = 0;
        for (let i = 0; i < 700; i++) sum += weights![i] * (x[j][i] - mean[j]) * (x[k][i] - mean[k]);
        expect(gram[j * 5 + k]).toBeCloseTo(k <= j ? sum : 0, 9);
      }
  });

  test("gives the same bits on 1, 2 and 4 threads", async () => {
    const own = problem(15_001, 37, 5, true);
    const [one, ...more] = await Promise.all(
      [1, 2, 4].map(async (threads) => {
        const team = await KernelTeam.start(gramBytes(37, threads), threads);
        expect(team.threads).toBe(threads);
        const gram = new Float64Array(37 * 37);
        addGram(own, 0, 15_001, gram, team);
        team.close();
        return gram;
      }),
    );
    for (const gram of more) expect(gram).toEqual(one);
  });
});

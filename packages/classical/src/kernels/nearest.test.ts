import { fc, test } from "@fast-check/vitest";
import { Matrix, Random } from "@strata-ml/core";
import { expect } from "vitest";
import { DensePoints } from "../cluster/dense-points.js";
import { centresOf, plainNearest } from "../cluster/points.js";
import { NearestKernel, nearestBytes } from "./nearest.js";
import { KernelTeam } from "./team.js";

/** Whole numbers, so that some distances are equal. */
function problem(rows: number, columns: number, centres: number, seed: number) {
  const random = new Random(seed);
  const draw = (count: number) => Float64Array.from({ length: count }, () => random.integer(5) / 3);
  const chosen = Int32Array.from({ length: rows }, (_, i) => i).filter(() => random.uniform() < 0.8);
  return { data: draw(rows * columns), centres: draw(centres * columns), chosen };
}

test.prop(
  [
    fc.integer({ min: 1, max: 700 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 11 }),
    fc.nat(),
    fc.constantFrom(1, 2, 4),
  ],
  { numRuns: 30 },
)(
  "finds what plain loops find, to the bit, on any number of threads",
  async (rows, columns, k, seed, threads) => {
    const { data, centres, chosen } = problem(rows, columns, k, seed);
    const points = new DensePoints(new Matrix(rows, columns, data));
    const team = await KernelTeam.start(nearestBytes(columns, k), threads);
    const kernel = new NearestKernel(columns, k, team);
    kernel.set(centres);
    for (const list of [chosen, Int32Array.from({ length: rows }, (_, i) => i)]) {
      const count = list.length;
      if (count === 0) continue;
      const found = kernel.find(data, list, count);
      const plain = plainNearest(points, list, count, centresOf(centres, k));
      expect(found.labels.slice(0, count)).toEqual(plain.labels);
      expect(found.least.slice(0, count)).toEqual(plain.least);
      expect(found.second.slice(0, count)).toEqual(plain.second);
      expect(found.stride).toBe(plain.stride);
      for (let i = 0; i < count; i++) {
        const at = i * found.stride;
        expect(found.distances.slice(at, at + k)).toEqual(plain.distances.slice(at, at + k));
      }
    }
    team.close();
  },
);

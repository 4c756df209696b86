import { fc, test } from "@fast-check/vitest";
import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect } from "vitest";
import { KernelTeam } from "../kernels/team.js";
import { Derivatives } from "./derivatives.js";
import { BinaryLogLoss, MultinomialLogLoss } from "./log-losses.js";
import type { Loss } from "./loss.js";

interface Drawn {
  readonly loss: Loss;
  readonly y: Float64Array;
  readonly raw: Float64Array[];
  readonly weights: Float64Array | undefined;
}

/** Labels and scores, some of them far out, where probabilities are almost 0. */
function draw(rows: number, classes: number, weighted: boolean, seed: number): Drawn {
  const random = new Random(seed);
  const loss = classes === 2 ? new BinaryLogLoss() : new MultinomialLogLoss(classes);
  const y = Float64Array.from({ length: rows }, () => random.integer(classes));
  const spread = (): number => (random.uniform() < 0.02 ? 300 : 3) * random.normal();
  const raw = Array.from({ length: loss.trees }, () => Float64Array.from({ length: rows }, spread));
  const weights = weighted ? y.map(() => random.uniform() + 0.1) : undefined;
  return { loss, y, raw, weights };
}

async function started({ loss, y, raw, weights }: Drawn, wide: boolean, threads: number) {
  const team = await KernelTeam.start(Derivatives.bytes(y.length, loss.trees, threads, wide), threads);
  const derivatives = new Derivatives(team, loss, y, weights, wide);
  derivatives.raw.forEach((scores, k) => scores.set(raw[k]));
  return { team, derivatives };
}

test.prop(
  [
    fc.integer({ min: 1, max: 9000 }),
    fc.constantFrom(2, 3, 7),
    fc.boolean(),
    fc.nat(),
    fc.constantFrom(1, 2),
  ],
  { numRuns: 25 },
)(
  "the kernels' derivatives and loss are those of the plain losses",
  async (rows, classes, weighted, seed, threads) => {
    const drawn = draw(rows, classes, weighted, seed);
    const { team, derivatives } = await started(drawn, true, threads);
    const expected = drawn.raw.map(() => new Float32Array(2 * rows));
    const loss = drawn.loss.derivatives(drawn.y, drawn.raw, drawn.weights, expected);
    expect(Math.abs(derivatives.update() - loss)).toBeLessThan(1e-10 * (1 + loss));
    for (let k = 0; k < expected.length; k++) {
      const { gradient, hessian, countBits } = derivatives.quantise(k, 1);
      const words = new BigInt64Array(team.u8.buffer, derivatives.quanta, 2 * rows);
      const received = Float64Array.from({ length: 2 * rows }, (_, i) =>
        i % 2 === 0 ? Number(words[i]) * gradient : Number(words[i] >> BigInt(countBits)) * hessian,
      );
      assertClose(received, Float64Array.from(expected[k]), { absolute: 1e-6, label: `tree ${k}` });
      words.forEach(
        (word, i) => i % 2 === 1 && expect(Number(word & ((1n << BigInt(countBits)) - 1n))).toBe(1),
      );
    }
    team.close();
  },
);

test("packed derivatives are rounded up or down by at most one quantum, and are right on average", async () => {
  const rows = 50_001;
  const drawn = draw(rows, 2, false, 3);
  const { team, derivatives } = await started(drawn, false, 2);
  const expected = new Float32Array(2 * rows);
  drawn.loss.derivatives(drawn.y, drawn.raw, undefined, [expected]);
  derivatives.update();
  const { gradient, hessian } = derivatives.quantise(0, 9);
  const words = new BigInt64Array(team.u8.buffer, derivatives.quanta, rows);
  const off = [0, 0];
  words.forEach((word, i) => {
    const parts = [Number(word >> 32n), Number(word & 0xffffffffn)];
    [gradient, hessian].forEach((quantum, part) => {
      const error = parts[part] - expected[2 * i + part] / quantum;
      expect(Math.abs(error)).toBeLessThan(1.001);
      off[part] += error;
    });
  });
  // A rounding's standard deviation is at most half a quantum.
  for (const sum of off) expect(Math.abs(sum)).toBeLessThan(4 * 0.5 * Math.sqrt(rows));
  team.close();
});

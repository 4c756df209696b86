import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { readGolden } from "../testing/layer-probe.js";
import { plateauStart, plateauStep } from "./plateau.js";
import { rateAt, type Schedule, scheduleSchema } from "./schedules.js";

const golden = readGolden("training") as {
  readonly rates: Readonly<Record<string, readonly number[]>>;
  readonly plateau: { readonly losses: readonly number[]; readonly rates: readonly number[] };
};
const schedules: Readonly<Record<string, readonly [unknown, number]>> = {
  cosine: [{ name: "cosine", decaySteps: 20, endFactor: 0.05 }, 0],
  "cosine, warm-up": [{ name: "cosine", decaySteps: 15 }, 5],
  polynomial: [{ name: "polynomial", decaySteps: 20, endFactor: 0.2, power: 2 }, 0],
  exponential: [{ name: "exponential", decaySteps: 4, decayFactor: 0.5 }, 0],
  "exponential, staircase": [{ name: "exponential", decaySteps: 4, decayFactor: 0.5, staircase: true }, 0],
};

describe("learning rates", () => {
  test("every golden schedule is compared", () => {
    expect(Object.keys(schedules)).toEqual(Object.keys(golden.rates));
  });

  test.each(Object.entries(schedules))("%s as Keras 3", (name, [given, warmupSteps]) => {
    const plan = { learningRate: 0.1, schedule: scheduleSchema.parse(given), warmupSteps, totalSteps: 1000 };
    const rates = golden.rates[name].map((_, step) => rateAt(plan, step));
    assertClose(rates, golden.rates[name], { absolute: 1e-7 });
  });

  test("without steps of its own a schedule falls over all that are left after the warm-up", () => {
    const schedule = scheduleSchema.parse({ name: "cosine", endFactor: 0.1 });
    const plan = { learningRate: 2, schedule, warmupSteps: 10, totalSteps: 110 };
    expect(rateAt(plan, 0)).toBe(0);
    expect(rateAt(plan, 10)).toBe(2);
    expect(rateAt(plan, 60)).toBeCloseTo(1.1, 12);
    expect(rateAt(plan, 110)).toBeCloseTo(0.2, 12);
    expect(rateAt({ ...plan, schedule: null }, 60)).toBe(2);
  });

  test("are reduced on plateaus as by Keras 3", () => {
    const schedule = scheduleSchema.parse({
      name: "reduceOnPlateau",
      factor: 0.3,
      patience: 2,
      minDelta: 1e-3,
      cooldown: 1,
      minRate: 1e-3,
    }) as Extract<Schedule, { name: "reduceOnPlateau" }>;
    let state = plateauStart(0.1);
    const rates = golden.plateau.losses.map((loss) => (state = plateauStep(schedule, state, loss)).rate);
    assertClose(rates, golden.plateau.rates, { absolute: 1e-8 });
    expect(new Set(rates.map((rate) => rate.toFixed(6))).size).toBeGreaterThan(3);
  });
});

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { averagePrecision } from "@strata-ml/core";
import { beforeAll, describe, expect, it } from "vitest";
import { stepsOf } from "../fixtures/steps-of.js";
import { handbookClassifier } from "../rungs/handbook-networks.js";
import { fraudCount } from "./fraud-count.js";
import { type HandbookWeeks, readHandbookWeeks } from "./handbook-weeks.js";

const directory =
  process.env.STRATA_SHARED_DATA ?? fileURLToPath(new URL("../../../../../shared/data", import.meta.url));
const raw = `${directory}/fdh_raw.csv.gz`;
if (!existsSync(raw)) {
  console.warn(`handbook weeks: skipped, ${raw} not there (set STRATA_SHARED_DATA to its folder)`);
}

describe.skipIf(!existsSync(raw))("the handbook's raw transactions", () => {
  let weeks: HandbookWeeks;
  beforeAll(async () => {
    weeks = await readHandbookWeeks(raw, {});
  }, 120_000);

  it("make the rows of the baseline week, with histories that agree with the features", () => {
    const { train, test, histories } = weeks;
    expect([train.rows, fraudCount(train), test.rows, fraudCount(test)]).toEqual([67_240, 598, 58_264, 385]);
    const slice = test.take(Array.from({ length: 500 }, (_, i) => 116 * i));
    const data = histories.with(slice, { customer: 5, terminal: 400 });
    const numbers = (name: string): ArrayLike<number> => data.column(name, "numeric").values;
    const names = data.namesOf("feature").filter((name) => data.column(name).kind === "numeric");
    const [count, risk] = ["terminalCount30d", "terminalRisk30d"].map(numbers);
    for (let row = 0; row < data.rows; row++) {
      // The terminal's window of 30 days by definition, from the steps that the history gives; ages are rounded.
      const steps = stepsOf(data, "terminal", row).map(([logAge, , , fraud]) => [Math.expm1(logAge), fraud]);
      const window = steps.filter(([age]) => age < 37 - 1e-3);
      const atMost = steps.filter(([age]) => age < 37 + 1e-3).length;
      expect(count[row]).toBeGreaterThanOrEqual(window.length);
      expect(count[row]).toBeLessThanOrEqual(atMost);
      const frauds = window.filter(([, fraud]) => fraud === 1).length;
      if (window.length === atMost && atMost > 0) expect(frauds / atMost).toBeCloseTo(risk[row], 9);
      const last = stepsOf(data, "customer", row).at(-1)!;
      names.forEach((name, f) => expect(last[f]).toBeCloseTo(numbers(name)[row], 2));
    }
  });

  // The app's README has the figures of all rows; a sixth of them will do to see that a network learns.
  it("teach a network over histories more than logistic regression learns from the features", async () => {
    const { train, test, histories } = weeks;
    const fraud = train.column("TX_FRAUD", "numeric").values;
    const some = train.filter((row) => fraud[row] === 1 || row % 6 === 0).selectFeatures([]);
    const steps = { customer: 5, terminal: 10 };
    const model = await handbookClassifier(steps, 0, 12).fit(histories.with(some, steps));
    const scores = await model.decisionFunction(histories.with(test.selectFeatures([]), steps));
    const label = Int32Array.from(test.column("TX_FRAUD", "numeric").values);
    expect(averagePrecision(label, Float64Array.from(scores.data))).toBeGreaterThan(0.62);
  }, 240_000);
});

import { expect, test } from "vitest";
import { verdict } from "./verdict.js";

const rung = (name: string, difference: number, half: number) => ({
  name,
  ci: { difference, lower: difference - half, upper: difference + half },
});
const dummy = { name: "dummy", ci: null };

test("stops at the lowest rung whose successor brings no significant gain", () => {
  const rungs = [
    dummy,
    rung("logistic regression", 0.3, 0.05),
    rung("boosting", 0.01, 0.02),
    rung("deep", 0.2, 0.05),
  ];
  expect(verdict(rungs, { metric: "average precision", confidence: 0.95 })).toBe(
    "Use logistic regression: the next rung, boosting, brings no significant gain in average precision (+0.010, 95% interval -0.010 to +0.030).",
  );
});

test("adds what a rung further up brings, where that is significant", () => {
  const rungs = [dummy, rung("tree", 0.3, 0.05), rung("forest", -0.1, 0.02), rung("boosting", 0.2, 0.05)];
  const context = { metric: "average precision", confidence: 0.95 };
  const gain = { difference: 0.1, lower: 0.02, upper: 0.2 };
  expect(verdict(rungs, { ...context, best: { name: "boosting", gain } })).toMatch(
    /^Use tree: .* Further up, boosting does gain over tree \(\+0\.100, 95% interval \+0\.020 to \+0\.200\)\.$/,
  );
  expect(
    verdict(rungs, { ...context, best: { name: "boosting", gain: { ...gain, lower: -0.01 } } }),
  ).not.toContain("Further up");
});

test("says so where the next rung is worse", () => {
  expect(verdict([dummy, rung("deep", -0.2, 0.05)], { metric: "ROC AUC", confidence: 0.9 })).toContain(
    "Use dummy: the next rung, deep, brings a significant loss",
  );
});

test("takes the top rung where every step gains", () => {
  const rungs = [dummy, rung("boosting", 0.3, 0.05), rung("hybrid", 0.1, 0.05)];
  expect(verdict(rungs, { metric: "average precision", confidence: 0.95 })).toContain(
    "Use hybrid, the top rung",
  );
  expect(verdict([dummy], { metric: "average precision", confidence: 0.95 })).toContain("only rung");
});

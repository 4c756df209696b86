import { DataError } from "@strata-ml/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cardPrecisionAtK } from "./card-precision.js";

describe("cardPrecisionAtK", () => {
  it("takes each card's highest score and label of the day, and leaves found cards out later", () => {
    const scored = {
      day: [0, 0, 0, 0, 1, 1, 1],
      customer: [7, 7, 8, 9, 7, 8, 9],
      // Card 7 is found on day 0 by its honest payment's score; on day 1 it is left out, and 9 moves up.
      label: [0, 1, 0, 0, 1, 0, 1],
      score: [0.9, 0.1, 0.5, 0.2, 1, 0.8, 0.7],
    };
    expect(cardPrecisionAtK(scored, 1)).toBe((1 + 0) / 2);
    expect(cardPrecisionAtK(scored, 2)).toBe((1 / 2 + 1 / 2) / 2);
  });

  it("gives ties to the lower customer number", () => {
    const tied = { day: [0, 0], customer: [4, 3], label: [1, 0], score: [0.5, 0.5] };
    expect(cardPrecisionAtK(tied, 1)).toBe(0);
    expect(cardPrecisionAtK({ ...tied, label: [0, 1] }, 1)).toBe(1);
  });

  const cards = fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 3 }),
      customer: fc.integer({ min: 0, max: 6 }),
      label: fc.integer({ min: 0, max: 1 }),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 60 },
  );
  const columns = (
    rows: readonly { day: number; customer: number; label: number; score: number }[],
  ): Parameters<typeof cardPrecisionAtK>[0] => ({
    day: rows.map(({ day }) => day),
    customer: rows.map(({ customer }) => customer),
    label: rows.map(({ label }) => label),
    score: rows.map(({ score }) => score),
  });

  it("does not depend on the order of rows, and finds a card once", () => {
    fc.assert(
      fc.property(cards, fc.integer({ min: 1, max: 8 }), (rows, k) => {
        const value = cardPrecisionAtK(columns(rows), k);
        expect(cardPrecisionAtK(columns(rows.toReversed()), k)).toBe(value);
        const days = new Set(rows.map(({ day }) => day)).size;
        const defrauded = new Set(rows.filter(({ label }) => label === 1).map(({ customer }) => customer))
          .size;
        expect(value * k * days).toBeLessThanOrEqual(defrauded + 1e-9);
      }),
    );
  });

  it("refuses what has no meaning", () => {
    const one = { day: [0], customer: [1], label: [1], score: [1] };
    expect(() => cardPrecisionAtK(one, 0)).toThrow(DataError);
    expect(() => cardPrecisionAtK({ ...one, score: [] }, 1)).toThrow(
      "score must have 1 values as day has, received 0",
    );
    expect(() => cardPrecisionAtK({ day: [], customer: [], label: [], score: [] }, 1)).toThrow(
      "at least one",
    );
  });
});

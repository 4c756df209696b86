import { Random } from "@strata-ml/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookAlike } from "./look-alike.js";
import { cashLine, onlineLine, storeLine, voucherLine } from "./merchant-text.js";

describe("descriptors", () => {
  it("fit a statement line and are never empty", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const lines = [
          storeLine(random, "GRANITE FOODS", 17, "MILLFORD"),
          onlineLine(random, "SHOP4U APPS"),
          onlineLine(random, lookAlike(random, "K9 SUPPLY")),
          voucherLine(random, "LUMEN STREAM"),
          cashLine(random, "MILLFORD"),
        ];
        for (const line of lines) expect(line).toMatch(/^\S.{2,24}$/);
      }),
    );
  });

  it("are mostly as the merchant spells its name, with slips now and then", () => {
    const random = new Random(1);
    const lines = Array.from({ length: 4000 }, () => onlineLine(random, "LUMEN").toUpperCase());
    const slips = lines.filter((line) => !line.includes("LUMEN")).length / lines.length;
    expect(slips).toBeGreaterThan(0.01);
    expect(slips).toBeLessThan(0.04);
  });
});

describe("lookAlike", () => {
  it("always differs from the name", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom("GRANITE FOODS", "K9 GYM", "365 PLAY", "UMBRA RADIO", "HQ"),
        (seed, name) => {
          expect(lookAlike(new Random(seed), name)).not.toBe(name);
        },
      ),
    );
  });

  it("has far more variants of one name than a run has frauds", () => {
    const random = new Random(2);
    const variants = new Set(Array.from({ length: 2000 }, () => lookAlike(random, "WALNUT SOFTWARE")));
    expect(variants.size).toBeGreaterThan(300);
  });
});

import type { FeatureBlock } from "./feature-engine.js";
import { type CardTransaction, DAY, HOUR } from "./stream.js";

/** Amount, and whether the moment (UTC) is at a weekend or at night (hour 0 to 6). */
export function calendar(): FeatureBlock<CardTransaction> {
  return {
    names: ["amount", "duringWeekend", "duringNight"],
    step({ amount, time }, out, at) {
      out[at] = amount;
      out[at + 1] = isWeekend(time) ? 1 : 0;
      out[at + 2] = hourOf(time) <= 6 ? 1 : 0;
    },
  };
}

/** Whole hour of the day, UTC. */
export function hourOf(time: number): number {
  return Math.floor((time - Math.floor(time / DAY) * DAY) / HOUR);
}

/** 1970-01-01 was a Thursday. */
export function isWeekend(time: number): boolean {
  const day = (Math.floor(time / DAY) + 3) % 7;
  return day >= 5;
}

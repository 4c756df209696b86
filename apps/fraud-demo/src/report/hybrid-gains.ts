import type { Report } from "./report-schema.js";

const signed = (value: number): string => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(3)}`;

/** What the hybrid gains over each of its halves, a sentence; null for a report without a hybrid. */
export function hybridGains({ hybridAgainst }: Report): string | null {
  const gains = ["boosting", "deep"].flatMap((name) => {
    const gain = hybridAgainst?.[name];
    if (gain === undefined) return [];
    const { difference, lower, upper, confidence } = gain;
    const level = `${Math.round(confidence * 100)}% interval`;
    return [`${signed(difference)} over ${name} (${level} ${signed(lower)} to ${signed(upper)})`];
  });
  return gains.length === 0 ? null : `The hybrid's gain in average precision: ${gains.join(", ")}.`;
}

import { z } from "zod";

const share = z.number().min(0).max(1);

/** Parameters of the simulator; everything has a default. */
export const simulationParams = z.strictObject({
  seed: z.number().default(0).describe("Same seed, same stream"),
  customers: z.int().min(50).max(1_000_000).default(1500).describe("Number of cards"),
  days: z.int().min(10).max(1000).default(60).describe("Length of the stream"),
  start: z.iso.date().default("2024-01-01").describe("First day"),
  fraudRate: z
    .number()
    .min(0.0005)
    .max(0.05)
    .default(0.01)
    .describe("Share of transactions that are fraud, about"),
  mix: z
    .strictObject({
      compromisedTerminal: share.default(0.15),
      strangeDevice: share.default(0.12),
      relay: share.default(0.08),
      lookAlike: share.default(0.22),
      cardTesting: share.default(0.12),
      accountTakeover: share.default(0.12),
      voucherCashOut: share.default(0.17),
    })
    .prefault({})
    .describe("Share of each scenario among the frauds, about; scaled to sum to 1"),
  decoys: z.number().min(0).max(20).default(4).describe("Honest bursts for each order-only fraud"),
  driftDay: z.int().min(0).optional().describe("Day on which relay fraud starts; default half of the days"),
  reportDays: z
    .number()
    .min(0)
    .max(60)
    .default(3.5)
    .describe("Mean days from fraud to report, beyond the first"),
  unreportedShare: share.default(0.05).describe("Share of the frauds that are never reported"),
  falseReportRate: share.default(0.0002).describe("Share of honest transactions that are reported"),
});

export type SimulationParams = z.output<typeof simulationParams>;
export type SimulationInput = z.input<typeof simulationParams>;

import { z } from "zod";

const gain = z.strictObject({
  difference: z.number(),
  lower: z.number(),
  upper: z.number(),
  confidence: z.number(),
});

/** What `report.json` holds. */
export const reportSchema = z.strictObject({
  seed: z.number(),
  /** Where the rows come from. */
  data: z.string(),
  /** Test rows, and frauds among them. */
  rows: z.number(),
  frauds: z.number(),
  rungs: z.array(
    z.strictObject({
      name: z.string(),
      averagePrecision: z.number(),
      rocAuc: z.number(),
      cardPrecisionAt100: z.number().nullable(),
      /** Gain in average precision over the rung below, by paired bootstrap; null for the lowest. */
      ci: gain.nullable(),
      fitSeconds: z.number(),
      rowLatencyMicros: z.number(),
      artifactBytes: z.number(),
    }),
  ),
  /** The hybrid against every other rung, where there is one. */
  hybridAgainst: z.record(z.string(), gain).optional(),
  verdict: z.string(),
});
export type Report = z.infer<typeof reportSchema>;

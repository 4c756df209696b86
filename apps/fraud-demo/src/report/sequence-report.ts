import { z } from "zod";

const figure = z.strictObject({ mean: z.number(), sd: z.number() });

/** What `report.json` of the handbook's networks holds: each figure over the seeds. */
export const sequenceReportSchema = z.strictObject({
  data: z.string(),
  /** First training day, and days in all. */
  from: z.string(),
  days: z.number(),
  /** How many, from 0 on. */
  seeds: z.number(),
  epochs: z.number(),
  /** Training rows, test rows, and frauds among them. */
  train: z.strictObject({ rows: z.number(), frauds: z.number() }),
  test: z.strictObject({ rows: z.number(), frauds: z.number() }),
  networks: z.array(
    z.strictObject({
      name: z.string(),
      customer: z.number(),
      terminal: z.number(),
      averagePrecision: figure,
      rocAuc: figure,
      cardPrecisionAt100: figure,
      /** Average precision of each seed, from 0 on. */
      bySeed: z.array(z.number()),
      fitSeconds: z.number(),
    }),
  ),
});
export type SequenceReport = z.infer<typeof sequenceReportSchema>;

/** Mean, and standard deviation over the seeds (0 for one seed). */
export function figureOf(values: readonly number[]): z.infer<typeof figure> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/** The networks as a table of fixed-width text. */
export function sequenceTable({ networks }: SequenceReport): string {
  const show = ({ mean, sd }: z.infer<typeof figure>): string => `${mean.toFixed(3)} (${sd.toFixed(3)})`;
  const head = ["network", "AP (sd)", "AUC (sd)", "CP@100 (sd)", "fit s"];
  const lines = networks.map((network) => [
    network.name,
    show(network.averagePrecision),
    show(network.rocAuc),
    show(network.cardPrecisionAt100),
    network.fitSeconds.toFixed(1),
  ]);
  const widths = head.map((_, j) => Math.max(...[head, ...lines].map((cells) => cells[j].length)));
  return [head, ...lines]
    .map((cells) =>
      cells.map((cell, j) => (j === 0 ? cell.padEnd(widths[j]) : cell.padStart(widths[j] + 2))).join(""),
    )
    .join("\n");
}

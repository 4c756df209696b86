import { averagePrecision, type LabelledDataset, rocAuc } from "@strata-ml/core";
import { workerExecutor } from "@strata-ml/core/node";
import { cardPrecisionAtK } from "../data/card-precision.js";
import { fraudCount } from "../data/fraud-count.js";
import type { HistorySteps } from "../data/handbook-histories.js";
import { readHandbookWeeks } from "../data/handbook-weeks.js";
import { requireFrauds } from "../data/require-frauds.js";
import { DAY } from "../features/stream.js";
import {
  figureOf,
  type SequenceReport,
  sequenceReportSchema,
  sequenceTable,
} from "../report/sequence-report.js";
import { writeFiles } from "../report/write-files.js";
import { type FittedScores, fitHandbookNetwork } from "../rungs/fit-handbook-network.js";
import { type CommandContext, workers } from "./command-options.js";
import { readingProgress } from "./reading-progress.js";

export interface HandbookSequencesCommand {
  readonly data: string;
  readonly from: string;
  readonly days: number;
  readonly seeds: number;
  readonly epochs: number;
  readonly histories: readonly HistorySteps[];
}

/** The handbook's networks on its protocol, with longer and longer histories, each over several seeds. */
export async function handbookSequencesCommand(
  command: HandbookSequencesCommand,
  context: CommandContext,
): Promise<void> {
  const { data: file, from, days, seeds, epochs } = command;
  const { signal, view, print, out } = context;
  const read = { signal, onProgress: readingProgress(view) };
  const { train, test } = await readHandbookWeeks(file, { from, days }, read);
  requireFrauds({ train, test }, 1, "raise --days or change --from");
  const sizes = { train: sizeOf(train), test: sizeOf(test) };
  for (const [part, { rows, frauds }] of Object.entries(sizes))
    view.log(`${part} ${rows.toLocaleString("en")} rows, ${frauds} frauds`);

  const fitted = await fitAll(command, context);
  const networks = command.histories.map((steps, h) =>
    networkFigures(steps, test, fitted.slice(h * seeds, (h + 1) * seeds)),
  );
  const report: SequenceReport = { data: file, from, days, seeds, epochs, ...sizes, networks };
  const content = `${JSON.stringify(sequenceReportSchema.parse(report), null, 2)}\n`;
  const files = await writeFiles("handbook-sequences", out, { "report.json": content });
  view.stop();
  print(sequenceTable(report));
  print(`\nWritten: ${files.join(", ")}`);
}

/** The fits of all seeds of the first network, then of the next, side by side where there are cores. */
async function fitAll(
  { data: file, from, days, seeds, epochs, histories }: HandbookSequencesCommand,
  { signal, view }: CommandContext,
): Promise<FittedScores[]> {
  const fits = histories.flatMap((steps) =>
    Array.from({ length: seeds }, (_, seed) => ({
      file,
      dates: { from, days },
      histories: steps,
      seed,
      epochs,
    })),
  );
  const executor = workerExecutor({ workers: Math.min(workers, fits.length) });
  try {
    return await executor.map(fitHandbookNetwork, fits, {
      signal,
      onProgress: ({ shard, ...event }) => {
        const { histories: steps, seed } = fits[shard];
        view.onProgress({ owner: `${networkName(steps)}, seed ${seed}`, stage: "epoch", ...event });
      },
    });
  } finally {
    await executor.close();
  }
}

/** What the fits of one network say together, a fit a seed. */
function networkFigures(
  steps: HistorySteps,
  test: LabelledDataset,
  fits: readonly FittedScores[],
): SequenceReport["networks"][number] {
  const label = Int32Array.from(test.column("TX_FRAUD", "numeric").values);
  const times = test.column("TX_DATETIME", "timestamp").values;
  const day = Int32Array.from(times, (time) => Math.floor(time / DAY));
  const customer = test.column("CUSTOMER_ID", "numeric").values;
  const bySeed = fits.map(({ scores }) => averagePrecision(label, scores));
  return {
    name: networkName(steps),
    customer: steps.customer ?? 0,
    terminal: steps.terminal ?? 0,
    averagePrecision: figureOf(bySeed),
    rocAuc: figureOf(fits.map(({ scores }) => rocAuc(label, scores))),
    cardPrecisionAt100: figureOf(
      fits.map(({ scores: score }) => cardPrecisionAtK({ day, customer, label, score }, 100)),
    ),
    bySeed,
    fitSeconds: figureOf(fits.map(({ fitSeconds }) => fitSeconds)).mean,
  };
}

function networkName({ customer, terminal }: HistorySteps): string {
  const own = customer === undefined ? "MLP" : `customer ${customer}`;
  return terminal === undefined ? own : `${own}, terminal ${terminal}`;
}

function sizeOf(part: LabelledDataset): SequenceReport["test"] {
  return { rows: part.rows, frauds: fraudCount(part) };
}

import type { Rung } from "@strata-ml/bridge";
import type { LabelledDataset } from "@strata-ml/core";
import { workerExecutor } from "@strata-ml/core/node";
import { fraudCount } from "../data/fraud-count.js";
import { handbookSplit } from "../data/handbook-split.js";
import { readHandbook } from "../data/read-handbook.js";
import { thirdsOf } from "../data/handbook-weeks.js";
import { requireFrauds } from "../data/require-frauds.js";
import { readHandbookRaw } from "../data/handbook-raw.js";
import { handbookCharts } from "../report/handbook-charts.js";
import { compareRungs } from "../rungs/compare-rungs.js";
import { handbookRawRungs, handbookRungs } from "../rungs/handbook-rungs.js";
import { type CommandContext, workers } from "./command-options.js";
import { publishReport } from "./publish-report.js";
import { readingProgress } from "./reading-progress.js";

const columns = {
  customer: "CUSTOMER_ID",
  amount: "TX_AMOUNT",
  time: "TX_DATETIME",
  scenario: "TX_FRAUD_SCENARIO",
};
/** The seed of the reference figures. */
const seed = 0;

/** The handbook's baseline protocol on its own feature table. */
export async function handbookCommand(
  { data: file }: { readonly data: string },
  context: CommandContext,
): Promise<void> {
  const { signal, view } = context;
  const data = await readHandbook(file, { signal, onProgress: readingProgress(view) });
  const { train, test } = handbookSplit(data);
  requireFrauds({ train, test }, 1, "the file must be the handbook's table of 2018-07-25 to 08-14");
  await compare(
    handbookRungs(seed),
    train,
    test,
    `the handbook's feature table (${file})`,
    columns.amount,
    context,
  );
}

export interface HandbookRawCommand {
  readonly data: string;
  readonly from?: string;
  readonly days?: number;
}

/** The same protocol on features that we compute ourselves from raw transactions, with histories as sequences. */
export async function handbookRawCommand(
  { data: file, from, days }: HandbookRawCommand,
  context: CommandContext,
): Promise<void> {
  const { signal, view } = context;
  const dates = { ...(from !== undefined && { from }), ...(days !== undefined && { days }) };
  const data = await readHandbookRaw(file, { ...dates, signal, onProgress: readingProgress(view) });
  const { train, test } = handbookSplit(data, thirdsOf(dates));
  // With one fraud, a network of the hybrid's cross-fitting would see none.
  requireFrauds({ train, test }, 2, "raise --days or change --from");
  await compare(
    handbookRawRungs(seed),
    train,
    test,
    `raw handbook transactions (${file})`,
    "amount",
    context,
  );
}

async function compare(
  rungs: readonly Rung[],
  train: LabelledDataset,
  test: LabelledDataset,
  source: string,
  amount: string,
  context: CommandContext,
): Promise<void> {
  const { signal, view } = context;
  const size = (data: LabelledDataset): string =>
    `${data.rows.toLocaleString("en")} rows, ${fraudCount(data)} frauds`;
  view.log(`train ${size(train)}; test ${size(test)}`);
  const executor = workerExecutor({ workers });
  try {
    const comparison = await compareRungs(
      rungs,
      train,
      test,
      { ...columns, amount },
      { seed, data: source },
      {
        signal,
        onProgress: view.onProgress,
        executor,
        onRung: ({ name, averagePrecision, fitSeconds }) =>
          view.log(
            `${name}: average precision ${averagePrecision.toFixed(3)}, fitted in ${fitSeconds.toFixed(1)} s`,
          ),
      },
    );
    await publishReport(comparison.report, handbookCharts(comparison), context);
  } finally {
    await executor.close();
  }
}

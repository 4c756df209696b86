import { standardRungs } from "@strata-ml/bridge";
import type { LabelledDataset } from "@strata-ml/core";
import { workerExecutor } from "@strata-ml/core/node";
import { simulatedData, simulatedSplit } from "../data/simulated-data.js";
import { simulationCharts } from "../report/simulation-charts.js";
import { summaryTable } from "../report/summary-table.js";
import { writeReport } from "../report/write-report.js";
import { compareRungs } from "../rungs/compare-rungs.js";
import { demoModels } from "../rungs/demo-models.js";
import { simulate } from "../simulator/simulate.js";
import { type CommandContext, workers } from "./command-options.js";

export interface SimulateCommand {
  readonly seed: number;
  readonly customers?: number;
  readonly days?: number;
}

/** The demo's main job: simulate, train, compare, report. */
export async function simulateCommand(
  { seed, ...size }: SimulateCommand,
  context: CommandContext,
): Promise<void> {
  const { signal, view, print, out } = context;
  const { onProgress } = view;
  const data = await simulatedData(simulate({ seed, ...size }, { signal, onProgress }));
  const { train, test } = simulatedSplit(data);
  view.log(`${describe("simulated", data)}; ${describe("train", train)}; ${describe("test", test)}`);
  const executor = workerExecutor({ workers });
  try {
    const columns = { customer: "customer", amount: "amount", time: "time", scenario: "scenario" };
    const about = { seed, data: `simulated card transactions (${JSON.stringify(size)})` };
    const comparison = await compareRungs(
      standardRungs(train, demoModels(seed)),
      train,
      test,
      columns,
      about,
      {
        signal,
        onProgress,
        executor,
        onRung: ({ name, averagePrecision, fitSeconds }) =>
          view.log(
            `${name}: average precision ${averagePrecision.toFixed(3)}, fitted in ${fitSeconds.toFixed(1)} s`,
          ),
      },
    );
    const charts = await simulationCharts(comparison, test, seed);
    view.stop();
    const files = await writeReport(out, comparison.report, charts);
    print(summaryTable(comparison.report));
    print(`\n${comparison.report.verdict}\n\nWritten: ${files.join(", ")}`);
  } finally {
    await executor.close();
  }
}

function describe(what: string, data: LabelledDataset): string {
  const frauds = (data.column("fraud", "numeric").values as Float64Array).reduce(
    (sum, label) => sum + label,
    0,
  );
  return `${what} ${data.rows.toLocaleString("en")} rows, ${frauds} frauds`;
}

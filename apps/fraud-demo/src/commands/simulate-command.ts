import { standardRungs } from "@strata-ml/bridge";
import { type LabelledDataset, parseParams } from "@strata-ml/core";
import { workerExecutor } from "@strata-ml/core/node";
import { fraudCount } from "../data/fraud-count.js";
import { requireFrauds } from "../data/require-frauds.js";
import { simulatedData, simulatedSplit } from "../data/simulated-data.js";
import { simulationCharts } from "../report/simulation-charts.js";
import { compareRungs } from "../rungs/compare-rungs.js";
import { demoModels } from "../rungs/demo-models.js";
import { simulate } from "../simulator/simulate.js";
import { simulationParams } from "../simulator/simulation-params.js";
import { type CommandContext, workers } from "./command-options.js";
import { publishReport } from "./publish-report.js";

export interface SimulateCommand {
  readonly seed: number;
  readonly customers?: number;
  readonly days?: number;
}

/** The demo's main job: simulate, train, compare, report. */
export async function simulateCommand(input: SimulateCommand, context: CommandContext): Promise<void> {
  const { signal, view } = context;
  const { onProgress } = view;
  const { seed, customers, days } = parseParams("simulate", simulationParams, input);
  const data = await simulatedData(simulate(input, { signal, onProgress }));
  const { train, test } = simulatedSplit(data);
  view.log(`${describe("simulated", data)}; ${describe("train", train)}; ${describe("test", test)}`);
  // With one fraud, a network of the hybrid's cross-fitting would see none.
  requireFrauds({ train, test }, 2, "raise --customers or --days");
  const executor = workerExecutor({ workers });
  try {
    const columns = { customer: "customer", amount: "amount", time: "time", scenario: "scenario" };
    const about = { seed, data: `simulated card transactions, ${customers} customers, ${days} days` };
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
    await publishReport(comparison.report, charts, context);
  } finally {
    await executor.close();
  }
}

function describe(what: string, data: LabelledDataset): string {
  return `${what} ${data.rows.toLocaleString("en")} rows, ${fraudCount(data)} frauds`;
}

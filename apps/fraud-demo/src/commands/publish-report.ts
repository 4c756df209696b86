import type { Chart } from "../report/charts/spec.js";
import { hybridGains } from "../report/hybrid-gains.js";
import type { Report } from "../report/report-schema.js";
import { summaryTable } from "../report/summary-table.js";
import { writeReport } from "../report/write-report.js";
import type { CommandContext } from "./command-options.js";

/** How every command ends: the report's files, then what they say in short. */
export async function publishReport(
  report: Report,
  charts: readonly Chart[],
  { view, print, out }: CommandContext,
): Promise<void> {
  const files = await writeReport(out, report, charts);
  view.stop();
  print(summaryTable(report));
  print(`\n${report.verdict}`);
  const gains = hybridGains(report);
  if (gains !== null) print(gains);
  print(`\nWritten: ${files.join(", ")}`);
}

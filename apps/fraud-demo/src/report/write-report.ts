import type { Chart } from "./charts/spec.js";
import { renderHtml } from "./html.js";
import { type Report, reportSchema } from "./report-schema.js";
import { writeFiles } from "./write-files.js";

/**
 * Writes `report.json` and `report.html` into a folder, made if it isn't there; returns their paths. Each replaces an
 * old one only when both are complete.
 *
 * @throws StrataError where the folder can't be written.
 */
export async function writeReport(
  folder: string,
  report: Report,
  charts: readonly Chart[],
): Promise<string[]> {
  return writeFiles("writeReport", folder, {
    "report.json": `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`,
    "report.html": await renderHtml(report, charts),
  });
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Chart } from "./charts/spec.js";
import { renderHtml } from "./html.js";
import { type Report, reportSchema } from "./report-schema.js";

/** Writes `report.json` and `report.html` into a folder, made if it isn't there; returns their paths. */
export async function writeReport(
  folder: string,
  report: Report,
  charts: readonly Chart[],
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const json = join(folder, "report.json");
  const html = join(folder, "report.html");
  await writeFile(json, `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`);
  await writeFile(html, await renderHtml(report, charts));
  return [json, html];
}

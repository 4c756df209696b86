import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StrataError } from "@strata-ml/core";
import type { Chart } from "./charts/spec.js";
import { renderHtml } from "./html.js";
import { type Report, reportSchema } from "./report-schema.js";

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
  const files = [
    [join(folder, "report.json"), `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`],
    [join(folder, "report.html"), await renderHtml(report, charts)],
  ];
  const partial = (path: string): string => `${path}.${process.pid}.partial`;
  try {
    await mkdir(folder, { recursive: true });
    for (const [path, content] of files) await writeFile(partial(path), content);
    for (const [path] of files) await rename(partial(path), path);
  } catch (cause) {
    // Where the folder itself can't be made there is nothing to remove.
    await Promise.allSettled(files.map(([path]) => rm(partial(path), { force: true })));
    const { code } = cause as NodeJS.ErrnoException;
    throw new StrataError("writeReport", `'${folder}' must be a folder that can be written (${code})`, {
      cause,
    });
  }
  return files.map(([path]) => path);
}

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawCsv, tableCsv } from "../fixtures/handbook-csv.js";
import { figuresOf, foreignParts } from "../fixtures/report-page.js";
import { runDemo } from "../fixtures/run-demo.js";
import { testRows } from "../fixtures/test-rows.js";
import { type Report, reportSchema } from "../report/report-schema.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-demo-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Finished {
  readonly report: Report;
  readonly page: string;
  readonly stdout: string;
}

/** Runs a command on a gzipped file, and reads what it wrote. */
async function finish(command: string, csv: string, ...more: string[]): Promise<Finished> {
  const out = join(folder, command);
  const file = join(folder, `${command}.csv.gz`);
  await writeFile(file, gzipSync(csv));
  const { code, stdout, stderr } = await runDemo([command, "--data", file, "--out", out, ...more], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/warn|error/i) });
  const report = reportSchema.parse(JSON.parse(await readFile(join(out, "report.json"), "utf8")));
  expect(report.data).toContain(file);
  expect(stdout).toContain(report.verdict);
  return { report, page: await readFile(join(out, "report.html"), "utf8"), stdout };
}

/** What is drawn where the scores of one rung are shown. */
const chartsWith = (rung: string): object[] =>
  [
    "Precision and recall",
    "ROC",
    "Calibration of high scores",
    `Scores given by ${rung}`,
    "Cost against alerts a day",
    "Recall by scenario",
  ].map((title) => ({ title, drawings: 1, drawn: true }));

describe.concurrent("the handbook's commands on made-up files in its format", () => {
  it("handbook compares the baseline's models on a feature table", async () => {
    const csv = tableCsv({ from: "2018-07-25", days: 21 });
    const { report, page, stdout } = await finish("handbook", csv);
    expect(report.seed).toBe(0);
    expect([report.rows, report.frauds]).toEqual(testRows(csv, "2018-07-25", [7, 7, 7]));
    const names = [
      "logistic regression",
      "decision tree, depth 2",
      "decision tree, unlimited",
      "random forest",
      "boosting",
    ];
    expect(report.rungs.map(({ name }) => name)).toEqual(names);
    // Dear payments are fraud, which every model can find.
    const chance = report.frauds / report.rows;
    for (const { averagePrecision } of report.rungs) expect(averagePrecision).toBeGreaterThan(10 * chance);
    expect(figuresOf(page)).toEqual(chartsWith("boosting"));
    expect(foreignParts(page)).toEqual([]);
    // There is no hybrid here whose gain could be told.
    expect(report.hybridAgainst).toBeUndefined();
    expect(`${page}${stdout}`).not.toContain("hybrid's gain");
  });

  it("handbook-raw climbs the ladder on features that it computes, over the days asked for", async () => {
    // So many that the test rows have some twenty frauds: with two or three, figures say nothing of a model.
    const csv = rawCsv({ from: "2018-04-01", days: 25, customers: 150 });
    const { report, page, stdout } = await finish(
      "handbook-raw",
      csv,
      "--from",
      "2018-04-08",
      "--days",
      "14",
    );
    expect([report.rows, report.frauds]).toEqual(testRows(csv, "2018-04-08", [4, 6, 4]));
    const names = ["dummy", "logistic regression", "boosting", "hybrid", "deep"];
    expect(report.rungs.map(({ name }) => name)).toEqual(names);
    const [dummy, logistic, boosting] = report.rungs;
    expect(dummy.averagePrecision).toBeCloseTo(report.frauds / report.rows, 12);
    expect(Math.min(logistic.averagePrecision, boosting.averagePrecision)).toBeGreaterThan(0.5);
    expect(Object.keys(report.hybridAgainst ?? {})).toEqual(names.filter((name) => name !== "hybrid"));
    expect(figuresOf(page)).toEqual(chartsWith("deep"));
    for (const text of [page, stdout]) expect(text).toContain("The hybrid's gain in average precision: ");
  });
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StrataError } from "@strata-ml/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { figuresOf, foreignParts } from "../fixtures/report-page.js";
import { handbookCharts } from "./handbook-charts.js";
import type { Report } from "./report-schema.js";
import { writeReport } from "./write-report.js";

const rung = {
  name: "<b>dummy & co</b>",
  averagePrecision: 0.25,
  rocAuc: 0.5,
  cardPrecisionAt100: null,
  ci: null,
  fitSeconds: 1,
  rowLatencyMicros: 2,
  artifactBytes: 3000,
};
const report: Report = {
  seed: 1,
  data: "payments of 'a<script>b.csv'",
  rows: 4,
  frauds: 1,
  rungs: [rung],
  verdict: "Use <nothing>.",
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-report-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("writeReport", () => {
  it("replaces an old report, and leaves nothing else behind", async () => {
    await writeFile(join(folder, "report.json"), "old");
    const files = await writeReport(folder, report, []);
    expect(files).toEqual([join(folder, "report.json"), join(folder, "report.html")]);
    expect((await readdir(folder)).sort()).toEqual(["report.html", "report.json"]);
    expect(JSON.parse(await readFile(files[0], "utf8"))).toEqual(report);
  });

  it("writes names from outside as text, never as markup", async () => {
    const [, html] = await writeReport(folder, report, []);
    const page = await readFile(html, "utf8");
    expect(page).toContain("&lt;b&gt;dummy &amp; co&lt;/b&gt;");
    expect(page).toContain("Use &lt;nothing&gt;.");
    expect(foreignParts(page)).toEqual([]);
  });

  it("writes no file where a chart can't be drawn or the report is not what the schema says", async () => {
    const chart = { title: "odd", note: "", spec: { mark: "nonsense" } as never };
    await expect(writeReport(folder, report, [chart])).rejects.toThrow();
    await expect(writeReport(folder, { ...report, seed: Number.NaN }, [])).rejects.toThrow("seed");
    expect(await readdir(folder)).toEqual([]);
  });

  it("says in a line where it can't write", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const below = writeReport(join(file, "out"), report, []);
    await expect(below).rejects.toThrow(StrataError);
    await expect(below).rejects.toThrow(/out' must be a folder that can be written \(ENOTDIR\)$/);
    await mkdir(join(folder, "report.json"));
    await expect(writeReport(folder, report, [])).rejects.toThrow(/can be written \(E[A-Z]+\)$/);
    expect((await readdir(folder)).sort()).toEqual(["file", "report.json"]);
  });
});

describe("the charts of a test set with a single fraud that nobody ranks high", () => {
  it("are all drawn, without a warning", async () => {
    const warn = vi.spyOn(console, "warn");
    const rows = 200;
    const fraud = Int32Array.from({ length: rows }, (_, i) => Number(i === 7));
    const test = {
      fraud,
      amount: new Float64Array(rows).fill(20),
      day: new Int32Array(rows),
      scenario: Array.from(fraud, (label) => (label === 1 ? "lookAlike" : "honest")),
      rungs: [
        { name: "last", scores: Float64Array.from(fraud, (label, i) => (label === 1 ? 0 : (i + 1) / 201)) },
        { name: "flat", scores: new Float64Array(rows).fill(0.005) },
      ],
    };
    const charts = handbookCharts({ report, test, rungs: test.rungs as never });
    const [, html] = await writeReport(folder, report, charts);
    const figures = figuresOf(await readFile(html, "utf8"));
    expect(figures.map(({ drawings }) => drawings)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await readFile(html, "utf8")).not.toMatch(/NaN|undefined/);
    expect(warn).not.toHaveBeenCalled();
  });
});

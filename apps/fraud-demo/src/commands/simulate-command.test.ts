import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { figuresOf, foreignParts } from "../fixtures/report-page.js";
import { type DemoRun, runDemo } from "../fixtures/run-demo.js";
import type { Report } from "../report/report-schema.js";

const names = ["dummy", "logistic regression", "boosting", "hybrid", "deep"];
const gain = {
  difference: expect.any(Number),
  lower: expect.any(Number),
  upper: expect.any(Number),
  confidence: 0.95,
};

/** A report without what the clock says. */
function untimed({ rungs, ...rest }: Report): object {
  return {
    ...rest,
    rungs: rungs.map(({ fitSeconds: _, rowLatencyMicros: __, ...rung }) => rung),
  };
}

describe("the default command, at a small size, twice", () => {
  let folder: string;
  let runs: DemoRun[];
  let reports: Report[];
  let pages: string[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-demo-"));
    const size = ["--customers", "80", "--days", "20", "--seed", "5"];
    runs = await Promise.all(["a", "b"].map((out) => runDemo([...size, "--out", `${out}/new`], folder)));
    const read = (name: string): Promise<string[]> =>
      Promise.all(["a", "b"].map((out) => readFile(join(folder, out, "new", name), "utf8")));
    reports = (await read("report.json")).map((text) => JSON.parse(text) as Report);
    pages = await read("report.html");
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  it("writes a report of five measured rungs", async () => {
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect((await readdir(join(folder, "a", "new"))).sort()).toEqual(["report.html", "report.json"]);
    expect(reports[0]).toEqual({
      seed: 5,
      data: "simulated card transactions, 80 customers, 20 days",
      rows: expect.any(Number),
      frauds: expect.any(Number),
      rungs: names.map((name, i) => ({
        name,
        averagePrecision: expect.any(Number),
        rocAuc: expect.any(Number),
        cardPrecisionAt100: expect.any(Number),
        ci: i === 0 ? null : gain,
        fitSeconds: expect.any(Number),
        rowLatencyMicros: expect.any(Number),
        artifactBytes: expect.any(Number),
      })),
      hybridAgainst: Object.fromEntries(
        names.filter((name) => name !== "hybrid").map((name) => [name, gain]),
      ),
      verdict: expect.stringMatching(/^Use (dummy|logistic regression|boosting|hybrid|deep)[:,] /),
    });
  });

  it("measures what can be: a dummy's precision is the share of fraud, a gain a difference of precisions", () => {
    const { rows, frauds, rungs, hybridAgainst = {} } = reports[0];
    expect(frauds).toBeGreaterThan(0);
    expect(rungs[0].averagePrecision).toBeCloseTo(frauds / rows, 12);
    expect(rungs[0].rocAuc).toBe(0.5);
    const precision = new Map(rungs.map(({ name, averagePrecision }) => [name, averagePrecision]));
    rungs.slice(1).forEach(({ averagePrecision, ci }, i) => {
      expect(ci?.difference).toBeCloseTo(averagePrecision - rungs[i].averagePrecision, 12);
    });
    for (const [name, { difference, lower, upper }] of Object.entries(hybridAgainst)) {
      expect(difference).toBeCloseTo(precision.get("hybrid")! - precision.get(name)!, 12);
      expect(lower).toBeLessThan(upper);
    }
    for (const { fitSeconds, rowLatencyMicros, artifactBytes } of rungs) {
      expect(Math.min(fitSeconds, rowLatencyMicros)).toBeGreaterThan(0);
      expect(artifactBytes).toBeGreaterThan(1000);
    }
  });

  it("says the same with the same seed, but for times", () => {
    expect(untimed(reports[1])).toEqual(untimed(reports[0]));
    const [a, b] = pages.map((page) => page.replace(/<table>.*<\/table>/s, ""));
    expect(b).toBe(a);
  });

  it("draws every chart into a page that needs nothing else", () => {
    const [page] = pages;
    expect(figuresOf(page)).toEqual(
      [
        "Precision and recall",
        "ROC",
        "Calibration of high scores",
        "Scores given by hybrid",
        "Cost against alerts a day",
        "Recall by scenario",
        "What boosting relies on",
        "Map of the embedding",
      ].map((title) => ({ title, drawings: 1, drawn: true })),
    );
    expect(foreignParts(page)).toEqual([]);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it("shows the verdict and the hybrid's gain on the page and in the terminal", () => {
    const { verdict, hybridAgainst = {} } = reports[0];
    const signed = (value: number): string => `${value < 0 ? "" : "+"}${value.toFixed(3)}`;
    const [boosting, deep] = ["boosting", "deep"].map((name) => {
      const { difference, lower, upper } = hybridAgainst[name];
      return `${signed(difference)} over ${name} (95% interval ${signed(lower)} to ${signed(upper)})`;
    });
    for (const text of [pages[0], runs[0].stdout]) {
      expect(text).toContain(verdict);
      expect(text).toContain(`The hybrid's gain in average precision: ${boosting}, ${deep}.`);
    }
    expect(runs[0].stdout).toContain(`Written: ${join("a/new", "report.json")}`);
    expect(runs[0].stderr).not.toMatch(/warn|error/i);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawCsv } from "../fixtures/handbook-csv.js";
import { type DemoRun, runDemo } from "../fixtures/run-demo.js";
import { testRows } from "../fixtures/test-rows.js";
import { figureOf, type SequenceReport, sequenceReportSchema } from "../report/sequence-report.js";

const csv = rawCsv({ from: "2018-04-01", days: 25, customers: 150 });
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-demo-"));
  file = join(folder, "raw.csv.gz");
  await writeFile(file, gzipSync(csv));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...more: string[]): Promise<DemoRun> =>
  runDemo(["handbook-sequences", "--data", file, ...more], folder);

/** Trains on the four days from 8 April on, tests on the last four of a fortnight. */
async function report(out: string, ...more: string[]): Promise<SequenceReport & { readonly stdout: string }> {
  const dates = ["--from", "2018-04-08", "--days", "14"];
  const { code, stdout, stderr } = await run("--out", join(folder, out), ...dates, ...more);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/warn|error/i) });
  expect(await readdir(join(folder, out))).toEqual(["report.json"]);
  const text = await readFile(join(folder, out, "report.json"), "utf8");
  return { ...sequenceReportSchema.parse(JSON.parse(text)), stdout };
}

describe.concurrent("handbook-sequences on a made-up file", () => {
  it("measures networks with and without histories over seeds", async () => {
    const made = await report("all", "--histories", "0,3,5+4,0+2", "--seeds", "2", "--epochs", "30");
    expect(made.seeds).toBe(2);
    expect(made.networks.map(({ name, customer, terminal }) => [name, customer, terminal])).toEqual([
      ["MLP", 0, 0],
      ["customer 3", 3, 0],
      ["customer 5, terminal 4", 5, 4],
      ["MLP, terminal 2", 0, 2],
    ]);
    expect([made.test.rows, made.test.frauds]).toEqual(testRows(csv, "2018-04-08", [4, 6, 4]));
    const chance = made.test.frauds / made.test.rows;
    for (const { name, averagePrecision, rocAuc, bySeed } of made.networks) {
      expect(averagePrecision.mean, name).toBeGreaterThan(10 * chance);
      expect(rocAuc.mean, name).toBeGreaterThan(0.9);
      expect(averagePrecision).toEqual(figureOf(bySeed));
      // Another seed is another network.
      expect(new Set(bySeed).size, name).toBe(2);
      expect(made.stdout).toContain(name);
    }
    // Each history is another network, too.
    expect(new Set(made.networks.map(({ bySeed }) => bySeed[0])).size).toBe(4);
  });

  it("gives the same figures for a seed, whatever else it trains", async () => {
    const options = ["--epochs", "3"];
    const one = await report("one", "--histories", "4", "--seeds", "1", ...options);
    const two = await report("two", "--histories", "0,4", "--seeds", "2", ...options);
    expect(two.networks[1].bySeed[0]).toBe(one.networks[0].bySeed[0]);
    expect(one.networks[0].averagePrecision.sd).toBe(0);
  });

  it.each([["x"], ["5+"], [""], ["-1"], ["5;20"], ["1000"]])("refuses the histories '%s'", async (list) => {
    const { code, stderr } = await run(`--histories=${list}`);
    expect(code).toBe(1);
    expect(stderr).toContain("It must be numbers of steps such as 0,5,5+20: customer+terminal.");
  });

  it("says what to change where the days hold no transactions", async () => {
    const { code, stderr } = await run("--from", "2018-04-20", "--out", join(folder, "none"));
    expect(code).toBe(1);
    expect(stderr).toContain("the test days must have transactions, received none");
    expect(await readdir(folder)).not.toContain("none");
  });
});

it("figureOf gives mean and standard deviation of a sample", () => {
  expect(figureOf([1, 2, 6])).toEqual({ mean: 3, sd: Math.sqrt(7) });
});

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { type Rung, standardRungs, strataRegistry } from "@strata-ml/bridge";
import { canPredictProbability, type LabelledDataset, type Matrix } from "@strata-ml/core";
import { saveModel } from "@strata-ml/core/node";
import { NeuralClassifier } from "@strata-ml/deep";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHandbookRaw } from "../data/handbook-raw.js";
import { handbookSplit } from "../data/handbook-split.js";
import { readHandbook } from "../data/read-handbook.js";
import { simulatedData, simulatedSplit } from "../data/simulated-data.js";
import { rawCsv, tableCsv } from "../fixtures/handbook-csv.js";
import { simulate } from "../simulator/simulate.js";
import { demoModels } from "./demo-models.js";
import { handbookRawRungs, handbookRungs } from "./handbook-rungs.js";

const script = fileURLToPath(new URL("../fixtures/predict-saved.mjs", import.meta.url));
const base64 = ({ data }: Matrix): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-rungs-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Test rows, as the script makes them. */
type Rows =
  | { readonly kind: "simulated"; readonly size: object }
  | { readonly kind: "handbook"; readonly file: string }
  | { readonly kind: "handbook-raw"; readonly file: string; readonly dates: object };

interface Answers {
  /** Bytes of the probabilities, by rung: from the fitted models, and from a process that loaded them. */
  readonly here: Record<string, string>;
  readonly there: Record<string, string>;
}

/** Fits rungs, asks them about the test rows, saves them, and asks a new process, which makes the rows itself. */
async function askTwice(
  rungs: readonly Rung[],
  { train, test }: { readonly train: LabelledDataset; readonly test: LabelledDataset },
  rows: Rows,
): Promise<Answers> {
  const here: Record<string, string> = {};
  const paths: Record<string, string> = {};
  for (const [i, { name, estimator }] of rungs.entries()) {
    const model = await estimator.fit(train);
    if (!canPredictProbability(model)) throw new Error(`${name} gives no probabilities`);
    const proba = await model.predictProba(test);
    // An answer that is the same for every row would hide a model that came back wrong.
    if (name !== "dummy") expect(new Set(proba.column(1)).size, name).toBeGreaterThan(1);
    here[name] = base64(proba);
    // Both forms of an artifact: one file, and a folder.
    paths[name] = join(folder, rows.kind, i % 2 === 0 ? `${i}.safetensors` : String(i));
    await saveModel(model, paths[name], strataRegistry);
  }
  const args = [script, JSON.stringify(rows), JSON.stringify(paths)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  return { here, there: JSON.parse(stdout) as Record<string, string> };
}

describe("every fitted rung, saved and loaded in a new process, gives the same bits", () => {
  it("the ladder on simulated payments", async () => {
    const size = { seed: 5, customers: 80, days: 20 };
    const split = simulatedSplit(await simulatedData(simulate(size)));
    const network = new NeuralClassifier({ seed: 5, epochs: 2, hiddenUnits: [8], sequenceUnits: 4 });
    const rungs = standardRungs(split.train, { ...demoModels(5), network, folds: 2 });
    const { here, there } = await askTwice(rungs, split, { kind: "simulated", size });
    expect(Object.keys(here)).toEqual(["dummy", "logistic regression", "boosting", "hybrid", "deep"]);
    expect(there).toEqual(here);
  });

  it("the handbook's baseline on a feature table", async () => {
    const file = join(folder, "table.csv.gz");
    await writeFile(file, gzipSync(tableCsv({ from: "2018-07-25", days: 21, customers: 60 })));
    const split = handbookSplit(await readHandbook(file));
    const { here, there } = await askTwice(handbookRungs(0), split, { kind: "handbook", file });
    expect(Object.keys(here)).toHaveLength(5);
    expect(there).toEqual(here);
  });

  it("the ladder on raw handbook transactions", async () => {
    const file = join(folder, "raw.csv.gz");
    await writeFile(file, gzipSync(rawCsv({ from: "2018-07-15", days: 31, customers: 30 })));
    const dates = { from: "2018-07-25", days: 21, historySteps: 4 };
    const split = handbookSplit(await readHandbookRaw(file, dates));
    const { here, there } = await askTwice(handbookRawRungs(0), split, { kind: "handbook-raw", file, dates });
    expect(Object.keys(here)).toHaveLength(5);
    expect(there).toEqual(here);
  });
});

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serialize } from "node:v8";
import { packDataset } from "@strata-ml/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wideData } from "./testing/wide-network.js";

const href = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
const packed = (rows: number, seed: number): string =>
  serialize(packDataset(wideData(rows, seed))).toString("base64");

/**
 * A program of the built package: fits a network of images, histories and a text with dropout, batch norm, a schedule and
 * validation rows, with the checkpoint that it is given, if any, and writes a hash of all weights and the history. Given a batch,
 * it ends its own process there, as a machine that fails would.
 */
const program = `
import { createHash } from "node:crypto";
import { deserialize } from "node:v8";
import { unpackDataset } from ${href("../../core/dist/index.js")};
import { defineNetwork, fileCheckpoint, NeuralClassifier, selectBackend } from ${href("../dist/index.js")};
const [path, last] = process.argv.slice(1);
const table = (text) => unpackDataset(deserialize(Buffer.from(text, "base64")));
const network = defineNetwork("mixed", (n) => {
  const words = n.embedding("words", n.inputs.textColumn("note"), { units: 4 });
  const image = n.conv2d("conv", n.inputs.imageColumn("picture"), { filters: 3, kernelSize: 3, activation: "relu" });
  const vectors = [
    n.inputs.numeric,
    n.lstm("lstm", n.inputs.sequenceColumn("history").numeric, { units: 3 }),
    n.meanPool(n.transformerEncoder("block", words, { heads: 2, dropout: 0.2 })),
    n.globalAveragePool2d(n.batchNorm("norm", image)),
  ];
  const hidden = n.dense("hidden", n.concat(vectors), { units: 6, activation: "relu" });
  return n.dense("output", n.dropout("drop", hidden, { rate: 0.2 }), { units: n.outputs });
});
await selectBackend("wasm");
const params = {
  network: "mixed", epochs: 6, batchSize: 16, maxTokens: 32, accumulationSteps: 2, patience: 4, seed: 7,
  schedule: { name: "cosine" }, optimizer: "adam",
};
let batches = 0;
const model = await new NeuralClassifier(params, { networks: [network] }).fit(table("${packed(70, 1)}"), {
  validation: table("${packed(30, 2)}"),
  ...(path !== "" && { checkpoint: fileCheckpoint(path) }),
  onProgress: ({ stage }) => {
    if (stage === "batch" && ++batches === Number(last)) process.kill(process.pid, "SIGKILL");
  },
});
const hash = createHash("sha256").update(model.fitted.weights).digest("hex");
process.stdout.write(JSON.stringify({ hash, history: model.history, batches }));
`;

interface Report {
  readonly hash: string;
  readonly history: object;
  /** Steps of this process. */
  readonly batches: number;
}

async function fitInProcess(checkpoint: string, lastBatch = 0): Promise<Report> {
  const given = ["--input-type=module", "--eval", program, "--", checkpoint, String(lastBatch)];
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, given, { cwd });
  return JSON.parse(stdout);
}

describe("a fit whose process is killed", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "interrupted-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("goes on in another process, and again in a third, to the same weights and history", async () => {
    const whole = await fitInProcess("");
    expect(whole.hash).not.toBe(createHash("sha256").digest("hex"));
    expect(await fitInProcess("")).toEqual(whole);
    const path = join(folder, "fit.safetensors");
    // An epoch has three steps.
    await expect(fitInProcess(path, 5)).rejects.toMatchObject({ signal: "SIGKILL" });
    await expect(fitInProcess(path, 7)).rejects.toMatchObject({ signal: "SIGKILL" });
    const { hash, history, batches } = await fitInProcess(path);
    expect({ hash, history }).toEqual({ hash: whole.hash, history: whole.history });
    // Killed in the second epoch, then in the third one after it: three whole epochs were saved.
    expect(batches).toBe(whole.batches - 9);
  });
});

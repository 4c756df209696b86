import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serialize } from "node:v8";
import { Worker } from "node:worker_threads";
import { packDataset } from "@strata-ml/core";
import { expect, test } from "vitest";
import { selectBackend } from "./backend/select-backend.js";
import { NeuralClassifier } from "./estimators/neural-classifier.js";
import { mixedData } from "./testing/example-data.js";

const params = {
  hiddenUnits: [8],
  epochs: 3,
  batchSize: 32,
  maxTokens: 64,
  sequenceUnits: 4,
  dropout: 0.2,
  seed: 11,
};

const data = mixedData(120, 1);
const href = (path: string): string => new URL(path, import.meta.url).href;

/** A program of the built package: fits, and reports a hash of all weights and what starting it left behind. */
const program = `
import { createHash } from "node:crypto";
import { deserialize } from "node:v8";
import { unpackDataset } from ${JSON.stringify(href("../../core/dist/index.js"))};
import { NeuralClassifier, selectBackend } from ${JSON.stringify(href("../dist/index.js"))};
const data = unpackDataset(deserialize(Buffer.from("${serialize(packDataset(data)).toString("base64")}", "base64")));
const { name } = await selectBackend("wasm");
const model = await new NeuralClassifier(${JSON.stringify(params)}).fit(data);
const hash = createHash("sha256").update(model.fitted.weights).digest("hex");
const listeners = process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection");
const report = JSON.stringify({ name, hash, listeners });
`;

async function expected(): Promise<string> {
  await selectBackend("wasm");
  const { fitted } = await new NeuralClassifier(params).fit(data);
  return createHash("sha256").update(fitted.weights).digest("hex");
}

test("two processes give the same weights, and starting the backend prints nothing and leaves no listener", async () => {
  const source = `${program} process.stdout.write(report);`;
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", source], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ name: "wasm", hash: await expected(), listeners: 0 });
});

test("a worker thread gives the same weights", async () => {
  const source = `${program} const { parentPort } = await import("node:worker_threads"); parentPort.postMessage(report);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  const report = await new Promise<string>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  expect(JSON.parse(report)).toMatchObject({ name: "wasm", hash: await expected() });
});

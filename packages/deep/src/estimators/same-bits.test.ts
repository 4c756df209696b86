import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { promisify } from "node:util";
import { type AnyEstimator, type Dataset, packDataset, Random } from "@strata-ml/core";
import { expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { mixedData } from "../testing/example-data.js";
import { Autoencoder } from "./autoencoder.js";
import { ContrastiveSequenceEncoder } from "./contrastive-sequence-encoder.js";
import { MlpClassifier } from "./mlp-classifier.js";
import { MlpRegressor } from "./mlp-regressor.js";
import { VariationalAutoencoder } from "./variational-autoencoder.js";

const all = mixedData(80, 1);
const random = new Random(1);
const numbers = all
  .selectFeatures(["vector"])
  .with({ other: Array.from({ length: 80 }, () => random.normal()) });
const estimators: readonly (readonly [AnyEstimator, Dataset])[] = [
  [new MlpClassifier({ maxIter: 3, seed: 5 }), numbers],
  [new MlpRegressor({ maxIter: 3, seed: 5, earlyStopping: true }), numbers],
  [new MlpClassifier({ solver: "lbfgs", maxIter: 20, seed: 5 }), numbers],
  [new Autoencoder({ epochs: 3, noise: 0.1, seed: 5 }), all.selectFeatures(["amount", "colour", "vector"])],
  [new VariationalAutoencoder({ epochs: 3, seed: 5 }), all.selectFeatures(["amount", "colour", "vector"])],
  [
    new ContrastiveSequenceEncoder({ epochs: 3, minSliceLength: 1, seed: 5 }),
    all.selectFeatures(["history"]),
  ],
];

const weightsOf = (model: unknown): Float32Array =>
  (model as { fitted: { weights: Float32Array } }).fitted.weights;
const href = (path: string): string => new URL(path, import.meta.url).href;

/** A program of the built package that fits them all and prints a hash of each one's weights. */
const program = `
import { createHash } from "node:crypto";
import { deserialize } from "node:v8";
import { Registry, unpackDataset } from ${JSON.stringify(href("../../../core/dist/index.js"))};
import { deepCodecs, selectBackend } from ${JSON.stringify(href("../../dist/index.js"))};
const tasks = deserialize(Buffer.from("${serialize(
  estimators.map(([estimator, data]) => [JSON.stringify(estimator), packDataset(data)]),
).toString("base64")}", "base64"));
await selectBackend("wasm");
const registry = new Registry(deepCodecs());
for (const [json, packed] of tasks) {
  const model = await registry.estimator(JSON.parse(json)).fit(unpackDataset(packed));
  console.log(createHash("sha256").update(model.fitted.weights).digest("hex"));
}
`;

test.each([
  [new Autoencoder({ epochs: 4, noise: 0.1 }), ["amount", "colour"]],
  [new VariationalAutoencoder({ epochs: 4, patience: 2 }), ["amount", "colour"]],
  [new ContrastiveSequenceEncoder({ epochs: 4, minSliceLength: 1 }), ["history"]],
] as const)(
  "a fit that goes on from its checkpoint ends as one that was not interrupted",
  async (estimator, names) => {
    await selectBackend("wasm");
    const data = all.selectFeatures(names);
    let held: Uint8Array | undefined;
    const checkpoint = {
      read: async () => held,
      write: async (bytes: Uint8Array) => {
        held = bytes;
      },
    };
    await estimator.with({ epochs: 2 }).fit(data, { checkpoint });
    const resumed = await estimator.fit(data, { checkpoint });
    const whole = await estimator.fit(data);
    expect(resumed.fitted.weights).toEqual(whole.fitted.weights);
    expect(resumed.history).toEqual(whole.history);
    const other = estimator.fit(mixedData(80, 2).selectFeatures(names), { checkpoint });
    await expect(other).rejects.toThrow("the checkpoint must be of this fit");
  },
);

test("two processes give the same weights", async () => {
  await selectBackend("wasm");
  const expected: string[] = [];
  for (const [estimator, data] of estimators)
    expected.push(
      createHash("sha256")
        .update(weightsOf(await estimator.fit(data)))
        .digest("hex"),
    );
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  expect(stdout.trim().split("\n")).toEqual(expected);
});

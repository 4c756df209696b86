import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeArtifact, encodeArtifact, ParamError, Registry } from "@strata-ml/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { trainingCurves } from "../plots/training-curves.js";
import { mixedData } from "../testing/example-data.js";
import { type CheckpointStore, fileCheckpoint } from "../training/checkpoint.js";
import { NeuralClassifier, neuralClassifierCodec } from "./neural-classifier.js";

const train = mixedData(160, 1);
const validation = mixedData(60, 2);
const settings = {
  epochs: 6,
  batchSize: 32,
  hiddenUnits: [8],
  normalization: "batch",
  dropout: 0.3,
  patience: 5,
  seed: 3,
} as const;

function memoryStore(): CheckpointStore & { bytes: Uint8Array | undefined; writes: number } {
  const store = {
    bytes: undefined as Uint8Array | undefined,
    writes: 0,
    read: async () => store.bytes,
    write: async (bytes: Uint8Array) => {
      store.bytes = bytes;
      store.writes++;
    },
  };
  return store;
}

/** Stops a fit in the middle of an epoch. */
function stopAt(epoch: number): { readonly signal: AbortSignal; readonly onProgress: () => void } {
  const controller = new AbortController();
  let batches = 0;
  const onProgress = (): void => {
    // Five steps and the epoch's own event an epoch.
    if (++batches === 6 * (epoch - 1) + 3) controller.abort(new Error("stopped"));
  };
  return { signal: controller.signal, onProgress };
}

const weightsOf = (model: { readonly fitted: { readonly weights: Float32Array } }): number[] => [
  ...model.fitted.weights,
];

describe("a fit that goes on from its checkpoint", () => {
  test.each([
    {},
    { optimizer: { name: "sgd", momentum: 0.9 }, accumulationSteps: 2, batchSize: 16 },
    { optimizer: "rmsprop", schedule: { name: "reduceOnPlateau", patience: 1, factor: 0.5 } },
    { schedule: { name: "cosine" }, warmupSteps: 3 },
    { patience: 1, learningRate: 0.1 },
    { metrics: ["auc", "logLoss"], monitor: "auc", patience: 1, learningRate: 0.1 },
  ] as const)("ends as one that was not interrupted, bit for bit: %j", async (change) => {
    const estimator = new NeuralClassifier({ ...settings, ...change });
    const whole = await estimator.fit(train, { validation });
    const checkpoint = memoryStore();
    const before = aliveTensors();
    await expect(estimator.fit(train, { validation, checkpoint, ...stopAt(3) })).rejects.toThrow("stopped");
    expect(aliveTensors()).toBe(before);
    expect(checkpoint.writes).toBe(2);
    const resumed = await estimator.fit(train, { validation, checkpoint });
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    expect(resumed.history).toEqual(whole.history);
    expect(checkpoint.writes).toBe(whole.history.loss.length);
    // What is done is not done again.
    expect(weightsOf(await estimator.fit(train, { validation, checkpoint }))).toEqual(weightsOf(whole));
    expect(checkpoint.writes).toBe(whole.history.loss.length);
  });

  test("may run more epochs than it was begun with", async () => {
    const checkpoint = memoryStore();
    const estimator = new NeuralClassifier(settings);
    await estimator.with({ epochs: 2 }).fit(train, { validation, checkpoint });
    const longer = await estimator.fit(train, { validation, checkpoint });
    expect(weightsOf(longer)).toEqual(weightsOf(await estimator.fit(train, { validation })));
  });

  test.each([
    ["params", new NeuralClassifier({ ...settings, learningRate: 0.01 }), train],
    ["data", new NeuralClassifier(settings), mixedData(160, 9)],
    ["network", new NeuralClassifier({ ...settings, hiddenUnits: [9] }), train],
    [
      "epochs where the rate depends on them",
      new NeuralClassifier({ ...settings, epochs: 7, schedule: { name: "cosine" } }),
      train,
    ],
  ])("is refused for other %s", async (_, estimator, data) => {
    const checkpoint = memoryStore();
    const change = estimator.params.schedule ? { schedule: estimator.params.schedule } : {};
    await new NeuralClassifier({ ...settings, epochs: 2, ...change }).fit(train, { validation, checkpoint });
    await expect(estimator.fit(data, { validation, checkpoint })).rejects.toThrow(
      "NeuralClassifier: the checkpoint must be of this fit, received one of other params, data or network",
    );
  });
});

describe("a checkpoint in a file", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "checkpoint-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("is made with its folders, read again, and refused where it is damaged", async () => {
    const path = join(folder, "deep", "fit.safetensors");
    const estimator = new NeuralClassifier({ ...settings, epochs: 2 });
    const model = await estimator.fit(train, { validation, checkpoint: fileCheckpoint(path) });
    const again = await estimator.fit(train, { validation, checkpoint: fileCheckpoint(path) });
    expect(weightsOf(again)).toEqual(weightsOf(model));
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 9));
    const checkpoint = fileCheckpoint(path);
    await expect(estimator.fit(train, { validation, checkpoint })).rejects.toThrow("artifact: tensor");
  });

  test("that can't be read or written is an error that says so", async () => {
    const checkpoint = fileCheckpoint(folder);
    const expected = `fileCheckpoint: '${folder}' must be a file that can be read`;
    await expect(new NeuralClassifier(settings).fit(train, { checkpoint })).rejects.toThrow(expected);
  });
});

describe("the history of a fit", () => {
  test("is in the model, in its artifact, and drawn as curves", async () => {
    const model = await new NeuralClassifier({ ...settings, epochs: 3 }).fit(train, { validation });
    expect(model.history.loss).toHaveLength(3);
    expect(model.history.validationLoss).toHaveLength(3);
    const registry = new Registry([neuralClassifierCodec()]);
    const again = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect((again as typeof model).history).toEqual(model.history);
    const [lines, dot] = trainingCurves(model.history).layer as { data: { values: object[] } }[];
    expect(lines.data.values).toHaveLength(6);
    const { validationLoss } = model.history;
    const lowest = Math.min(...validationLoss);
    expect(dot.data.values).toEqual([
      { epoch: validationLoss.indexOf(lowest) + 1, rows: "validation", loss: lowest },
    ]);
    expect(() => trainingCurves({ loss: [], validationLoss: [], learningRate: [], metrics: {} })).toThrow(
      ParamError,
    );
  });
});

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serialize } from "node:v8";
import { fromColumns, packDataset, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
// What is built is tested here: a worker thread can't import TypeScript.
import {
  aliveTensors,
  mirrored,
  NeuralClassifier,
  NeuralMultiTask,
  NeuralRegressor,
  type NetworkFitOptions,
  selectBackend,
} from "@strata-ml/deep";
import { beforeAll, describe, expect, test } from "vitest";
import { mixedData } from "../testing/example-data.js";
import { EpochSampler } from "../training/epoch-sampler.js";
import { binned, losses, other, standardised, trainSteps } from "./fixtures/definitions.mjs";
import { testBackends } from "../testing/test-backends.js";

const data = mixedData(150, 1);
const settings = {
  epochs: 2,
  batchSize: 32,
  hiddenUnits: [8],
  normalization: "batch",
  dropout: 0.2,
  patience: null,
  validationFraction: null,
  maxTokens: 64,
  sequenceUnits: 4,
  seed: 11,
} as const;
const estimator = new NeuralClassifier(settings);
const two = mirrored({ replicas: 2 });
const modules = [new URL("./fixtures/definitions.mjs", import.meta.url)];
const twoWithModules = mirrored({ replicas: 2, modules });

beforeAll(() => selectBackend("wasm"));

const hashOf = ({ fitted }: { readonly fitted: { readonly weights: Float32Array } }): string =>
  createHash("sha256").update(fitted.weights).digest("hex");
/** Worker threads that live in this process. */
const threads = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;

describe("a mirrored fit", () => {
  test("of one replica is a fit without, bit for bit", async () => {
    const plain = await estimator.fit(data);
    expect(hashOf(await estimator.fit(data, { strategy: mirrored({ replicas: 1 }) }))).toBe(hashOf(plain));
  });

  test.each([
    [2, {}],
    [3, { accumulationSteps: 2, batchSize: 16 }],
    [4, { batchSize: 2, epochs: 1 }],
  ])("of %i replicas makes the steps of one thread: %j", async (replicas, change) => {
    // Without what each replica has of its own: dropout and the statistics of its rows.
    const same = estimator.with({ normalization: "none", dropout: 0, ...change });
    const before = [aliveTensors(), threads()];
    let most = 0;
    const onProgress = (): void => {
      most = Math.max(most, threads());
    };
    const apart = await same.fit(data, { strategy: mirrored({ replicas }), onProgress });
    expect(most).toBe(before[1] + replicas - 1);
    expect([aliveTensors(), threads()]).toEqual(before);
    const alone = await same.fit(data);
    assertClose(apart.history.loss, alone.history.loss, { absolute: 1e-5 });
    assertClose(apart.fitted.weights, alone.fitted.weights, { absolute: 2e-3 });
  });

  test.each([
    ["NeuralClassifier", settings],
    ["NeuralClassifier", { ...settings, trainStep: "adversarial" }],
    [
      "NeuralMultiTask",
      { ...settings, trainStep: "adversarial", heads: { label: { kind: "classification", loss: "focal" } } },
    ],
  ] as const)("of %s gives the same bits again, and in another process: %j", async (name, params) => {
    const make = { NeuralClassifier, NeuralMultiTask }[name];
    const fit = () => new make(params, { trainSteps }).fit(data, { strategy: twoWithModules });
    const first = hashOf(await fit());
    expect(hashOf(await fit())).toBe(first);
    const href = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const packed = serialize(packDataset(data)).toString("base64");
    const program = `
      import { createHash } from "node:crypto";
      import { deserialize } from "node:v8";
      import { unpackDataset } from ${href("../../../core/dist/index.js")};
      import { mirrored, ${name}, selectBackend } from ${href("../../dist/index.js")};
      import { trainSteps } from ${href("./fixtures/definitions.mjs")};
      const data = unpackDataset(deserialize(Buffer.from("${packed}", "base64")));
      await selectBackend("wasm");
      const strategy = mirrored({ replicas: 2, modules: [${JSON.stringify(modules[0].href)}] });
      const { fitted } = await new ${name}(${JSON.stringify(params)}, { trainSteps }).fit(data, { strategy });
      process.stdout.write(createHash("sha256").update(fitted.weights).digest("hex"));`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program],
      { cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );
    expect([stdout, stderr]).toEqual([first, ""]);
  });

  test("goes on from its checkpoint with the same bits, and from no other's", async () => {
    const whole = await estimator.fit(data, { strategy: two });
    let bytes: Uint8Array | undefined;
    const checkpoint = {
      read: async () => bytes,
      write: async (next: Uint8Array) => {
        bytes = next;
      },
    };
    await estimator.with({ epochs: 1 }).fit(data, { strategy: two, checkpoint });
    await expect(estimator.fit(data, { checkpoint })).rejects.toThrow("the checkpoint must be of this fit");
    const resumed = await estimator.fit(data, { strategy: two, checkpoint });
    expect(hashOf(resumed)).toBe(hashOf(whole));
  });

  test("learns from a stream", async () => {
    const same = estimator.with({ normalization: "none", dropout: 0 });
    const source = () => [data.slice(0, 70), data.slice(70)];
    const apart = await same.fitStream(source, { strategy: two });
    const alone = await same.fitStream(source);
    assertClose(apart.history.loss, alone.history.loss, { absolute: 1e-5 });
  });

  test("takes columns through preprocessing layers", async () => {
    const mine = new NeuralClassifier({ ...settings, network: "binned" }, { networks: [binned] });
    const apart = await mine.fit(data, { strategy: mirrored({ replicas: 2, modules }) });
    assertClose(apart.history.loss, (await mine.fit(data)).history.loss, { absolute: 1e-5 });
  });

  test("learns several heads", async () => {
    const heads = {
      label: { kind: "classification", loss: "focal", classWeight: "balanced" },
      colour: { kind: "classification", classWeight: { red: 5 } },
      amount: { kind: "regression" },
    } as const;
    const change = { normalization: "none", dropout: 0, heads } as const;
    const known = data.filter(
      (row) =>
        !Number.isNaN(data.column("amount", "numeric").values[row]) &&
        data.column("colour", "categorical").codes[row] >= 0,
    );
    const tasks = new NeuralMultiTask({ ...settings, ...change });
    const apart = await tasks.fit(known, { strategy: two });
    assertClose(apart.history.loss, (await tasks.fit(known)).history.loss, { absolute: 1e-5 });
  });

  const whole = testBackends.filter((backend) => backend !== "wasm" && backend !== "cpu");
  test.runIf(whole.length > 0).each(whole)(
    "is refused on %s, which uses its whole device without",
    async (backend) => {
      await selectBackend(backend);
      try {
        await expect(estimator.fit(data, { strategy: two })).rejects.toThrow(
          `needs the backend wasm or cpu, of which a thread uses one processor, received ${backend}`,
        );
      } finally {
        await selectBackend("wasm");
      }
    },
  );

  test("works on the cpu backend, where that was chosen", async () => {
    await selectBackend("cpu");
    try {
      const short = estimator.with({ epochs: 1, normalization: "none", dropout: 0 });
      const apart = await short.fit(data, { strategy: two });
      assertClose(apart.history.loss, (await short.fit(data)).history.loss, { absolute: 1e-5 });
    } finally {
      await selectBackend("wasm");
    }
  });
});

const random = new Random(4);
const x = Float64Array.from({ length: 12 }, () => random.normal());
const line = fromColumns({ x, y: x.map((value) => 2 * value + 1) }, { target: "y" });
const short = { epochs: 20, batchSize: 4, patience: null, validationFraction: null, seed: 5 } as const;
const own = { networks: [standardised, other], losses, trainSteps };
const regress = (change: object, options: NetworkFitOptions) =>
  new NeuralRegressor({ ...short, ...change }, own).fit(line, options);

describe("definitions of one's own", () => {
  test("come from modules; running statistics are the mean of the replicas'", async () => {
    const model = await regress(
      { network: "standardised", loss: "mine", batchSize: 12, epochs: 1 },
      { strategy: mirrored({ replicas: 2, modules }) },
    );
    const { network, weights, encoder } = model.fitted;
    const views = network.layout.views(weights);
    const { mean, scale } = encoder.numeric!.scaling;
    const order = new EpochSampler(12).rowsOf(new Random(short.seed).fork("epoch/1"));
    const halves = [order.subarray(0, 6), order.subarray(6)].map((rows) =>
      Array.from(rows, (row) => (x[row] - mean[0]) / scale[0]),
    );
    const average = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
    const variance = (values: readonly number[]): number => {
      const middle = average(values);
      return average(values.map((value) => (value - middle) ** 2));
    };
    assertClose(views.get("norm.movingMean")!, [average(halves.map(average))], { absolute: 1e-6 });
    assertClose(views.get("norm.movingVariance")!, [average(halves.map(variance))], { absolute: 1e-6 });
  });

  test("that no module gives are told before a thread starts", async () => {
    await expect(regress({ network: "standardised" }, { strategy: two })).rejects.toThrow(
      "NeuralRegressor: strategy: a worker thread must find network 'standardised' in a module, received none: mirrored({ replicas, modules:",
    );
    await expect(regress({ loss: "mine" }, { strategy: two })).rejects.toThrow("must find loss 'mine'");
  });

  test.each([
    [
      { network: "standardised" },
      "data:text/javascript,export const loss = { name: 'a', rows() {} }",
      "failed before the first step: NeuralRegressor: strategy: the modules must export network 'standardised', received no network",
    ],
    [
      { loss: "mine" },
      "data:text/javascript,export const loss = { name: 'a', rows() {} }",
      "must export loss 'mine', received 'a'",
    ],
    [{ loss: "mine" }, "file:///nowhere/losses.js", "replica 1 of the mirrored strategy must go on"],
    [
      { network: "other" },
      modules[0],
      "the module must build the network that is trained, of weights in.kernel",
    ],
  ])("that are not there, or not the same: %j", async (change, module, message) => {
    const before = [aliveTensors(), threads()];
    const strategy = mirrored({ replicas: 2, modules: [module] });
    await expect(regress(change, { strategy })).rejects.toThrow(message);
    expect([aliveTensors(), threads()]).toEqual(before);
  });

  test("a training step of one's own is shared too", async () => {
    const change = { hiddenUnits: [8], dropout: 0, trainStep: "adversarial", accumulationSteps: 2 };
    const apart = await regress(change, { strategy: mirrored({ replicas: 2, modules }) });
    const alone = await regress(change, {});
    assertClose(apart.history.loss, alone.history.loss, { absolute: 1e-5 });
    await expect(regress(change, { strategy: two })).rejects.toThrow("must find training step 'adversarial'");
  });

  test("no tensor is left in a worker from step to step", async () => {
    const strategy = mirrored({ replicas: 2, modules });
    const model = await regress({ network: "standardised", loss: "counts tensors" }, { strategy });
    expect(model.history.loss).toHaveLength(20);
  });
});

describe("nothing is left of a mirrored fit", () => {
  const controller = new AbortController();
  let batches = 0;
  const wide = { hiddenUnits: [64], epochs: 1000 };

  test.each<[string, object, NetworkFitOptions, string]>([
    [
      "that is aborted",
      wide,
      {
        signal: controller.signal,
        onProgress: () => {
          if (++batches === 5) controller.abort(new Error("stopped"));
        },
      },
      "stopped",
    ],
    [
      "whose callback throws",
      wide,
      {
        onProgress: () => {
          throw new Error("mine");
        },
      },
      "mine",
    ],
    ["that diverges", { learningRate: 1e30, clipNorm: null, optimizer: "sgd" }, {}, "must stay finite"],
    [
      "whose worker throws",
      { loss: "throws elsewhere" },
      {},
      "NeuralRegressor: replica 1 of the mirrored strategy must go on, it failed in step 3: my loss gave up",
    ],
    [
      "whose worker dies",
      { loss: "dies elsewhere" },
      {},
      "NeuralRegressor: replica 1 of the mirrored strategy must go on, it failed in step 2: its thread ended with code 3",
    ],
  ])("%s", async (_, change, options, message) => {
    const before = [aliveTensors(), threads()];
    const strategy = mirrored({ replicas: 2, modules });
    await expect(regress(change, { ...options, strategy })).rejects.toThrow(message);
    expect([aliveTensors(), threads()]).toEqual(before);
  });
});

test("options that are none", async () => {
  for (const replicas of [0, 1.5, 65, undefined])
    expect(() => mirrored({ replicas: replicas as number })).toThrow(
      "mirrored: replicas must be a whole number from 1 to 64, received",
    );
  expect(() => mirrored({ replicas: 2, modules: ["./mine.js"] })).toThrow(
    'mirrored: a module must be a URL, as in new URL("./my-networks.js", import.meta.url), received "./mine.js"',
  );
  expect(() => mirrored({ replicas: 2, modules: "a:b" as never })).toThrow("modules must be a list of URLs");
  await expect(estimator.fit(data, { strategy: "mirrored" as never })).rejects.toThrow(
    'NeuralClassifier: strategy must be made by mirrored({ replicas }), received "mirrored"',
  );
});

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fromColumns, type LabelledDataset, packDataset, Random, unpackDataset } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { mixedData } from "../testing/example-data.js";
import { ShufflePool } from "./shuffle-pool.js";
import type { StreamFitOptions, StreamSource } from "./stream-options.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

const data = mixedData(150, 1);
const validation = mixedData(40, 2);
const settings = {
  epochs: 3,
  batchSize: 16,
  hiddenUnits: [8],
  normalization: "batch",
  dropout: 0.2,
  patience: null,
  maxTokens: 64,
  sequenceUnits: 4,
  seed: 7,
} as const;
const estimator = new NeuralClassifier(settings);

/** The rows of a table in chunks of these sizes, over and over; each a table of its own. */
function inChunks(table: LabelledDataset, ...sizes: readonly number[]): StreamSource {
  return async function* chunks() {
    for (let from = 0, k = 0; from < table.rows; from += sizes[k++ % sizes.length])
      yield unpackDataset(packDataset(table.slice(from, from + sizes[k % sizes.length]))) as LabelledDataset;
  };
}

const weightsOf = (model: { readonly fitted: { readonly weights: Float32Array } }): number[] => [
  ...model.fitted.weights,
];

describe("a fit on a stream", () => {
  test("of one step an epoch is a fit in memory", async () => {
    const whole = estimator.with({ batchSize: 150, dropout: 0, validationFraction: null });
    const before = aliveTensors();
    const streamed = await whole.fitStream(inChunks(data, 40, 7), { validation });
    expect(aliveTensors()).toBe(before);
    const held = await whole.fit(data, { validation });
    assertClose(streamed.history.loss, held.history.loss, { absolute: 1e-5 });
    assertClose(streamed.history.validationLoss, held.history.validationLoss, { absolute: 1e-3 });
    assertClose(weightsOf(streamed), weightsOf(held), { absolute: 3e-3 });
  });

  test("in its order depends on no chunk, nor on what is read ahead", async () => {
    const options: StreamFitOptions = { shuffleRows: 1, adapt: data };
    const one = await estimator.fitStream(inChunks(data, 150), options);
    for (const [prefetch, ...sizes] of [
      [0, 1],
      [5, 33, 2],
      [2, 16],
    ]) {
      const other = await estimator.fitStream(inChunks(data, ...sizes), { ...options, prefetch });
      expect(weightsOf(other)).toEqual(weightsOf(one));
    }
  });

  test("gives the same bits again, and in another process; other order, other bits", async () => {
    const numbers = estimator.with({ maxTokens: 16 });
    const random = new Random(3);
    const rows = Array.from({ length: 60 }, () => [random.normal(), random.integer(2)]);
    const table = fromColumns({ a: rows.map(([a]) => a), y: rows.map(([, y]) => y) }, { target: "y" });
    const options = { shuffleRows: 30, adaptRows: 50 };
    const hash = (model: Parameters<typeof weightsOf>[0]): string =>
      createHash("sha256").update(model.fitted.weights).digest("hex");
    const first = hash(await numbers.fitStream(inChunks(table, 20), options));
    expect(hash(await numbers.fitStream(inChunks(table, 20), options))).toBe(first);
    expect(hash(await numbers.fitStream(inChunks(table, 20), { ...options, shuffleRows: 1 }))).not.toBe(
      first,
    );
    const href = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const program = `
      import { createHash } from "node:crypto";
      import { fromColumns } from ${href("../../../core/dist/index.js")};
      import { NeuralClassifier, selectBackend } from ${href("../../dist/index.js")};
      await selectBackend("${testBackend}");
      const rows = ${JSON.stringify(rows)};
      async function* chunks() {
        for (let from = 0; from < 60; from += 20) {
          const some = rows.slice(from, from + 20);
          yield fromColumns({ a: some.map(([a]) => a), y: some.map(([, y]) => y) }, { target: "y" });
        }
      }
      const { fitted } = await new NeuralClassifier(${JSON.stringify(numbers.params)}).fitStream(chunks, ${JSON.stringify(options)});
      process.stdout.write(createHash("sha256").update(fitted.weights).digest("hex"));`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program],
      { cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );
    expect(stdout).toBe(first);
    // TensorFlow's own library logs on its start.
    if (testBackend === "wasm") expect(stderr).toBe("");
  });

  test("leaves rows of weight zero out, and weighs others as in memory", async () => {
    const random = new Random(9);
    const weigh = (rows: LabelledDataset, weights: ArrayLike<number>): LabelledDataset =>
      rows.with({ w: Float64Array.from(weights) }, { weight: "w" });
    const weights = Float64Array.from({ length: data.rows }, (_, i) =>
      i % 3 === 0 ? 0 : 1 + random.uniform(),
    );
    const kept = Int32Array.from(weights.keys()).filter((row) => weights[row] > 0);
    const options = { shuffleRows: 1 };
    const withZeros = await estimator.fitStream(inChunks(weigh(data, weights), 11), options);
    const without = weigh(
      data.take(kept),
      Float64Array.from(kept, (row) => weights[row]),
    );
    const few = await estimator.fitStream(inChunks(without, 50), options);
    expect(weightsOf(withZeros)).toEqual(weightsOf(few));
    expect(weightsOf(await estimator.fitStream(inChunks(data.take(kept), 50), options))).not.toEqual(
      weightsOf(few),
    );
  });

  test("learns preprocessing from the first rows alone, and stops early by validation rows", async () => {
    const line = fromColumns({ a: [1, 2, 3, 40, 50, 60], y: [10, 20, 30, 40, 50, 60] }, { target: "y" });
    const regressor = new NeuralRegressor({ epochs: 50, patience: 2, learningRate: 0.5, seed: 1 });
    const model = await regressor.fitStream(inChunks(line, 2), { adaptRows: 3, validation: line });
    expect([...model.fitted.encoder.numeric!.scaling.mean]).toEqual([2]);
    expect(model.scaling.mean[0]).toBe(20);
    const { validationLoss } = model.history;
    expect(validationLoss.length).toBeLessThan(50);
    expect(validationLoss.indexOf(Math.min(...validationLoss))).toBe(validationLoss.length - 3);
  });

  test("goes on from its checkpoint with the same bits", async () => {
    let bytes: Uint8Array | undefined;
    const checkpoint = {
      read: async () => bytes,
      write: async (next: Uint8Array) => {
        bytes = next;
      },
    };
    const source = inChunks(data, 30);
    const whole = await estimator.fitStream(source, { shuffleRows: 60 });
    await estimator.with({ epochs: 1 }).fitStream(source, { shuffleRows: 60, checkpoint });
    await expect(estimator.fitStream(source, { shuffleRows: 61, checkpoint })).rejects.toThrow(
      "the checkpoint must be of this fit",
    );
    const resumed = await estimator.fitStream(source, { shuffleRows: 60, checkpoint });
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  });

  test.each([undefined, 150])("says how far it is: rows of an epoch %s", async (epochRows) => {
    const events: [number, number][] = [];
    const options = { ...(epochRows !== undefined && { epochRows }) };
    await estimator.fitStream(inChunks(data, 30), {
      ...options,
      onProgress: ({ stage, done, total }) => {
        if (stage === "batch") events.push([done, total]);
      },
    });
    // Ten steps an epoch; an epoch of unknown length counts as ended until it is.
    const total = (done: number): number => (epochRows === undefined && done <= 10 ? done : 30);
    expect(events).toEqual(Array.from({ length: 30 }, (_, i) => [i + 1, total(i + 1)]));
  });
});

describe("memory of a stream", () => {
  test("a chunk is let go soon after its rows have been drawn, and no more is read than is asked for", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    // What a view of a few rows keeps is a column's whole array.
    const chunks: WeakRef<object>[] = [];
    let [read, stepped, mostAlive, mostAhead] = [0, 0, 0, 0];
    const random = new Random(2);
    async function* source(): AsyncGenerator<LabelledDataset> {
      for (let k = 0; k < 150; k++) {
        const a = Float64Array.from({ length: 40 }, () => random.normal());
        const chunk = fromColumns({ a, y: a.map((value) => 2 * value) }, { target: "y" });
        chunks.push(new WeakRef(chunk.column("a", "numeric").values));
        read += 40;
        yield chunk;
        mostAhead = Math.max(mostAhead, read - stepped);
        if (k % 10 > 0) continue;
        await new Promise((resolve) => setImmediate(resolve));
        collect();
        mostAlive = Math.max(mostAlive, chunks.filter((held) => held.deref() !== undefined).length);
      }
    }
    const adapt = fromColumns({ a: [1, 2, 3], y: [1, 2, 3] }, { target: "y" });
    const regressor = new NeuralRegressor({ epochs: 1, batchSize: 20, hiddenUnits: [2], patience: null });
    await regressor.fitStream(source, {
      adapt,
      shuffleRows: 200,
      prefetch: 3,
      onProgress: ({ stage }) => {
        if (stage === "batch") stepped += 20;
      },
    });
    expect(stepped).toBe(6000);
    // 200 rows wait, 40 came last, 3 steps are encoded ahead, and one is being made.
    expect(mostAhead).toBeLessThanOrEqual(200 + 40 + 4 * 20);
    expect(mostAhead).toBeGreaterThan(200);

    expect(mostAlive).toBeLessThanOrEqual(10);
  });

  test("a pool gives every row once, in another order, and mixes rows far from each other", () => {
    const draw = (seed: number): number[] => {
      const pool = new ShufflePool();
      const random = new Random(seed);
      const out: number[] = [];
      for (let from = 0; from < 1000; from += 25) {
        const ids = Array.from({ length: 25 }, (_, i) => from + i);
        pool.add(fromColumns({ id: ids, y: ids }, { target: "y" }));
        if (pool.rows < 100) continue;
        for (const rows of pool.draw(10, random, false)) {
          expect(rows.rows).toBe(10);
          expect(rows.column("id", "numeric").values).toEqual(rows.column("y", "numeric").values);
          out.push(...rows.column("id", "numeric").values);
        }
        expect(pool.rows).toBeLessThanOrEqual(125);
      }
      for (const rows of pool.draw(10, random, true)) out.push(...rows.column("id", "numeric").values);
      return out;
    };
    const ids = draw(1);
    expect(new Set(ids).size).toBe(1000);
    expect(ids).toHaveLength(1000);
    expect(draw(1)).toEqual(ids);
    expect(draw(2)).not.toEqual(ids);
    const late = ids.map((id, at) => at - id);
    expect(Math.max(...late)).toBeGreaterThan(100);
  });
});

describe("a stream that ends too soon", () => {
  /** Chunks without end, which tell when they are let go. */
  function endless(hangsAfter = Number.POSITIVE_INFINITY) {
    const state = { opened: 0, returned: 0 };
    const source: StreamSource = () => {
      state.opened++;
      let given = 0;
      return {
        [Symbol.asyncIterator]: () => ({
          next: () =>
            given++ < hangsAfter ? Promise.resolve({ done: false, value: data }) : new Promise(() => {}),
          return: async () => {
            state.returned++;
            return { done: true, value: undefined };
          },
        }),
      };
    };
    return { state, source };
  }

  test("by an abort, even while the source hangs", async () => {
    for (const hangsAfter of [1, Number.POSITIVE_INFINITY]) {
      const { source, state } = endless(hangsAfter);
      const controller = new AbortController();
      const before = aliveTensors();
      setTimeout(() => controller.abort(new Error("stopped")), 100);
      const options = { adaptRows: 100, shuffleRows: 50, signal: controller.signal };
      await expect(estimator.fitStream(source, options)).rejects.toThrow("stopped");
      expect(aliveTensors()).toBe(before);
      expect(state.opened).toBe(2);
      expect(state.returned).toBe(2);
    }
  });

  test("by a callback that throws: the source is told", async () => {
    const { source, state } = endless();
    const onProgress = (): void => {
      throw new Error("mine");
    };
    const before = aliveTensors();
    await expect(estimator.fitStream(source, { adapt: data, onProgress })).rejects.toThrow("mine");
    expect(aliveTensors()).toBe(before);
    expect(state).toEqual({ opened: 1, returned: 1 });
  });

  test.each<[string, StreamSource, string]>([
    [
      "while it is read",
      async function* broken() {
        yield data;
        throw new Error("disk gone");
      },
      "NeuralClassifier: the source failed in epoch 1 after 1 chunks: disk gone",
    ],
    [
      "when it is called",
      () => {
        throw new Error("no such file");
      },
      "NeuralClassifier: the source failed in epoch 1 after 0 chunks: no such file",
    ],
    [
      "in a later epoch",
      async function* later(epoch) {
        if (epoch === 2) throw new Error("late");
        yield data;
      },
      "NeuralClassifier: the source failed in epoch 2 after 0 chunks: late",
    ],
  ])("by an error of the source %s", async (_, source, message) => {
    const before = aliveTensors();
    const failure: unknown = await estimator.fitStream(source).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "StrataError", owner: "NeuralClassifier", message });
    expect((failure as Error).cause).toBeInstanceOf(Error);
    expect(aliveTensors()).toBe(before);
  });
});

import { type Dataset, packDataset, unpackDataset } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { NeuralMultiTask } from "../estimators/neural-multi-task.js";
import { tasksData } from "../testing/example-data.js";
import { testBackend } from "../testing/test-backends.js";
import type { StreamFitOptions, StreamSource } from "./stream-options.js";

beforeAll(() => selectBackend(testBackend));

const data = tasksData(150, 1);
const validation = tasksData(40, 2);
const heads = {
  amount: { kind: "regression", metrics: ["r2Score"] },
  fraud: { kind: "classification", classWeight: "balanced" },
  shop: { kind: "classification", loss: "focal" },
} as const;
const settings = {
  epochs: 3,
  batchSize: 16,
  hiddenUnits: [8],
  dropout: 0.2,
  patience: null,
  seed: 7,
} as const;
const { amount, ...others } = heads;
const unmeasured = { ...others, amount: { kind: "regression" } } as const;
const estimator = new NeuralMultiTask({ ...settings, heads: unmeasured });

/** The rows of a table in chunks of these sizes, over and over; each a table of its own. */
function inChunks(table: Dataset, ...sizes: readonly number[]): StreamSource<Dataset> {
  return async function* chunks() {
    for (let from = 0, k = 0; from < table.rows; from += sizes[k++ % sizes.length])
      yield unpackDataset(packDataset(table.slice(from, from + sizes[k % sizes.length])));
  };
}

const weightsOf = (model: { readonly fitted: { readonly weights: Float32Array } }): number[] => [
  ...model.fitted.weights,
];

describe("several heads on a stream", () => {
  test("of one step an epoch are those of a fit in memory", async () => {
    const whole = estimator.with({ heads, batchSize: 150, dropout: 0, validationFraction: null });
    const before = aliveTensors();
    const streamed = await whole.fitStream(inChunks(data, 40, 7), { validation });
    expect(aliveTensors()).toBe(before);
    const held = await whole.fit(data, { validation });
    expect(streamed.heads).toEqual(held.heads);
    assertClose(streamed.history.loss, held.history.loss, { absolute: 1e-5 });
    assertClose(streamed.history.metrics["amount.r2Score"], held.history.metrics["amount.r2Score"], {
      absolute: 1e-3,
    });
    assertClose(weightsOf(streamed), weightsOf(held), { absolute: 3e-3 });
  });

  test("in their order depend on no chunk, nor on the roles of the heads' columns", async () => {
    const options: StreamFitOptions<Dataset> = { shuffleRows: 1, adapt: data };
    const one = await estimator.fitStream(inChunks(data, 150), options);
    const labelled = data.withRole("fraud", "target");
    const sized = await estimator.fitStream(inChunks(labelled, 33, 2), { ...options, prefetch: 0 });
    expect(weightsOf(sized)).toEqual(weightsOf(one));
    const wider = data.with({ other: data.column("a") }, { id: "other" });
    const unused = await estimator.fitStream(inChunks(wider, 16), options);
    expect(weightsOf(unused)).toEqual(weightsOf(one));
    expect(unused.features.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("learn classes and scales from the first rows alone, and stop early by validation rows", async () => {
    const early = estimator.with({
      heads,
      epochs: 50,
      patience: 2,
      learningRate: 0.3,
      monitor: "amount.r2Score",
    });
    const model = await early.fitStream(inChunks(data, 20), { adaptRows: 60, validation });
    const first = Array.from(data.slice(0, 60).column("amount", "numeric").values);
    const [head] = model.heads;
    expect(head.kind === "regression" && head.mean).toBeCloseTo(first.reduce((sum, y) => sum + y) / 60, 10);
    const scores = model.history.metrics["amount.r2Score"];
    expect(scores.length).toBeLessThan(50);
    expect(scores.indexOf(Math.max(...scores))).toBe(scores.length - 3);
  });

  test("leave rows of weight zero out", async () => {
    const weights = Float64Array.from({ length: 150 }, (_, i) => (i % 3 === 0 ? 0 : 1 + (i % 2)));
    const rows = data.with({ w: weights }, { weight: "w" });
    const options = { shuffleRows: 1 };
    const all = await estimator.fitStream(inChunks(rows, 11), options);
    const few = await estimator.fitStream(
      inChunks(
        rows.filter((row) => weights[row] > 0),
        50,
      ),
      options,
    );
    expect(weightsOf(all)).toEqual(weightsOf(few));
  });

  test("are stopped by a signal while the source hangs", async () => {
    let returned = 0;
    const source: StreamSource<Dataset> = () => ({
      [Symbol.asyncIterator]: () => {
        let given = 0;
        return {
          next: () => (given++ < 1 ? Promise.resolve({ done: false, value: data }) : new Promise(() => {})),
          return: async () => {
            returned++;
            return { done: true, value: undefined };
          },
        };
      },
    });
    const controller = new AbortController();
    const before = aliveTensors();
    setTimeout(() => controller.abort(new Error("stopped")), 100);
    const options = { adaptRows: 100, shuffleRows: 50, signal: controller.signal };
    await expect(estimator.fitStream(source, options)).rejects.toThrow("stopped");
    expect(aliveTensors()).toBe(before);
    expect(returned).toBe(2);
  });

  const then = (second: Dataset): StreamSource<Dataset> =>
    function* chunks() {
      yield data;
      yield second;
    };
  const changed = (columns: Parameters<Dataset["with"]>[0]): StreamSource<Dataset> =>
    then(data.with(columns));
  test.each<[string, StreamSource<Dataset>, string]>([
    [
      "lose a head's column",
      then(data.drop(["shop"])),
      "NeuralMultiTask: chunk 2 of epoch 1: there must be a column 'shop', the name of a head, received none",
    ],
    [
      "lose a feature",
      then(data.drop(["b"])),
      "NeuralMultiTask: chunk 2 of epoch 1: the columns seen in fit must be there, missing 'b'",
    ],
    [
      "have a class that was not seen",
      changed({ shop: Array.from({ length: 150 }, () => "palace") }),
      "chunk 2 of epoch 1: labels of the stream must be among those of training (bakery, garage, kiosk), received",
    ],
    [
      "have a number out of reach",
      changed({ amount: Array.from({ length: 150 }, (_, i) => (i === 3 ? 1e30 : i)) }),
      "chunk 2 of epoch 1: the target must be within 1e+15 standard deviations",
    ],
    ["have no rows", () => [data.slice(0, 0)], "the source must give a row, received none in epoch 1"],
    ["give no dataset", () => [3 as never], "NeuralMultiTask: chunk 1 of epoch 1:"],
  ])("are refused where chunks %s", async (_, source, message) => {
    const before = aliveTensors();
    await expect(estimator.fitStream(source, { adaptRows: 150 })).rejects.toThrow(message);
    expect(aliveTensors()).toBe(before);
  });
});

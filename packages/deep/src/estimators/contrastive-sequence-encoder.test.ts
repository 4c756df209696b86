import {
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type Matrix,
  ParamError,
  Random,
  Registry,
  sequence,
  tensor,
} from "@strata-ml/core";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { deepCodecs } from "../codecs.js";
import { sliced } from "./contrastive/slices.js";
import { ContrastiveSequenceEncoder } from "./contrastive-sequence-encoder.js";
import { MlpClassifier } from "./mlp-classifier.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

/** Customers of four hidden types, who differ in which shop follows which and in nothing else. */
function customers(rows: number, seed: number): { readonly data: Dataset; readonly types: number[] } {
  const random = new Random(seed);
  const types = Array.from({ length: rows }, () => random.integer(4));
  const histories = types.map((type) => {
    let shop = random.integer(4);
    return Array.from({ length: 30 + random.integer(20) }, () => {
      shop = random.uniform() < 0.9 ? (shop + type) % 4 : random.integer(4);
      return [random.normal(), shop];
    });
  });
  const fields = [
    { name: "amount", kind: "numeric" },
    { name: "shop", kind: "categorical", categories: ["kiosk", "bakery", "garage", "florist"] },
  ] as const;
  return { data: fromColumns({ history: sequence(histories, fields) }), types };
}

const settings = {
  units: 16,
  sequenceUnits: 16,
  maxSequenceLength: 24,
  minSliceLength: 6,
  maxSliceLength: 12,
  learningRate: 0.01,
  epochs: 20,
  slices: 4,
  seed: 3,
} as const;

/** Share of unseen customers whose type a small classifier tells by their embeddings alone. */
async function told(embed: (data: Dataset) => Promise<Matrix>): Promise<number> {
  const [train, unseen] = [customers(200, 11), customers(200, 12)];
  const rowsOf = async ({ data, types }: ReturnType<typeof customers>) => {
    const { data: values, columns } = await embed(data);
    return fromColumns({ x: tensor(values, [columns]), type: types }, { target: "type" });
  };
  const classifier = new MlpClassifier({ hiddenLayerSizes: [], learningRateInit: 0.02, maxIter: 100 });
  const model = await classifier.fit(await rowsOf(train));
  const labels = await model.predict(await rowsOf(unseen));
  return labels.filter((label, i) => label === unseen.types[i]).length / unseen.types.length;
}

describe("embeddings without labels", () => {
  test("tell hidden types far better than chance and than an untrained network", {
    timeout: 60_000,
  }, async () => {
    const alive = aliveTensors();
    const { data } = customers(300, 1);
    const trained = await new ContrastiveSequenceEncoder(settings).fit(data);
    const untrained = await new ContrastiveSequenceEncoder({
      ...settings,
      epochs: 1,
      learningRate: 1e-9,
    }).fit(data);
    const [with_, without] = [
      await told((rows) => trained.embed(rows)),
      await told((rows) => untrained.embed(rows)),
    ];
    expect(with_).toBeGreaterThan(0.9);
    expect(with_).toBeGreaterThan(without + 0.3);
    const { loss } = trained.history;
    expect(loss.at(-1)!).toBeLessThan(0.9 * loss[0]);
    expect(aliveTensors()).toBe(alive);
  });

  test.each(["gru", "attention", "transformer"] as const)(
    "are one long, by seed, and the same from an artifact: %s",
    async (sequenceEncoder) => {
      const { data } = customers(60, 2);
      const quick = new ContrastiveSequenceEncoder({ ...settings, sequenceEncoder, epochs: 2 });
      const model = await quick.fit(data);
      const embedded = await model.embed(data);
      for (let i = 0; i < embedded.rows; i++) expect(Math.hypot(...embedded.row(i))).toBeCloseTo(1, 5);
      expect((await (await quick.fit(data)).embed(data)).data).toEqual(embedded.data);
      expect((await (await quick.with({ seed: 4 }).fit(data)).embed(data)).data).not.toEqual(embedded.data);
      const registry = new Registry(deepCodecs());
      const restored = (await decodeArtifact(
        await encodeArtifact(model, registry),
        registry,
      )) as typeof model;
      expect((await restored.embed(data)).data).toEqual(embedded.data);
      const block = (await model.transform(data)).column("embedding", "tensor");
      expect(block.values).toEqual(embedded.data);
      expect(block.shape).toEqual([16]);
    },
  );

  test("rows without steps are left out of fit, and embedded alike", async () => {
    const histories = [[[1], [2], [3]], [], [[4], [5]], [], [[1], [1], [1]]];
    const data = fromColumns({ history: sequence(histories, [{ name: "size", kind: "numeric" }]) });
    const model = await new ContrastiveSequenceEncoder({ units: 4, epochs: 1 }).fit(data);
    const embedded = await model.embed(data);
    expect(embedded.row(1)).toEqual(embedded.row(3));
    expect(embedded.data.every(Number.isFinite)).toBe(true);
    await expect(new ContrastiveSequenceEncoder().fit(data.take([0, 1, 3]))).rejects.toThrow(
      "there must be at least 2 rows with steps, received 1",
    );
  });

  test("a slice can't be longer than what is kept of a sequence", () => {
    expect(() => new ContrastiveSequenceEncoder({ minSliceLength: 9, maxSliceLength: 8 })).toThrow(
      ParamError,
    );
    expect(() => new ContrastiveSequenceEncoder({ minSliceLength: 33 })).toThrow(
      "minSliceLength must be at most maxSliceLength and maxSequenceLength, here 32, received 33",
    );
  });
});

test("slices are runs of their row's steps, of lengths and places that differ", () => {
  const histories = [10, 2, 0, 30].map((steps, row) =>
    Array.from({ length: steps }, (_, t) => [100 * row + t]),
  );
  const column = sequence(histories, [{ name: "step", kind: "numeric" }]);
  const plan = { slices: 50, minLength: 3, maxLength: 8 };
  const { offsets, values } = sliced(column, plan, new Random(1));
  expect(offsets.length).toBe(201);
  const seen = new Set<string>();
  for (let at = 0; at < 200; at++) {
    const row = Math.floor(at / 50);
    const steps = [...values.subarray(offsets[at], offsets[at + 1])];
    expect(steps).toEqual(steps.map((_, t) => steps[0] + t));
    for (const step of steps) expect(Math.floor(step / 100)).toBe(row);
    if (row === 1) expect(steps).toEqual([100, 101]);
    if (row === 2) expect(steps).toEqual([]);
    if (row === 3) {
      expect(steps.length).toBeGreaterThanOrEqual(3);
      expect(steps.length).toBeLessThanOrEqual(8);
      seen.add(`${steps[0]} ${steps.length}`);
    }
  }
  expect(seen.size).toBeGreaterThan(30);
});

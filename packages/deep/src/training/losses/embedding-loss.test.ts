import { StrataError } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { loadGradients } from "../../backend/gradients.js";
import { selectBackend } from "../../backend/select-backend.js";
import { engine, memory, mul, sub, sum, tensor, tidy, transpose } from "../../backend/tensors.js";
import { gradientError } from "../../testing/finite-difference.js";
import { readGolden, type Values } from "../../testing/layer-probe.js";
import { testBackends } from "../../testing/test-backends.js";
import { embeddingLoss, embeddingLossSchema } from "./embedding-loss.js";
import { pairsOf } from "./embedding-pairs.js";
import { composedTripletWeights, tripletWeights } from "./triplet-mining.js";
import type { RowLoss } from "./row-loss.js";
import { taken } from "../../testing/taken.js";

const golden = readGolden("embedding_losses") as {
  readonly embeddings: Values;
  readonly entities: readonly number[];
  readonly cases: readonly {
    readonly loss: string | { readonly name: string };
    readonly rows: readonly number[];
    readonly gradient: readonly number[];
  }[];
};
const lossOf = (given: unknown): RowLoss => embeddingLoss("test", embeddingLossSchema.parse(given));
const cases = golden.cases.map((one) => [JSON.stringify(one.loss), one] as const);

async function evaluated(
  loss: RowLoss,
  values: readonly number[],
  entities: readonly number[],
): Promise<{ rows: Float32Array; gradient: Float32Array }> {
  const held = tidy(() => {
    const units = values.length / entities.length;
    const x = tensor([...values], [entities.length, units]);
    const y = tensor([...entities], [entities.length, 1]);
    const { grads } = engine().gradients(() => sum(loss(x, y)), [x]);
    return [loss(x, y), grads[0]];
  });
  const [rows, gradient] = await taken(held);
  return { rows, gradient };
}

describe.each(testBackends)("losses of embeddings on %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
    await loadGradients();
  });

  test.each(cases)(
    "%s has the values and gradients of its definition",
    async (_, { loss, rows, gradient }) => {
      const before = memory().numTensors;
      const actual = await evaluated(lossOf(loss), golden.embeddings.values, golden.entities);
      expect(memory().numTensors).toBe(before);
      assertClose(actual.rows, rows, { absolute: 1e-5, label: "rows" });
      assertClose(actual.gradient, gradient, {
        absolute: 1e-5 * Math.max(1, ...gradient),
        label: "gradient",
      });
    },
  );

  test.each(cases)("%s has the gradient of finite differences", async (_, { loss }) => {
    const entities = [0, 0, 1, 1, 0, 2];
    const error = await gradientError([[6, 3]], (x) => lossOf(loss)(x, tensor(entities, [6, 1])), {
      step: 1e-3,
    });
    expect(error).toBeLessThan(0.01);
  });

  test.each(cases)(
    "%s counts 0 without a positive, and without a negative but for contrastive",
    async (_, { loss }) => {
      const values = [1, 2, -1, 0.5, 0.3, 1];
      const alone = await evaluated(lossOf(loss), values, [1, 2, 3]);
      expect([...alone.rows, ...alone.gradient].map(Math.abs)).toEqual(Array.from({ length: 9 }, () => 0));
      const one = await evaluated(lossOf(loss), values, [4, 4, 4]);
      const name = typeof loss === "string" ? loss : loss.name;
      if (name === "contrastive") expect(Math.min(...one.rows)).toBeGreaterThan(0);
      else expect([...one.rows, ...one.gradient].map(Math.abs)).toEqual(Array.from({ length: 9 }, () => 0));
    },
  );

  test.each(cases)("%s stays finite for equal rows, rows of zeros and long ones", async (_, { loss }) => {
    const values = [1, 1, 1, 1, 0, 0, 0, 0, 3000, -3000, 1, 1, 3000, 3000, 0, 0];
    const { rows, gradient } = await evaluated(lossOf(loss), values, [1, 1, 1, 2, 2, 2, 3, 3]);
    for (const value of [...rows, ...gradient]) expect(Number.isFinite(value)).toBe(true);
  });

  test.each(["hard", "semiHard", "all"] as const)(
    "our kernel weighs %s triplets as operations do",
    async (mining) => {
      const entities = Array.from({ length: 120 }, (_, i) => (i * i) % 7);
      // Two blocks of anchors; some distances are equal, one row has no positive.
      const values = entities.map((_, i) => Math.round(6 * Math.sin(i)) / 4);
      const both = [tripletWeights, composedTripletWeights].map((weigh) =>
        tidy(() => {
          const x = tensor(values, [120, 1]);
          const d = mul(sub(x, transpose(x)), sub(x, transpose(x)));
          const { same, different } = pairsOf(tensor([...entities.slice(0, 119), 99], [120, 1]));
          return weigh(d, same, different, mining, 0.5);
        }),
      );
      const [ours, composed] = await taken(both);
      expect(Math.max(...composed)).toBeGreaterThan(0);
      assertClose(ours, composed, { absolute: 1e-6 });
    },
  );

  test("negatives are found among many rows", async () => {
    const entities = Array.from({ length: 300 }, (_, i) => i % 60);
    const values = entities.flatMap((entity, i) => [Math.sin(i), Math.cos(entity), Math.sin(i * entity)]);
    const { rows } = await evaluated(lossOf("triplet"), values, entities);
    const distance = (i: number, j: number) =>
      Math.hypot(...[0, 1, 2].map((k) => values[3 * i + k] - values[3 * j + k]));
    const all = entities.map((_, j) => j);
    for (const i of [0, 10, 11, 299]) {
      const negatives = all.filter((j) => entities[j] !== entities[i]).map((j) => distance(i, j));
      const losses = all
        .filter((j) => j !== i && entities[j] === entities[i])
        .map((p) => {
          const beyond = negatives.filter((d) => d > distance(i, p));
          const chosen = beyond.length > 0 ? Math.min(...beyond) : Math.max(...negatives);
          return Math.max(0, distance(i, p) - chosen + 1);
        });
      expect(rows[i]).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / losses.length, 4);
    }
  });
});

test("bad settings and targets are refused", () => {
  for (const bad of [
    "center",
    { name: "triplet", mining: "easy" },
    { name: "infoNce", temperature: 0 },
    { name: "contrastive", negatives: 0 },
    { name: "triplet", temperature: 1 },
  ])
    expect(embeddingLossSchema.safeParse(bad).success).toBe(false);
  const twoWide = () => tidy(() => lossOf("infoNce")(tensor([1, 2], [2, 1]), tensor([1, 2, 3, 4], [2, 2])));
  expect(twoWide).toThrow(StrataError);
  expect(twoWide).toThrow("test: targets of infoNce must be one entity a row, 2 x 1, received 2 x 2");
});

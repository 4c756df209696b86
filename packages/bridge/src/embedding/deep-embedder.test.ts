import { fromColumns, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { NeuralClassifier } from "@strata-ml/deep";
import { describe, expect, test } from "vitest";
import { type SpyFit, SpyNetwork } from "../fixtures/spy-network.js";
import { DeepEmbedder } from "./deep-embedder.js";

function keyed(rows: number, groups?: number) {
  const random = new Random(5);
  const key = Float64Array.from({ length: rows }, (_, i) => i);
  const y = key.map(() => random.integer(2));
  const group = key.map((value) => value % (groups ?? rows));
  return fromColumns(
    { key, y, group },
    groups ? { target: "y", group: "group" } : { target: "y", id: "group" },
  );
}

describe("fitTransform", () => {
  test("refuses a class that the training rows of a fold lack", async () => {
    const y = Float64Array.from({ length: 60 }, (_, i) => (i === 5 ? 2 : i % 2));
    const data = fromColumns({ key: y.map((_, i) => i), y }, { target: "y" });
    const embedder = new DeepEmbedder({ network: new NeuralClassifier({ epochs: 1 }), decision: true });
    await expect(embedder.fitTransform(data)).rejects.toThrow(
      /^DeepEmbedder: the training rows of each of 3 folds must hold every class, received none of 2 in fold \d/,
    );
  });

  test("embeds every row by a network that was not trained on it", async () => {
    const fits: SpyFit[] = [];
    const data = keyed(60);
    const embedder = new DeepEmbedder({ network: new SpyNetwork(fits), folds: 4, seed: 1 });
    const { data: out, model } = await embedder.fitTransform(data, { validation: keyed(7) });
    // one network for new rows, four for the folds; validation data reaches all of them
    expect(fits.map(({ keys }) => keys.size)).toEqual([60, 45, 45, 45, 45]);
    expect(fits.every(({ validationRows }) => validationRows === 7)).toBe(true);
    const block = out.column("embedding", "tensor");
    expect(block.shape).toEqual([3]);
    const seen = Array.from({ length: 60 }, (_, i) => block.values[3 * i + 2]);
    // Alignment turns and shifts, so a row that its network saw would stand off from those that none saw.
    assertClose(
      seen,
      seen.map(() => seen[0]),
      { absolute: 0.02 },
    );
    const later = (await model.transform(data)).column("embedding", "tensor");
    expect(later.values[2]).toBe(1); // the case that fitTransform is there to avoid
    expect(out.column("y")).toEqual(data.column("y"));
    expect(out.namesOf("feature")).toEqual(["embedding"]);
  });

  test("turns the folds' spaces into that of the network for new rows", async () => {
    const data = keyed(120);
    const still = await new DeepEmbedder({ network: new SpyNetwork([], { turn: 0 }) }).fitTransform(data);
    const turned = await new DeepEmbedder({ network: new SpyNetwork([], { turn: 0.9 }) }).fitTransform(data);
    const model = (await turned.model.transform(data)).column("embedding", "tensor").values;
    const values = turned.data.column("embedding", "tensor").values;
    const rows = Array.from({ length: 120 }, (_, i) => i);
    for (const unit of [0, 1]) {
      const at = rows.map((i) => 3 * i + unit);
      assertClose(
        at.map((k) => values[k]),
        at.map((k) => model[k]),
        { absolute: 0.35 },
      );
    }
    expect(still.data.rows).toBe(120);
  });

  test("turns nothing where few rows could carry labels over", async () => {
    const data = keyed(40);
    const spaces = await Promise.all(
      [0, 0.9].map(async (turn) => {
        const network = new SpyNetwork([], { turn });
        const { data: out } = await new DeepEmbedder({ network, folds: 2, seed: 1 }).fitTransform(data);
        return out.column("embedding", "tensor").values;
      }),
    );
    expect(spaces[1]).not.toEqual(spaces[0]);
  });

  test("keeps groups together", async () => {
    const fits: SpyFit[] = [];
    await new DeepEmbedder({ network: new SpyNetwork(fits), folds: 3 }).fitTransform(keyed(60, 12));
    for (const { keys } of fits.slice(1)) {
      const held = Array.from({ length: 60 }, (_, key) => key).filter((key) => !keys.has(key));
      const heldGroups = new Set(held.map((key) => key % 12));
      expect([...keys].some((key) => heldGroups.has(key % 12))).toBe(false);
    }
  });

  test("gives in-sample embeddings only when asked", async () => {
    const fits: SpyFit[] = [];
    const { data: out } = await new DeepEmbedder({
      network: new SpyNetwork(fits),
      crossFit: false,
    }).fitTransform(keyed(30));
    expect(fits.length).toBe(1);
    expect(out.column("embedding", "tensor").values[2]).toBe(1);
  });
});

test("says what is wrong with layer and network", async () => {
  const data = keyed(20);
  await expect(new DeepEmbedder({ network: new SpyNetwork([]), layer: "top" }).fit(data)).rejects.toThrow(
    "DeepEmbedder: layer must be one of 'embedding', received 'top'",
  );
  await expect(new DeepEmbedder({ network: new SpyNetwork([]), decision: true }).fit(data)).rejects.toThrow(
    "decision needs a network with decisions",
  );
  expect(() => new DeepEmbedder({ network: {} as never })).toThrow(
    "network must be an estimator whose model embeds",
  );
});

test("stops midway when aborted", async () => {
  const controller = new AbortController();
  const fits: SpyFit[] = [];
  const fit = new DeepEmbedder({ network: new SpyNetwork(fits) }).fitTransform(keyed(30), {
    signal: controller.signal,
    onProgress: ({ owner }) => owner === "DeepEmbedder.fold1" && controller.abort(new Error("enough")),
  });
  await expect(fit).rejects.toThrow("enough");
  expect(fits.length).toBe(1);
});

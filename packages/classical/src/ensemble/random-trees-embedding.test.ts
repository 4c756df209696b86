import { readFileSync } from "node:fs";
import {
  csrFeatures,
  decodeArtifact,
  denseFeatures,
  encodeArtifact,
  fromColumns,
  Matrix,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { LEAF } from "../tree/tree.js";
import { RandomTreesEmbedding, randomTreesEmbeddingCodec } from "./random-trees-embedding.js";

const random = new Random(12);
const cells = (rows: number): Float64Array =>
  Float64Array.from({ length: rows * 4 }, (_, k) => (k % 13 === 0 ? Number.NaN : random.normal()));
const data = fromColumns({ x: tensor(cells(300), [4]) });
const unseen = fromColumns({ x: tensor(cells(50), [4]) });

test("each row has a one for each tree, also a row that was not seen", async () => {
  const model = await new RandomTreesEmbedding({ nEstimators: 20, seed: 3 }).fit(data);
  const width = model.forest.trees.reduce((sum, tree) => sum + tree.leafCount, 0);
  expect(model.forest.trees.every((tree) => tree.depth <= 5)).toBe(true);
  expect(model.names.length).toBe(width);
  for (const rows of [data, unseen]) {
    const block = model.transform(rows).column("leaves", "sparse");
    expect([block.width, block.names]).toEqual([width, model.names]);
    expect([...block.offsets]).toEqual(Array.from({ length: rows.rows + 1 }, (_, i) => 20 * i));
    expect(block.values.every((value) => value === 1)).toBe(true);
    // The name of an output says which leaf it is.
    const leaves = model.apply(rows);
    block.indices.forEach((index, at) => {
      expect(model.names[index]).toBe(`tree${at % 20}_leaf${leaves.data[at]}`);
      expect(model.forest.trees[at % 20].nodes.left[leaves.data[at]]).toBe(LEAF);
    });
  }
  // Every leaf has a row that it was grown from, as many as it counts.
  const counts = new Float64Array(width);
  for (const index of model.transform(data).column("leaves", "sparse").indices) counts[index]++;
  const expected = model.forest.trees.flatMap(({ nodes: { left, count } }) =>
    [...count].filter((_, node) => left[node] === LEAF),
  );
  expect([...counts]).toEqual(expected);
});

test("rows share an output where they share a leaf, and as a tensor it is the same", async () => {
  const sparse = await new RandomTreesEmbedding({ nEstimators: 8, maxDepth: 3 }).fit(data);
  const dense = await new RandomTreesEmbedding({ nEstimators: 8, maxDepth: 3, sparse: false }).fit(data);
  const out = dense.transform(unseen);
  expect(out.column("leaves", "tensor").shape).toEqual([sparse.names.length]);
  expect(denseFeatures("Test", out)).toEqual(denseFeatures("Test", sparse.transform(unseen)));
  const { indices } = csrFeatures("Test", sparse.transform(unseen));
  const leaves = sparse.apply(unseen);
  for (let a = 0; a < 50; a++)
    for (let b = 0; b < a; b++)
      for (let t = 0; t < 8; t++)
        expect(indices[8 * a + t] === indices[8 * b + t]).toBe(leaves.at(a, t) === leaves.at(b, t));
});

test("keeps its limits, and the seed draws the trees", async () => {
  const grown = async (params: ConstructorParameters<typeof RandomTreesEmbedding>[0]) =>
    (await new RandomTreesEmbedding({ nEstimators: 5, ...params }).fit(data)).forest.trees;
  const few = await grown({ maxDepth: null, maxLeafNodes: 7, minSamplesLeaf: 4 });
  for (const { leafCount, nodes } of few) {
    expect(leafCount).toBeLessThanOrEqual(7);
    expect(Math.min(...nodes.count)).toBeGreaterThanOrEqual(4);
  }
  for (const { nodes } of await grown({ minSamplesSplit: 60, maxDepth: null }))
    nodes.left.forEach((left, node) => expect(left === LEAF || nodes.count[node] >= 60).toBe(true));
  // The variance of targets between 0 and 1 is a quarter at most.
  expect((await grown({ minImpurityDecrease: 0.25 })).every((tree) => tree.nodeCount === 1)).toBe(true);
  expect(await grown({ seed: 4 })).toEqual(await grown({ seed: 4 }));
  expect(await grown({ seed: 4 })).not.toEqual(await grown({ seed: 5 }));
});

test("comes back from an artifact", async () => {
  const registry = new Registry([randomTreesEmbeddingCodec]);
  const model = await new RandomTreesEmbedding({ nEstimators: 6 }).fit(data);
  const loaded = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
  expect(loaded.transform(unseen)).toEqual(model.transform(unseen));
  expect(loaded.names).toEqual(model.names);
});

interface Spread<T> {
  readonly mean: T;
  readonly sd: T;
}

const golden = JSON.parse(
  readFileSync(new URL("../../golden/random_trees_embedding.json", import.meta.url), "utf8"),
) as Readonly<{
  x: number[][];
  test: number[][];
  trees: number;
  cases: { params: Record<string, number | null>; width: Spread<number>; shared: Spread<number[]> }[];
}>;

describe("is distributed as scikit-learn's", () => {
  const features = (rows: number[][]) => fromColumns({ x: tensor(Matrix.fromRows(rows).data, [3]) });
  const seeds = 10;
  // Of the difference between a mean of 10 seeds and one of 60.
  const error = Math.sqrt(1 / seeds + 1 / 60);

  test.each(golden.cases)("$params", async ({ params, width, shared }) => {
    let widths = 0;
    const together = shared.mean.map(() => 0);
    for (let seed = 0; seed < seeds; seed++) {
      const estimator = new RandomTreesEmbedding({ ...params, nEstimators: golden.trees, seed });
      const model = await estimator.fit(features(golden.x));
      widths += model.names.length;
      const leaves = model.apply(features(golden.test));
      let pair = 0;
      for (let a = 0; a < leaves.rows; a++)
        for (let b = a + 1; b < leaves.rows; b++, pair++)
          for (let t = 0; t < leaves.columns; t++)
            if (leaves.at(a, t) === leaves.at(b, t)) together[pair] += 1 / (leaves.columns * seeds);
    }
    expect(Math.abs(widths / seeds - width.mean)).toBeLessThanOrEqual(4 * error * width.sd);
    // 66 pairs: the largest of as many normal deviations is above 4.5 once in 2,000.
    together.forEach((share, pair) =>
      expect(Math.abs(share - shared.mean[pair])).toBeLessThan(4.5 * error * Math.max(shared.sd[pair], 0.02)),
    );
  });
});

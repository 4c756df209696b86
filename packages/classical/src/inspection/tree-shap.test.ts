import { fc, test as property } from "@fast-check/vitest";
import { FitRun, Random } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import {
  type Game,
  backgroundGame,
  bruteInteractions,
  bruteShapley,
  pathGame,
} from "./fixtures/brute-shapley.js";
import { randomRow, randomTree } from "./fixtures/random-tree.js";
import { runShap } from "./shap-run.js";
import { type ShapBackground, treesBytes } from "./shap-kernel.js";
import { leafOf, type ShapTree, treePaths } from "./tree-paths.js";

const run = new FitRun("test");

interface Case {
  readonly features: number;
  readonly trees: readonly ShapTree[];
  readonly rows: readonly Float64Array[];
  readonly background: readonly Float64Array[];
  readonly shares: Float64Array;
}

/** Two outputs: the first is of one tree, the second of two. */
function makeCase(seed: number, features: number, leaves: number): Case {
  const random = new Random(seed);
  const trees = [0, 1, 1].map((output) => randomTree(random, features, leaves, output));
  const some = (count: number): Float64Array[] =>
    Array.from({ length: count }, () => randomRow(random, features));
  const weights = Array.from({ length: 5 }, () => random.uniform());
  const total = weights.reduce((a, b) => a + b);
  return {
    features,
    trees,
    rows: some(4),
    background: some(5),
    shares: Float64Array.from(weights, (w) => w / total),
  };
}

const joined = (rows: readonly Float64Array[]): Float64Array =>
  Float64Array.from(rows.flatMap((row) => [...row]));

function compute(
  of: Case,
  interactions: boolean,
  withBackground: boolean,
  threads = 1,
): Promise<Float64Array> {
  const background: ShapBackground = {
    x: joined(of.background),
    rows: of.background.length,
    shares: of.shares,
  };
  return runShap(run, {
    trees: of.trees.map((tree) => ({ tree, paths: treePaths(tree) })),
    features: of.features,
    outputs: 2,
    data: { x: joined(of.rows), rows: of.rows.length },
    background: withBackground ? background : undefined,
    interactions,
    threads,
    kept: new Map(),
  });
}

function expected(of: Case, withBackground: boolean, solve: (game: Game) => Float64Array): number[] {
  return [0, 1].flatMap((output) =>
    of.rows.flatMap((row) => {
      const games = of.trees
        .filter((tree) => tree.output === output)
        .map((tree) =>
          withBackground ? backgroundGame(tree, row, of.background, of.shares) : pathGame(tree, row),
        );
      return [...solve((known) => games.reduce((sum, game) => sum + game(known), 0))];
    }),
  );
}

/** Pairs wherever they stand, and values on the diagonal, as a symmetric matrix of pairs alone and the values. */
function foldPairs(sums: Float64Array, features: number): { values: number[]; pairs: number[] } {
  const out = { values: [] as number[], pairs: [] as number[] };
  for (let at = 0; at < sums.length; at += features * features) {
    for (let i = 0; i < features; i++) {
      out.values.push(sums[at + i * features + i]);
      for (let j = 0; j < i; j++)
        out.pairs.push((sums[at + i * features + j] + sums[at + j * features + i]) / 2);
    }
  }
  return out;
}

function ensureClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(found[i] - wanted[i])).toBeLessThan(1e-9);
}

const cases = [fc.nat(), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 24 })] as const;

describe.each([false, true])("with background rows: %s", (withBackground) => {
  property.prop([...cases], { numRuns: 40 })(
    "values are the Shapley values by definition",
    async (seed, features, leaves) => {
      const of = makeCase(seed, features, leaves);
      const wanted = expected(of, withBackground, (game) => bruteShapley(game, features));
      ensureClose(await compute(of, false, withBackground), wanted);
    },
  );

  property.prop([...cases], { numRuns: 20 })(
    "many rows get what few rows get, from tables or not",
    async (seed, features, leaves) => {
      const of = makeCase(seed, features, leaves);
      const times = 500;
      const many = { ...of, rows: Array.from({ length: times }, () => of.rows).flat() };
      const found = await compute(many, false, withBackground);
      const once = await compute(of, false, withBackground);
      const size = of.rows.length * features;
      for (const output of [0, 1]) {
        for (const time of [0, times - 1]) {
          const at = (output * times + time) * size;
          ensureClose(found.subarray(at, at + size), once.subarray(output * size, (output + 1) * size));
        }
      }
    },
  );

  property.prop([...cases], { numRuns: 25 })(
    "interactions are those by definition",
    async (seed, features, leaves) => {
      const of = makeCase(seed, features, leaves);
      const found = foldPairs(await compute(of, true, withBackground), features);
      ensureClose(
        found.values,
        expected(of, withBackground, (game) => bruteShapley(game, features)),
      );
      const wanted = Float64Array.from(
        expected(of, withBackground, (game) => bruteInteractions(game, features)),
      );
      ensureClose(found.pairs, foldPairs(wanted, features).pairs);
    },
  );
});

test("trees that don't fit the memory together are done in groups", async () => {
  const random = new Random(9);
  const trees = [0, 1, 1].map((output) => randomTree(random, 8, 30_000, output));
  const of: Case = {
    ...makeCase(1, 8, 2),
    trees,
    rows: Array.from({ length: 6 }, () => randomRow(random, 8)),
  };
  const pathed = trees.map((tree) => ({ tree, paths: treePaths(tree) }));
  const kind = { interactions: false, background: false, mostTabled: 0 };
  expect(treesBytes(pathed, kind)).toBeGreaterThan(2 ** 25);
  const values = await compute(of, false, false);
  for (const output of [0, 1]) {
    of.rows.forEach((row, i) => {
      const own = pathed.filter(({ tree }) => tree.output === output);
      const truth = own.reduce((sum, { tree }) => sum + tree.value(leafOf(tree, row)), 0);
      const base = own.reduce((sum, { paths }) => sum + paths.mean, 0);
      const from = (output * of.rows.length + i) * 8;
      const sum = values.subarray(from, from + 8).reduce((total, value) => total + value, base);
      expect(Math.abs(sum - truth)).toBeLessThan(1e-9);
    });
  }
});

test("a path of 61 features and more adds up", async () => {
  const random = new Random(10);
  const trees = [0, 1].map((output) => randomTree(random, 400, 3000, output));
  const rows = Array.from({ length: 3 }, () => randomRow(random, 400));
  const chain = chainTree(random, 61);
  for (const tree of [...trees, chain]) {
    const of: Case = {
      features: 400,
      trees: [tree],
      rows,
      background: rows.slice(1),
      shares: Float64Array.of(0.4, 0.6),
    };
    const paths = treePaths(tree);
    const mean = of.background.reduce((sum, row, b) => sum + of.shares[b] * tree.value(leafOf(tree, row)), 0);
    for (const withBackground of [false, true]) {
      const values = await compute(of, false, withBackground);
      rows.forEach((row, i) => {
        const from = (tree.output * rows.length + i) * 400;
        const base = withBackground ? mean : paths.mean;
        const sum = values.subarray(from, from + 400).reduce((total, value) => total + value, base);
        expect(Math.abs(sum - tree.value(leafOf(tree, row)))).toBeLessThan(1e-9);
      });
    }
  }
  expect(treePaths(chain).mostFeatures).toBe(61);
});

/** A tree whose every right child is a leaf, and that tests another feature at every node. */
function chainTree(random: Random, features: number): ShapTree {
  const nodes = 2 * features + 1;
  const at = (of: (node: number) => number): number[] => Array.from({ length: nodes }, (_, node) => of(node));
  const isInner = (node: number): boolean => node % 2 === 0 && node < nodes - 1;
  const values = at(() => random.normal());
  return {
    root: 0,
    feature: at((node) => (isInner(node) ? node / 2 : -1)),
    threshold: at(() => 3),
    left: at((node) => (isInner(node) ? node + 2 : -1)),
    right: at((node) => (isInner(node) ? node + 1 : -1)),
    missingLeft: at(() => 1),
    cover: at((node) => (node % 2 === 0 ? 1000 - 8 * node : 16)),
    leftBins: undefined,
    value: (leaf) => values[leaf],
    output: 0,
  };
}

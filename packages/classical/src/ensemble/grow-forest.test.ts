import { fc, test } from "@fast-check/vitest";
import { FitRun, Matrix, Random } from "@strata-ml/core";
import { describe, expect } from "vitest";
import { LEAF, type Tree } from "../tree/tree.js";
import { referenceTree } from "./fixtures/reference-tree.js";
import type { ForestPlan } from "./forest-plan.js";
import { growForest } from "./grow-forest.js";

const noLimits = {
  maxDepth: null,
  minSamplesSplit: 2,
  minSamplesLeaf: 1,
  minWeightFractionLeaf: 0,
  maxFeatures: 1000,
  maxLeafNodes: null,
  minImpurityDecrease: 0,
};

/** A matrix of few distinct values, some missing, with a target that depends on it. */
function sample(
  rows: number,
  features: number,
  classes: number,
  seed: number,
  levels = 9,
  missing = 0.1,
  outputs = 1,
) {
  const random = new Random(seed);
  const cell = (): number =>
    random.uniform() < missing ? Number.NaN : random.integer(levels) - Math.floor(levels / 2);
  const x = new Matrix(rows, features, Float64Array.from({ length: rows * features }, cell));
  const of = (row: number): number => (x.at(row, 0) || 0) + random.integer(4);
  const target = Array.from({ length: rows }, (_, row) => of(row));
  const targets =
    classes === 0
      ? Float64Array.from(target)
      : Int32Array.from(target, (value) => ((value % classes) + classes) % classes);
  const weights = Float64Array.from({ length: rows }, () => random.integer(4));
  weights[0] = 1;
  return { x, targets: outputs > 1 ? several(targets, classes, outputs, random) : targets, weights };
}

/** The target beside others that are drawn; classes are divided between the outputs, the first of which has two. */
function several(
  first: Int32Array | Float64Array,
  classes: number,
  outputs: number,
  random: Random,
): Int32Array | Float64Array {
  const values = Array.from({ length: first.length * outputs }, (_, at) => {
    const k = at % outputs;
    const own = first[Math.floor(at / outputs)];
    if (classes === 0) return k === 0 ? own : random.integer(3) + own / 2;
    if (k === 0) return own % 2;
    return k < outputs - 1 ? 1 + k : k + 1 + random.integer(classes - outputs);
  });
  return classes === 0 ? Float64Array.from(values) : Int32Array.from(values);
}

function expectSame(tree: Tree, x: Matrix, plan: ForestPlan, t: number): void {
  const expected = referenceTree(x, plan, plan.random.fork(t));
  const { nodes } = tree;
  expect([...nodes.feature]).toEqual(expected.map(({ split }) => split?.feature ?? LEAF));
  expect([...nodes.threshold]).toEqual(expected.map(({ split }) => split?.threshold ?? 0));
  expect([...nodes.missingLeft]).toEqual(expected.map(({ split }) => (split?.missingLeft ? 1 : 0)));
  expect([...nodes.left]).toEqual(expected.map(({ left }) => left ?? LEAF));
  expect([...nodes.right]).toEqual(expected.map(({ right }) => right ?? LEAF));
  expect([...nodes.count]).toEqual(expected.map(({ rows }) => rows.length));
  const close = (ours: Float64Array, theirs: readonly number[]): void =>
    theirs.forEach((value, i) => expect(Math.abs(ours[i] - value)).toBeLessThan(1e-10));
  close(
    nodes.weight,
    expected.map(({ weight }) => weight),
  );
  close(
    nodes.impurity,
    expected.map(({ impurity }) => impurity),
  );
  close(
    nodes.value,
    expected.flatMap(({ value }) => value),
  );
}

const grown = (x: Matrix, plan: ForestPlan) => growForest(new FitRun("Test"), x, plan);

const kinds = [
  { criterion: "squaredError", classes: 0, outputs: 2 },
  { criterion: "squaredError", classes: 0, outputs: 3 },
  { criterion: "gini", classes: 4, outputs: 2 },
  { criterion: "gini", classes: 6, outputs: 3 },
  { criterion: "entropy", classes: 5, outputs: 2 },
  { criterion: "squaredError", classes: 0 },
  { criterion: "gini", classes: 2 },
  { criterion: "gini", classes: 4 },
  { criterion: "entropy", classes: 2 },
  { criterion: "entropy", classes: 5 },
] as const;

const outputsOf = (kind: (typeof kinds)[number]): number => ("outputs" in kind ? kind.outputs : 1);

describe("the kernels grow the trees of the plain algorithm", () => {
  test.prop(
    [
      fc.record({
        rows: fc.integer({ min: 1, max: 90 }),
        features: fc.integer({ min: 1, max: 5 }),
        seed: fc.nat(),
        kind: fc.constantFrom(...kinds),
        weighs: fc.boolean(),
        draws: fc.constantFrom("none", "some", "all"),
        balances: fc.boolean(),
        drawsThresholds: fc.boolean(),
        missing: fc.constantFrom(0, 0.2),
        limits: fc.record({
          maxDepth: fc.option(fc.integer({ min: 1, max: 6 })),
          minSamplesSplit: fc.integer({ min: 2, max: 8 }),
          minSamplesLeaf: fc.integer({ min: 1, max: 4 }),
          minWeightFractionLeaf: fc.constantFrom(0, 0, 0.0517),
          maxFeatures: fc.integer({ min: 1, max: 5 }),
          maxLeafNodes: fc.constant(null),
          minImpurityDecrease: fc.constantFrom(0, 0, 0.0123),
        }),
      }),
    ],
    { numRuns: 250 },
  )("whatever the limits, weights and draws", async (given) => {
    const { rows, features, kind, seed, weighs, limits, drawsThresholds } = given;
    const { x, targets, weights } = sample(
      rows,
      features,
      kind.classes,
      seed,
      9,
      given.missing,
      outputsOf(kind),
    );
    const draws = { none: null, some: Math.ceil(rows / 2), all: rows }[given.draws];
    const plan: ForestPlan = {
      trees: 2,
      random: new Random(seed),
      ...kind,
      targets,
      weights: weighs ? weights : undefined,
      draws,
      ccpAlpha: 0,
      balances: given.balances && draws !== null && kind.classes > 0 && outputsOf(kind) === 1,
      drawsThresholds,
      limits: { ...limits, maxFeatures: Math.min(limits.maxFeatures, features) },
      threads: 1,
      onTree: (tree, leaves) => {
        const all = tree.apply(x);
        const inside = leaves.filter((leaf) => leaf < 0).length;
        expect(inside).toBe(draws === null ? rows : tree.nodes.count[0]);
        leaves.forEach((leaf, row) => expect(leaf < 0 || leaf === all[row]).toBe(true));
      },
    };
    const { trees } = await grown(x, plan);
    trees.forEach((tree, t) => expectSame(tree, x, plan, t));
  });

  test.prop(
    [
      fc.integer({ min: 2, max: 60 }),
      fc.nat(),
      fc.constantFrom(...kinds),
      fc.boolean(),
      fc.integer({ min: 2, max: 14 }),
    ],
    { numRuns: 100 },
  )(
    "best first, where the number of leaves is limited",
    async (rows, seed, kind, drawsThresholds, maxLeafNodes) => {
      const { x, targets, weights } = sample(rows, 3, kind.classes, seed, 9, 0.1, outputsOf(kind));
      const random = new Random(seed);
      const plan: ForestPlan = {
        trees: 1,
        random,
        ...kind,
        targets,
        // Weights that leave no two nodes with the same decrease.
        weights: weights.map((weight) => weight * (1 + random.uniform())),
        draws: null,
        balances: false,
        ccpAlpha: 0,
        drawsThresholds,
        limits: { ...noLimits, maxFeatures: 2, maxLeafNodes },
        threads: 1,
      };
      const { trees } = await grown(x, plan);
      expect(trees[0].leafCount).toBeLessThanOrEqual(maxLeafNodes);
      expectSame(trees[0], x, plan, 0);
    },
  );

  test.each(kinds.flatMap((kind) => [false, true].map((drawsThresholds) => ({ kind, drawsThresholds }))))(
    "in larger nodes: $kind, random thresholds $drawsThresholds",
    async ({ kind, drawsThresholds }) => {
      const { classes } = kind;
      // The plain algorithm takes its time, the more for several outputs.
      const rows = outputsOf(kind) > 1 ? 250 : 700;
      const { x, targets, weights } = sample(rows, 4, kind.classes, 11, 400, 0.05, outputsOf(kind));
      const limits = { ...noLimits, maxFeatures: 2, minSamplesLeaf: 3 };
      const some = {
        trees: 2,
        random: new Random(3),
        ...kind,
        targets,
        limits,
        ccpAlpha: 0,
        drawsThresholds,
        threads: 1,
      };
      for (const plan of [
        { ...some, weights: undefined, draws: rows, balances: false },
        { ...some, weights, draws: null, balances: false },
        // One row is drawn so often that there are too many pairs of a count and a class to number.
        {
          ...some,
          weights: weights.with(0, 1e4),
          draws: 6000,
          balances: classes > 0 && outputsOf(kind) === 1,
        },
      ]) {
        const { trees } = await grown(x, plan);
        trees.forEach((tree, t) => expectSame(tree, x, plan, t));
      }
    },
  );
});

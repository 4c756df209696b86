import { fc, test } from "@fast-check/vitest";
import { FitRun, fromColumns, type LabelledDataset, Matrix, Random, tensor } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect } from "vitest";
import { DecisionTreeClassifier } from "./decision-tree-classifier.js";
import { DecisionTreeRegressor } from "./decision-tree-regressor.js";
import { ClassCriterion, entropy, gini, SquaredErrorCriterion } from "./fixtures/plain-criterion.js";
import { growPlainTree } from "./fixtures/plain-tree.js";
import type { Tree } from "./tree.js";
import { growthLimits, type TreeParams } from "./tree-params.js";

interface Sample {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly w: Float64Array;
}

function sample(rows: number, features: number, seed: number, cell: (random: Random) => number): Sample {
  const random = new Random(seed);
  const x = new Matrix(
    rows,
    features,
    Float64Array.from({ length: rows * features }, () =>
      random.uniform() < 0.08 ? Number.NaN : cell(random),
    ),
  );
  const y = Float64Array.from({ length: rows }, (_, i) => Math.round(x.at(i, 0) || 0) + random.normal());
  // Of weights like these no two nodes fall by the same, which would leave open which is divided first.
  const w = Float64Array.from({ length: rows }, () => (random.uniform() < 0.1 ? 0 : random.exponential()));
  w[0] = 1;
  return { x, y, w };
}

const classOf = (value: number): number => (value > 0.7 ? 2 : value > -0.5 ? 1 : 0);
const dataOf = ({ x, w }: Sample, y: ArrayLike<number>): LabelledDataset =>
  fromColumns({ x: tensor(x.data, [x.columns]), y: Float64Array.from(y), w }, { target: "y", weight: "w" });

function expectSame(tree: Tree, expected: Tree): void {
  for (const name of ["feature", "threshold", "left", "right", "missingLeft", "count"] as const)
    expect(tree.nodes[name]).toEqual(expected.nodes[name]);
  // Sums are taken in another order.
  for (const name of ["value", "impurity", "weight"] as const)
    assertClose(tree.nodes[name], expected.nodes[name], { absolute: 1e-11, relative: 1e-11, label: name });
}

const plainTree = (
  { x, w }: Sample,
  params: TreeParams,
  criterion: ClassCriterion | SquaredErrorCriterion,
): Promise<Tree> =>
  growPlainTree(
    new FitRun("Test"),
    Array.from({ length: x.columns }, (_, j) => x.column(j)),
    w,
    criterion,
    growthLimits(params, x.columns),
    new Random(params.seed),
  );

test.prop(
  [
    fc.integer({ min: 3, max: 150 }),
    fc.nat(),
    fc.boolean(),
    fc.record({
      maxDepth: fc.option(fc.integer({ min: 1, max: 7 })),
      minSamplesLeaf: fc.integer({ min: 1, max: 4 }),
      maxLeafNodes: fc.option(fc.integer({ min: 2, max: 12 })),
      maxFeatures: fc.constantFrom(null, 1, 2),
      minImpurityDecrease: fc.constantFrom(0, 0.01),
      seed: fc.nat({ max: 9 }),
    }),
  ],
  { numRuns: 150 },
)(
  "the trees are those of the plain algorithm, of equally good splits the same",
  async (rows, seed, few, params) => {
    const drawn = sample(rows, 3, seed, (random) => (few ? random.integer(5) : random.normal()));
    const regressor = new DecisionTreeRegressor(params);
    const regression = await regressor.fit(dataOf(drawn, drawn.y));
    expectSame(
      regression.tree,
      await plainTree(drawn, regressor.params, new SquaredErrorCriterion(drawn.y, drawn.w)),
    );
    const y = drawn.y.map(classOf);
    const codes = Int32Array.from(y);
    if (new Set(codes).size < 3) return;
    for (const [criterion, impurityOf] of [
      ["gini", gini],
      ["entropy", entropy],
    ] as const) {
      const classifier = new DecisionTreeClassifier({ ...params, criterion });
      const { tree } = await classifier.fit(dataOf(drawn, y));
      const plain = new ClassCriterion(codes, drawn.w, 3, impurityOf);
      expectSame(tree, await plainTree(drawn, classifier.params, plain));
    }
  },
);

const many = sample(70_000, 3, 5, (random) => random.normal());
const depth = { maxDepth: 6, minSamplesLeaf: 20 };

test("and so where rows and values are more than 16 bits tell apart, grown in parts", async () => {
  for (const limits of [depth, { ...depth, maxLeafNodes: 25 }]) {
    const regressor = new DecisionTreeRegressor(limits);
    const done: number[] = [];
    const { tree } = await regressor.fit(dataOf(many, many.y), {
      onProgress: (event) => {
        expect([event.stage, event.total]).toEqual(["row", many.w.filter((weight) => weight > 0).length]);
        done.push(event.done);
      },
    });
    expectSame(tree, await plainTree(many, regressor.params, new SquaredErrorCriterion(many.y, many.w)));
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  }
});

test("an abort ends the fit between two parts", async () => {
  const controller = new AbortController();
  const done: number[] = [];
  const fit = new DecisionTreeRegressor().fit(dataOf(many, many.y), {
    signal: controller.signal,
    onProgress: (event) => {
      done.push(event.done / event.total);
      if (done.length === 2) controller.abort(new Error("enough"));
    },
  });
  await expect(fit).rejects.toThrow("enough");
  expect(done.length).toBe(2);
  expect(done[1]).toBeLessThan(1);
});

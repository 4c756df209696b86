import { ArtifactError } from "@strata-ml/core";
import { expect, test } from "vitest";
import { checkTree, LEAF, Tree } from "./tree.js";

/** Root (feature 0, threshold 5, missing right); left leaf; right (feature 1, threshold 0, missing left) with two leaves. */
const nodes = {
  feature: Int32Array.of(0, LEAF, 1, LEAF, LEAF),
  threshold: Float64Array.of(5, 0, 0, 0, 0),
  left: Int32Array.of(1, LEAF, 3, LEAF, LEAF),
  right: Int32Array.of(2, LEAF, 4, LEAF, LEAF),
  missingLeft: Uint8Array.of(0, 0, 1, 0, 0),
  value: Float64Array.of(0, 10, 0, 20, 30),
  impurity: Float64Array.of(4, 1, 2, 0, 1),
  weight: Float64Array.of(8, 4, 4, 2, 2),
  count: Int32Array.of(8, 4, 4, 2, 2),
};

test("a tree knows its leaves, its depth and its importances", () => {
  const tree = new Tree(nodes, 1);
  expect([tree.nodeCount, tree.leafCount, tree.depth]).toEqual([5, 3, 2]);
  // Decreases: 8*4 - 4*1 - 4*2 = 20 on feature 0, 4*2 - 2*0 - 2*1 = 6 on feature 1.
  expect([...tree.importances(3)]).toEqual([20 / 26, 6 / 26, 0]);
});

const leaf = { feature: Int32Array.of(LEAF), left: Int32Array.of(LEAF), right: Int32Array.of(LEAF) };

test.for([
  ["no nodes", { feature: new Int32Array(0), left: new Int32Array(0), right: new Int32Array(0) }, "nodes"],
  ["a loop", { ...nodes, left: Int32Array.of(1, LEAF, 2, LEAF, LEAF) }, "node 2 must have children in 3..4"],
  [
    "a way back",
    { ...nodes, left: Int32Array.of(1, LEAF, 0, LEAF, LEAF) },
    "node 2 must have children in 3..4",
  ],
  ["a way out", { ...nodes, right: Int32Array.of(2, LEAF, 5, LEAF, LEAF) }, "received 5"],
  ["two parents", { ...nodes, right: Int32Array.of(2, LEAF, 3, LEAF, LEAF) }, "one parent"],
  [
    "an orphan",
    {
      ...nodes,
      feature: Int32Array.of(0, LEAF, LEAF, LEAF, LEAF),
      left: Int32Array.of(1, LEAF, LEAF, LEAF, LEAF),
      right: Int32Array.of(2, LEAF, LEAF, LEAF, LEAF),
    },
    "node 3 must have a parent",
  ],
  [
    "an unknown feature",
    { ...nodes, feature: Int32Array.of(2, LEAF, 1, LEAF, LEAF) },
    "feature in 0..1, received 2",
  ],
  ["a leaf that tests", { ...leaf, feature: Int32Array.of(0) }, "children in 1..0"],
] as const)("%s is no tree", ([, bad, message]) => {
  const check = (): void => checkTree("Owner", bad, 0, bad.feature.length, 2);
  expect(check).toThrow(ArtifactError);
  expect(check).toThrow(message);
});

test("a good tree passes, a lone leaf too", () => {
  checkTree("Owner", nodes, 0, 5, 2);
  checkTree("Owner", leaf, 0, 1, 2);
});

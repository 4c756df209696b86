import type { Matrix } from "@strata-ml/core";
import { z } from "zod";
import { emptyNodes, LEAF, Tree, type TreeNodes } from "../tree/tree.js";

/** What the library's `toJSON` gives, as far as it is used here. */
const librarySchema = z.object({
  baseModel: z.object({
    indexes: z.array(z.array(z.int().min(0))).length(1),
    estimators: z.array(z.object({ root: z.unknown() })).length(1),
  }),
});

/** One node; its children are checked when they are reached, so that a deep tree needs no deep recursion. */
const nodeSchema = z.object({
  splitColumn: z.int().min(0).optional(),
  splitValue: z.number().nullish(),
  left: z.unknown().optional(),
  right: z.unknown().optional(),
  distribution: z.union([z.number(), z.array(z.array(z.number())).length(1)]).optional(),
});

/**
 * The one tree of a library forest in flat arrays; a leaf's value is the mean, or the code of the class with most rows.
 * Splits `x < value` become `x <= the next lower double`, which is the same.
 */
export function flatTree(forest: unknown): Tree {
  const { baseModel } = librarySchema.parse(JSON.parse(JSON.stringify(forest)));
  const columns = baseModel.indexes[0];
  const nodes: { feature: number; threshold: number; left: number; right: number; value: number }[] = [];
  const open: { json: unknown; parent: number; isLeft: boolean }[] = [
    { json: baseModel.estimators[0].root, parent: LEAF, isLeft: false },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const json = nodeSchema.parse(next.json);
    const at = nodes.length;
    if (next.parent !== LEAF) nodes[next.parent][next.isLeft ? "left" : "right"] = at;
    const node = { feature: LEAF, threshold: 0, left: LEAF, right: LEAF, value: 0 };
    nodes.push(node);
    if (json.left === undefined || json.right === undefined) {
      node.value = leafValue(json.distribution);
      continue;
    }
    node.feature =
      columns[
        z
          .int()
          .max(columns.length - 1)
          .parse(json.splitColumn)
      ];
    node.threshold = nextDown(z.number().parse(json.splitValue));
    open.push({ json: json.right, parent: at, isLeft: false }, { json: json.left, parent: at, isLeft: true });
  }
  const out = emptyNodes(nodes.length, 1);
  nodes.forEach(({ feature, threshold, left, right, value }, at) => {
    out.feature[at] = feature;
    out.threshold[at] = threshold;
    out.left[at] = left;
    out.right[at] = right;
    out.value[at] = value;
  });
  return new Tree(out, 1);
}

/** A mean as it is; of class shares the first largest's code. */
function leafValue(distribution: number | number[][] | undefined): number {
  if (typeof distribution === "number") return distribution;
  const shares = z.array(z.number()).min(1).parse(distribution?.[0]);
  return shares.indexOf(Math.max(...shares));
}

/** The largest double below a finite one. */
export function nextDown(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] += value > 0 ? -1n : 1n;
  return new Float64Array(bits.buffer)[0];
}

/** How impure a node's rows are, from what {@link measure} has summed over them. */
type Measure = (sums: Float64Array, rows: number) => number;

/** Gini impurity from rows by class. */
export const giniOfCounts: Measure = (counts, rows) =>
  1 - counts.reduce((sum, count) => sum + (count / rows) ** 2, 0);

/** Variance from the sums of values and squares. */
export const varianceOfSums: Measure = ([sum, squares], rows) =>
  Math.max(0, squares / rows - (sum / rows) ** 2);

/**
 * The tree with counts, weights and impurities of the training rows, which the library keeps in part only:
 * feature importances come from them.
 *
 * @param width numbers that `add` sums for each node
 */
export function measured(
  { nodes, outputs }: Tree,
  x: Matrix,
  width: number,
  add: (row: number, sums: Float64Array, at: number) => void,
  impurityOf: Measure,
): Tree {
  const { feature, threshold, left, right } = nodes;
  const sums = new Float64Array(feature.length * width);
  const count = new Int32Array(feature.length);
  for (let i = 0; i < x.rows; i++) {
    for (let node = 0; node !== LEAF; ) {
      count[node]++;
      add(i, sums, node * width);
      node = left[node] !== LEAF && x.at(i, feature[node]) <= threshold[node] ? left[node] : right[node];
    }
  }
  const impurity = Float64Array.from(count, (rows, node) =>
    rows === 0 ? 0 : impurityOf(sums.subarray(node * width, (node + 1) * width), rows),
  );
  const whole: TreeNodes = { ...nodes, count, weight: Float64Array.from(count), impurity };
  return new Tree(whole, outputs);
}

import type { KernelTeam } from "../kernels/team.js";
import { gaussLegendre } from "./gauss-legendre.js";
import { childWord, nodeBytes, ownWord, setWord, shareBytes, type ShapKind } from "./shap-layout.js";
import { leafBytes, writeLeaves } from "./shap-leaves.js";
import { type ShapTree, startOf, type TreePaths } from "./tree-paths.js";

/** A tree with its paths. */
export interface PathedTree {
  readonly tree: ShapTree;
  readonly paths: TreePaths;
}

const listEnd = -1;
/** Vectors in a table of a node, by how many of its children are inner nodes. */
const vectors = [2, 4, 4] as const;

/** Pairs of points that integrate what a tree's paths give: a polynomial of one degree less than the features on a path. */
function pointPairs({ mostFeatures }: TreePaths): number {
  return Math.ceil(mostFeatures / 4);
}

const isLeaf = (below: number): boolean => below < 0;
const sum = (count: number, bytes: (i: number) => number): number => {
  let total = 0;
  for (let i = 0; i < count; i++) total += bytes(i);
  return total;
};

/** How many children of a node its table has products for: those that are inner nodes, or all for interactions. */
function tableKind({ below }: TreePaths, i: number, { interactions }: ShapKind): 0 | 1 | 2 {
  if (interactions) return 2;
  return ((isLeaf(below[2 * i + 1]) ? 0 : 1) + (isLeaf(below[2 * i + 2]) ? 0 : 1)) as 0 | 1 | 2;
}

/** Bytes of a node's three tables. */
const tableBytes = (paths: TreePaths, i: number, kind: ShapKind): number =>
  3 * vectors[tableKind(paths, i, kind)] * 16 * pointPairs(paths);

/** Bytes that {@link writePlan} allocates, and a little more. */
export function treeBytes({ tree, paths }: PathedTree, kind: ShapKind): number {
  const { inner, tested } = paths;
  const sets = sum(inner.length, (i) => tree.leftBins?.(inner[i])?.byteLength ?? 0);
  const tables = kind.background ? 0 : sum(inner.length, (i) => tableBytes(paths, i, kind));
  const lists = kind.interactions && !kind.background ? sum(inner.length, (i) => 4 * tested[i]) : 0;
  const leaves = kind.background ? leafBytes(paths, kind) : 0;
  return (
    inner.length * (nodeBytes + shareBytes) + 32 * pointPairs(paths) + sets + tables + lists + leaves + 8 * 64
  );
}

/** Bytes of scratch that a thread needs for a tree. */
export function scratchBytes(paths: TreePaths, { background, interactions, mostTabled }: ShapKind): number {
  const points = 16 * pointPairs(paths);
  const inner = paths.inner.length;
  const edges = paths.below.length;
  if (background) return Math.max((inner + 1) * 32 + edges + 64, 8 * (mostTabled + 1) * 2 ** mostTabled);
  return interactions ? edges * (points + 1) + points + 64 : inner * (points + 4) + edges + 64;
}

/** Writes a tree for the kernels, all but the contents of its tables, as the plan at `plan`. */
export function writePlan(team: KernelTeam, plan: number, { tree, paths }: PathedTree, kind: ShapKind): void {
  const pairs = pointPairs(paths);
  const rule = team.allocate(32 * pairs);
  const { points, weights } = gaussLegendre(2 * pairs);
  team.f64.set(points, rule / 8);
  team.f64.set(weights, rule / 8 + 2 * pairs);
  const nodes = writeNodes(team, tree, paths);
  const shares = writeShares(team, tree, paths);
  team.i32.set([nodes, paths.inner.length, pairs, tree.output, shares, rule], plan / 4);
  if (!kind.background) writeTables(team, nodes, paths, kind);
  if (kind.background) {
    writeChildren(team, nodes, paths, false, 1);
    writeLeaves(team, plan, nodes, tree, paths, kind);
  } else if (kind.interactions) writeLists(team, nodes, paths, tree);
  else writeChildren(team, nodes, paths, true, 16 * pairs);
}

/** The tests of the inner nodes. */
function writeNodes(team: KernelTeam, tree: ShapTree, { inner, above, below }: TreePaths): number {
  const nodes = team.allocate(inner.length * nodeBytes);
  let nextSet = team.allocate(sum(inner.length, (i) => tree.leftBins?.(inner[i])?.byteLength ?? 0));
  const { i32, f64 } = team;
  for (let i = 0; i < inner.length; i++) {
    const node = inner[i];
    const words = (nodes + i * nodeBytes) / 4;
    const set = tree.leftBins?.(node);
    i32[words] = tree.feature[node];
    i32[words + 1] = above[i];
    f64[words / 2 + 1] = tree.threshold[node];
    i32[words + 4] = tree.missingLeft[node];
    i32[words + setWord] = set === undefined ? 0 : nextSet;
    i32[words + ownWord + 3] = (isLeaf(below[2 * i + 1]) ? 1 : 0) + (isLeaf(below[2 * i + 2]) ? 2 : 0);
    if (set === undefined) continue;
    i32.set(set, nextSet / 4);
    nextSet += set.byteLength;
  }
  return nodes;
}

/** What the tables are made of, and the values of leaves. */
function writeShares(team: KernelTeam, tree: ShapTree, paths: TreePaths): number {
  const { inner, above, below, ratio, share } = paths;
  const shares = team.allocate(inner.length * shareBytes);
  const { f64 } = team;
  const valueOf = (edge: number): number => (isLeaf(below[edge]) ? tree.value(-1 - below[edge]) : 0);
  for (let i = 0; i < inner.length; i++) {
    const at = (shares + i * shareBytes) / 8;
    const left = 2 * i + 1;
    f64[at] = share[above[i]];
    f64[at + 1] = share[left];
    f64[at + 2] = share[left + 1];
    f64[at + 3] = ratio[left];
    f64[at + 4] = ratio[left + 1];
    f64[at + 5] = valueOf(left);
    f64[at + 6] = valueOf(left + 1);
  }
  return shares;
}

/** Room for the tables, and what the kernel that fills them must know. */
function writeTables(team: KernelTeam, nodes: number, paths: TreePaths, kind: ShapKind): void {
  const { length } = paths.inner;
  let table = team.allocate(sum(length, (i) => tableBytes(paths, i, kind)));
  for (let i = 0; i < length; i++) {
    const bytes = tableBytes(paths, i, kind);
    const words = (nodes + i * nodeBytes) / 4 + ownWord;
    team.i32[words] = table;
    team.i32[words + 1] = bytes / 3;
    team.i32[words + 2] = tableKind(paths, i, kind);
    table += bytes;
  }
}

/** The inner nodes below each node, times `scale`: left and right, or those there are from the first on. */
function writeChildren(
  team: KernelTeam,
  nodes: number,
  { inner, below }: TreePaths,
  skipsLeaves: boolean,
  scale: number,
): void {
  for (let i = 0; i < inner.length; i++) {
    const words = (nodes + i * nodeBytes) / 4 + childWord;
    const [left, right] = [below[2 * i + 1], below[2 * i + 2]];
    team.i32[words] = scale * (skipsLeaves && isLeaf(left) ? right : left);
    team.i32[words + 1] = scale * right;
  }
}

/** Of every node its edge, and the list of the edges that say how the other features of its path stand. */
function writeLists(team: KernelTeam, nodes: number, paths: TreePaths, tree: ShapTree): void {
  const { inner, edge, tested } = paths;
  const featureAbove = (e: number): number => tree.feature[inner[startOf(e)]];
  let word = team.allocate(sum(inner.length, (i) => 4 * tested[i])) / 4;
  for (let i = 0; i < inner.length; i++) {
    const words = (nodes + i * nodeBytes) / 4 + childWord;
    team.i32[words] = edge[i];
    team.i32[words + 1] = 4 * word;
    const seen = new Set([tree.feature[inner[i]]]);
    for (let e = edge[i]; e !== 0; e = edge[startOf(e)]) {
      if (seen.has(featureAbove(e))) continue;
      seen.add(featureAbove(e));
      team.i32[word++] = e;
    }
    team.i32[word++] = listEnd;
  }
}

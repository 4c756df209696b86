import type { KernelTeam } from "../kernels/team.js";
import { nodeBytes, ownWord, type ShapKind } from "./shap-layout.js";
import { type ShapTree, startOf, type TreePaths } from "./tree-paths.js";

/** Bytes of what the kernels know of an edge, see `assembly/tree-shap-leaves.ts`. */
const edgeBytes = 16;
/** More features than this never get a table, for it would not fit the cache. */
const tabledAtMost = 10;

/**
 * Most features of a leaf for which a table pays: one of d features takes about 2^d d^2 steps to fill, and spares each row
 * to be compared with each background row.
 */
export function mostTabled(rows: number, backgroundRows: number): number {
  let d = 0;
  while (d < tabledAtMost && 2 ** (d + 1) * (d + 1) ** 2 < 4 * rows * backgroundRows) d++;
  return d;
}

/** How many features the path to an edge's end tests. */
const featuresAt = ({ tested }: TreePaths, edge: number): number => tested[startOf(edge)];

/** Whether what an edge leads to is a leaf with a table. */
const isTabled = (paths: TreePaths, edge: number, kind: ShapKind): boolean =>
  paths.below[edge] < 0 && featuresAt(paths, edge) <= kind.mostTabled;

/** Bytes of a table and the list of its features; the next table begins at a whole number of 8 bytes. */
const tableBytes = (d: number): number => 8 * d * 2 ** d + 4 * (d + (d & 1));

/** The share of a tree's leaves that have no table. */
export function walkedShare(paths: TreePaths, kind: ShapKind): number {
  let tabled = 0;
  for (let edge = 1; edge < paths.below.length; edge++) if (isTabled(paths, edge, kind)) tabled++;
  return 1 - tabled / (paths.inner.length + 1);
}

/** Bytes that {@link writeLeaves} allocates, but for rounding. */
export function leafBytes(paths: TreePaths, kind: ShapKind): number {
  let bytes = paths.below.length * edgeBytes;
  for (let edge = 1; edge < paths.below.length; edge++) {
    const d = featuresAt(paths, edge);
    if (isTabled(paths, edge, kind)) bytes += tableBytes(d);
  }
  return bytes;
}

/** Writes which leaves have tables, room for these, and what is left to be compared row by row. */
export function writeLeaves(
  team: KernelTeam,
  plan: number,
  nodes: number,
  tree: ShapTree,
  paths: TreePaths,
  kind: ShapKind,
): void {
  const { i32 } = team;
  const { below, edge: edgeOf, inner } = paths;
  const leaves = team.allocate(edgeBytes * below.length);
  i32.fill(0, leaves / 4, (leaves + edgeBytes * below.length) / 4);
  const total = leafBytes(paths, kind) - below.length * edgeBytes;
  let next = team.allocate(total);
  const bits = featureBits(paths);
  /** Whether all below an edge is tabled. */
  const done = new Uint8Array(below.length);
  for (let i = inner.length - 1; i >= 0; i--) {
    const words = (nodes + i * nodeBytes) / 4 + ownWord;
    i32[words] = bits[i] < 32 ? 1 << bits[i] : 0;
    i32[words + 1] = edgeOf[i];
    for (const edge of [2 * i + 1, 2 * i + 2]) {
      if (isTabled(paths, edge, kind)) {
        const d = featuresAt(paths, edge);
        i32.set([next, d, next + 8 * d * 2 ** d], (leaves + edge * edgeBytes) / 4);
        i32.set(featuresOf(tree, paths, bits, edge), next / 4 + 2 * d * 2 ** d);
        next += tableBytes(d);
        done[edge] = 1;
      }
      if (done[edge] === 1) i32[words + 3] |= edge % 2 === 1 ? 4 : 8;
    }
    done[edgeOf[i]] = done[2 * i + 1] & done[2 * i + 2];
  }
  i32[plan / 4 + 6] = leaves;
  i32[plan / 4 + 7] = (done[0] === 1 ? 0 : 1) + (total > 0 ? 2 : 0);
}

/** Of each inner node: the place of its feature among those of its path, in the order in which they are first tested. */
function featureBits({ inner, above, tested }: TreePaths): Int32Array {
  const bits = new Int32Array(inner.length);
  for (let i = 0; i < bits.length; i++) bits[i] = above[i] === 0 ? tested[i] - 1 : bits[startOf(above[i])];
  return bits;
}

/** The features on the path of an edge, by their places. */
function featuresOf(
  { feature }: ShapTree,
  { inner, edge }: TreePaths,
  bits: Int32Array,
  leaf: number,
): number[] {
  const out: number[] = [];
  for (let e = leaf; e !== 0; e = edge[startOf(e)]) out[bits[startOf(e)]] = feature[inner[startOf(e)]];
  return out;
}

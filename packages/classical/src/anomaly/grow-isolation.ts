import type { FitRun, Random } from "@strata-ml/core";
import { jobs } from "../kernels/jobs.js";
import { availableThreads } from "../kernels/platform.js";
import { KernelTeam } from "../kernels/team.js";
import { LEAF } from "../tree/tree.js";
import type { RowDraw } from "./draw-rows.js";
import type { FeatureRows } from "./feature-rows.js";
import { type IsolationNodes, IsolationTrees, mostDepth } from "./isolation-trees.js";

export interface IsolationPlan {
  readonly trees: number;
  readonly rowsPerTree: number;
  readonly featuresPerTree: number;
  readonly bootstrap: boolean;
  /** Threads to grow on; default as many as pay. */
  readonly threads?: number | undefined;
}

/** Bytes of a grown node, and of one while its tree grows; see `assembly/isolation-forest.ts`. */
const nodeBytes = 24;
const openBytes = 16;
/** Bytes of nodes in the kernels' memory at once, and rows whose trees grow between two looks at the abort signal. */
const batchBytes = 2 ** 27;
const batchRows = 2 ** 22;
/** Fewer rows of all trees than this are done before a second thread has started. */
const threadRows = 2 ** 18;

/** Grows isolation trees, each on rows and features of its own draw. */
export async function growIsolation(
  run: FitRun,
  rows: FeatureRows,
  draw: RowDraw,
  plan: IsolationPlan,
  random: Random,
): Promise<IsolationTrees> {
  const { trees, rowsPerTree } = plan;
  const most = mostNodes(rowsPerTree);
  const threads = plan.threads ?? (trees * rowsPerTree < threadRows ? 1 : availableThreads());
  const batch = Math.max(
    threads,
    Math.min(trees, Math.floor(batchBytes / (most * nodeBytes)), Math.floor(batchRows / rowsPerTree)),
  );
  // Rows of no weight are never drawn. Of many rows only those that are drawn at all are laid out.
  const mostLaid = Math.min(draw.rows.length, batch * rowsPerTree);
  const scratch = 4 * rows.width + most * openBytes + 4 * (mostDepth(rowsPerTree) + 2);
  const bytes =
    8 * mostLaid * rows.width +
    batch * (4 * rowsPerTree + 8 + 4 + most * nodeBytes) +
    threads * (scratch + 64) +
    512;
  const team = await KernelTeam.start(bytes, threads);
  const parts: IsolationNodes[] = [];
  try {
    const memory = allocate(team, rows, plan, batch, mostLaid, scratch);
    for (let from = 0; from < trees; from += batch) {
      const count = Math.min(batch, trees - from);
      layOutRows(team, memory, rows, draw, plan, random.fork("rows"), from, count);
      for (let t = 0; t < count; t++)
        team.f64[memory.seeds / 8 + t] = random.fork("splits").fork(from + t).seed;
      team.whole(
        0,
        memory.x,
        rows.width,
        memory.rows,
        rowsPerTree,
        memory.seeds,
        count,
        plan.featuresPerTree,
      );
      team.whole(7, mostDepth(rowsPerTree), memory.nodes, most, memory.counts, memory.scratch, memory.own);
      team.run(jobs.growIsolationTrees);
      parts.push(readNodes(team, memory, count, most));
      await run.step("tree", from + count, trees);
    }
  } finally {
    team.close();
  }
  return new IsolationTrees(joinNodes(parts), rowsPerTree);
}

/** Every split isolates a row at least, and levels are full at most. */
function mostNodes(rowsPerTree: number): number {
  return Math.min(2 * rowsPerTree - 1, 2 ** (mostDepth(rowsPerTree) + 1) - 1);
}

interface Memory {
  readonly x: number;
  readonly rows: number;
  readonly seeds: number;
  readonly nodes: number;
  readonly counts: number;
  readonly scratch: number;
  /** Bytes of a thread's scratch. */
  readonly own: number;
}

function allocate(
  team: KernelTeam,
  rows: FeatureRows,
  { rowsPerTree }: IsolationPlan,
  batch: number,
  mostLaid: number,
  scratch: number,
): Memory {
  const own = (scratch + 63) & ~63;
  return {
    x: team.allocate(8 * mostLaid * rows.width),
    rows: team.allocate(4 * batch * rowsPerTree),
    seeds: team.allocate(8 * batch),
    nodes: team.allocate(batch * mostNodes(rowsPerTree) * nodeBytes),
    counts: team.allocate(4 * batch),
    scratch: team.allocate(own * team.threads),
    own,
  };
}

/** Draws the rows of each tree and lays out every row that is drawn. */
function layOutRows(
  team: KernelTeam,
  memory: Memory,
  rows: FeatureRows,
  draw: RowDraw,
  { rowsPerTree, bootstrap }: IsolationPlan,
  random: Random,
  from: number,
  count: number,
): void {
  const place = new Map<number, number>();
  const laid: number[] = [];
  const all = count * rowsPerTree >= draw.rows.length;
  if (all) draw.rows.forEach((row, i) => place.set(row, i));
  for (let t = 0; t < count; t++) {
    const own = random.fork(from + t);
    const drawn = bootstrap
      ? distinct(draw.withReplacement(rowsPerTree, own))
      : draw.withoutReplacement(rowsPerTree, own);
    team.i32[memory.counts / 4 + t] = drawn.length;
    for (let i = 0; i < drawn.length; i++) {
      let at = place.get(drawn[i]);
      if (at === undefined) {
        at = laid.push(drawn[i]) - 1;
        place.set(drawn[i], at);
      }
      team.i32[memory.rows / 4 + t * rowsPerTree + i] = at;
    }
  }
  const shown = all ? draw.rows : Int32Array.from(laid);
  rows.gather(shown, team.f64.subarray(memory.x / 8, memory.x / 8 + shown.length * rows.width));
}

/** A row drawn twice is one row to isolate, as in scikit-learn. */
const distinct = (rows: Int32Array): Int32Array => Int32Array.from(new Set(rows));

/** The trees of a batch, one after another; children are numbered within the batch. */
function readNodes(team: KernelTeam, memory: Memory, count: number, most: number): IsolationNodes {
  const counts = team.i32.slice(memory.counts / 4, memory.counts / 4 + count);
  const total = counts.reduce((sum, nodes) => sum + nodes, 0);
  const out = emptyNodes(count, total);
  const { f64, i32 } = team;
  let next = 0;
  for (let t = 0; t < count; t++) {
    out.roots[t] = next;
    for (let n = 0; n < counts[t]; n++, next++) {
      const at = memory.nodes + (t * most + n) * nodeBytes;
      const left = i32[at / 4 + 3];
      out.threshold[next] = f64[at / 8];
      out.feature[next] = i32[at / 4 + 2];
      out.left[next] = left === LEAF ? LEAF : out.roots[t] + left;
      out.count[next] = i32[at / 4 + 4];
      out.missingLeft[next] = i32[at / 4 + 5];
    }
  }
  return out;
}

function emptyNodes(trees: number, nodes: number): IsolationNodes {
  return {
    roots: new Int32Array(trees),
    feature: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    left: new Int32Array(nodes),
    missingLeft: new Uint8Array(nodes),
    count: new Int32Array(nodes),
  };
}

function joinNodes(parts: readonly IsolationNodes[]): IsolationNodes {
  if (parts.length === 1) return parts[0];
  const sum = (of: (part: IsolationNodes) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const out = emptyNodes(
    sum(({ roots }) => roots.length),
    sum(({ feature }) => feature.length),
  );
  let [tree, node] = [0, 0];
  for (const part of parts) {
    const before = node;
    out.roots.set(
      part.roots.map((root) => root + before),
      tree,
    );
    out.left.set(
      part.left.map((child) => (child === LEAF ? LEAF : child + before)),
      node,
    );
    for (const name of ["feature", "threshold", "missingLeft", "count"] as const)
      out[name].set(part[name], node);
    tree += part.roots.length;
    node += part.feature.length;
  }
  return out;
}

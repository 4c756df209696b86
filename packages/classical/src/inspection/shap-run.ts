import type { FitRun } from "@strata-ml/core";
import { availableThreads } from "../kernels/platform.js";
import { KernelTeam } from "../kernels/team.js";
import {
  cellsOf,
  rowBytes,
  type ShapBackground,
  ShapKernel,
  type ShapRows,
  type ShapShape,
  treesBytes,
} from "./shap-kernel.js";
import { mostTabled, walkedShare } from "./shap-leaves.js";
import type { ShapKind } from "./shap-layout.js";
import type { PathedTree } from "./shap-plan.js";

export interface ShapTask {
  readonly trees: readonly PathedTree[];
  readonly features: number;
  readonly outputs: number;
  readonly data: ShapRows;
  readonly background: ShapBackground | undefined;
  readonly interactions: boolean;
  /** Threads to run on; default as many as pay. */
  readonly threads: number | undefined;
  /** Kernels of these trees for few rows, made once: whoever explains one row will explain another. */
  readonly kept: KeptKernels;
}

/** A kernel for values (false) and one for interactions (true), with the work that a row is to it. */
export type KeptKernels = Map<boolean, { readonly kernel: ShapKernel; readonly work: number }>;

/** Bytes of trees in the kernels' memory at once, and of rows with their values. */
const mostTreeBytes = 2 ** 25;
const mostRowBytes = 2 ** 25;
/** Additions of a job, about a tenth of a second: between two jobs an abort is noticed. */
const jobWork = 5e7;
/** Less work than this is done before a second thread has started. */
const threadWork = 1e7;
/** Rows and bytes of a kernel that is kept. */
const keptRows = 16;
const keptBytes = 2 ** 25;

/**
 * Sums what every tree gives: outputs x rows x features, or, of interactions, outputs x rows x features x features, with
 * the values on the diagonal and each pair's interaction shared in some way between its two places.
 */
export async function runShap(run: FitRun, task: ShapTask): Promise<Float64Array> {
  const { features, outputs, data, background, interactions } = task;
  const kind: ShapKind = {
    interactions,
    background: background !== undefined,
    mostTabled: background && !interactions ? mostTabled(data.rows, background.rows) : 0,
  };
  const values = new Float64Array(outputs * data.rows * cellsOf(features, kind));
  const kept = kind.background || task.threads !== undefined ? undefined : task.kept.get(interactions);
  if (kept !== undefined && kept.work * data.rows < threadWork)
    return addKept(run, kept.kernel, data, values);
  const trees = task.trees.filter(({ paths }) => paths.inner.length > 0);
  if (trees.length === 0 || data.rows === 0) {
    await run.step("row", data.rows, data.rows);
    return values;
  }
  const groups = groupTrees(trees, kind);
  const work = trees.reduce((total, { paths }) => total + rowWork(paths, kind, background?.rows ?? 0), 0);
  const isSmall = task.threads === undefined && work * data.rows < threadWork;
  const perJob = Math.ceil((jobWork * groups.length) / work);
  const perMemory = Math.floor(mostRowBytes / rowBytes(features, outputs, kind));
  const chunk = Math.max(1, Math.min(data.rows, perMemory, perJob));
  const shape: ShapShape = { kind, features, outputs, chunk, groups, background };
  const kernel = isSmall ? keepKernel(task.kept, shape, work) : undefined;
  if (kernel !== undefined) return addKept(run, kernel, data, values);
  return addGroups(run, shape, task.threads ?? (isSmall ? 1 : availableThreads()), data, values);
}

/** Sums group by group, each over all rows. */
async function addGroups(
  run: FitRun,
  shape: ShapShape,
  threads: number,
  data: ShapRows,
  values: Float64Array,
): Promise<Float64Array> {
  const { groups, chunk } = shape;
  const team = await KernelTeam.start(ShapKernel.bytes(shape, threads), threads);
  try {
    const kernel = new ShapKernel(team, shape);
    let done = 0;
    for (const group of groups) {
      kernel.load(group);
      for (let from = 0; from < data.rows; from += chunk) {
        const rows = Math.min(chunk, data.rows - from);
        kernel.add(data, from, rows, values);
        done += rows;
        await run.step("row", Math.floor(done / groups.length), data.rows);
      }
    }
  } finally {
    team.close();
  }
  return values;
}

/** Sums on this thread, a few rows at a time. */
async function addKept(
  run: FitRun,
  kernel: ShapKernel,
  data: ShapRows,
  values: Float64Array,
): Promise<Float64Array> {
  for (let from = 0; from < data.rows; from += keptRows)
    kernel.add(data, from, Math.min(keptRows, data.rows - from), values);
  await run.step("row", data.rows, data.rows);
  return values;
}

/** Makes the kernel for few rows, unless its trees and rows are too large to be kept. */
function keepKernel(kept: KeptKernels, given: ShapShape, work: number): ShapKernel | undefined {
  const { kind, groups } = given;
  const shape = { ...given, chunk: keptRows };
  const bytes = ShapKernel.bytes(shape, 1);
  if (kind.background || groups.length > 1 || bytes > keptBytes) return undefined;
  const kernel = new ShapKernel(KernelTeam.alone(bytes), shape);
  kernel.load(groups[0]);
  kept.set(kind.interactions, { kernel, work });
  return kernel;
}

/** Trees in runs that fit the memory. */
function groupTrees(trees: readonly PathedTree[], kind: ShapKind): PathedTree[][] {
  const groups: PathedTree[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const tree of trees) {
    const more = treesBytes([tree], kind);
    if (bytes + more > mostTreeBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups[groups.length - 1].push(tree);
    bytes += more;
  }
  return groups;
}

/** About how many additions a row takes in a tree. */
function rowWork(paths: PathedTree["paths"], kind: ShapKind, backgroundRows: number): number {
  const { inner, mostFeatures } = paths;
  const { background, interactions } = kind;
  const whole = 5 * inner.length * mostFeatures;
  if (!background) return whole * (interactions ? mostFeatures : 1);
  const walk = 40 * backgroundRows * (1 + Math.log2(inner.length)) * (interactions ? 2 : 1);
  return whole + walk * walkedShare(paths, kind);
}

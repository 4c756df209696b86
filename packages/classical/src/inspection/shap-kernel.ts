import { jobs } from "../kernels/jobs.js";
import type { KernelTeam } from "../kernels/team.js";
import { planBytes, type ShapKind } from "./shap-layout.js";
import { type PathedTree, scratchBytes, treeBytes, writePlan } from "./shap-plan.js";

/** Rows as the trees read them, row-major; categories by their bin, NaN for missing. */
export interface ShapRows {
  readonly x: Float64Array;
  readonly rows: number;
}

/** Background rows, and the share of each; the shares sum to 1. */
export interface ShapBackground extends ShapRows {
  readonly shares: Float64Array;
}

/** What a kernel needs room for. */
export interface ShapShape {
  readonly kind: ShapKind;
  readonly features: number;
  readonly outputs: number;
  /** Most rows at a time. */
  readonly chunk: number;
  /** The trees of every {@link ShapKernel.load}. */
  readonly groups: readonly (readonly PathedTree[])[];
  readonly background: ShapBackground | undefined;
}

/** Numbers of a row and output: one a feature, or one a pair of features. */
export const cellsOf = (features: number, { interactions }: ShapKind): number =>
  interactions ? features * features : features;

/** Bytes of a row with its values. */
export const rowBytes = (features: number, outputs: number, kind: ShapKind): number =>
  8 * (features + outputs * cellsOf(features, kind));

/** Bytes of some trees. */
export const treesBytes = (trees: readonly PathedTree[], kind: ShapKind): number =>
  trees.reduce((sum, tree) => sum + treeBytes(tree, kind) + planBytes, 64);

/** The SHAP kernels with rows and trees in their memory. */
export class ShapKernel {
  private readonly x: number;
  private readonly out: number;
  private readonly scratch: number;
  private readonly threadScratch: number;
  private readonly mark: number;
  private plans = { at: 0, count: 0 };

  constructor(
    private readonly team: KernelTeam,
    private readonly shape: ShapShape,
  ) {
    const { kind, features, outputs, chunk, background } = shape;
    this.x = team.allocate(8 * chunk * features);
    this.out = team.allocate(8 * chunk * outputs * cellsOf(features, kind));
    this.threadScratch = threadScratch(shape);
    this.scratch = team.allocate(this.threadScratch * team.threads);
    if (background !== undefined) this.writeBackground(background);
    this.mark = team.mark();
  }

  /** Bytes that a kernel of so many threads allocates. */
  static bytes(shape: ShapShape, threads: number): number {
    const { kind, features, outputs, chunk, groups, background } = shape;
    const trees = groups.reduce((most, group) => Math.max(most, treesBytes(group, kind)), 0);
    const rest = background ? 8 * (background.rows * (features + 1) + weightsWidth(shape) ** 2) : 0;
    return trees + chunk * rowBytes(features, outputs, kind) + threads * threadScratch(shape) + rest + 512;
  }

  /** Takes the trees of a group in place of those before. */
  load(trees: readonly PathedTree[]): void {
    const { team } = this;
    team.release(this.mark);
    const at = team.allocate(planBytes * trees.length);
    trees.forEach((tree, t) => writePlan(team, at + t * planBytes, tree, this.shape.kind));
    this.plans = { at, count: trees.length };
    team.whole(0, at, trees.length);
    team.whole(4, this.shape.features);
    team.whole(6, this.scratch, this.threadScratch);
    team.run(this.shape.kind.background ? jobs.fillLeafTables : jobs.fillShapTables);
  }

  /** Adds what the trees give to the values of rows `from..from + rows`: outputs x all rows x cells. */
  add(data: ShapRows, from: number, rows: number, values: Float64Array): void {
    const { team, x, out, plans } = this;
    const { features, outputs, kind } = this.shape;
    const cells = cellsOf(features, kind);
    team.f64.set(data.x.subarray(from * features, (from + rows) * features), x / 8);
    for (let k = 0; k < outputs; k++) {
      const at = (k * data.rows + from) * cells;
      team.f64.set(values.subarray(at, at + rows * cells), out / 8 + k * rows * cells);
    }
    team.whole(0, plans.at, plans.count, x, rows, features, out, this.scratch, this.threadScratch);
    if (kind.background) team.run(jobs.addBackgroundShap);
    else team.run(kind.interactions ? jobs.addShapInteractions : jobs.addShapValues);
    for (let k = 0; k < outputs; k++) {
      const at = out / 8 + k * rows * cells;
      values.set(team.f64.subarray(at, at + rows * cells), (k * data.rows + from) * cells);
    }
  }

  /** Writes the background rows and the weights of leaves as arguments 8 and on. */
  private writeBackground({ x, rows, shares }: ShapBackground): void {
    const { team, shape } = this;
    const at = team.allocate(8 * x.length);
    team.f64.set(x, at / 8);
    const sharesAt = team.allocate(8 * rows);
    team.f64.set(shares, sharesAt / 8);
    const width = weightsWidth(shape);
    const weights = team.allocate(8 * width * width);
    team.f64.set(leafWeights(width), weights / 8);
    team.whole(8, at, rows, sharesAt, weights, width, shape.kind.interactions ? 1 : 0);
  }
}

function threadScratch({ groups, kind }: ShapShape): number {
  const most = groups.reduce(
    (most, trees) => trees.reduce((more, { paths }) => Math.max(more, scratchBytes(paths, kind)), most),
    0,
  );
  return (most + 63) & ~63;
}

function weightsWidth({ groups }: ShapShape): number {
  const most = groups.reduce(
    (most, trees) => trees.reduce((more, { paths }) => Math.max(more, paths.mostFeatures), most),
    0,
  );
  return most + 1;
}

/** i! j! / (i + j + 1)! at i * width + j. */
function leafWeights(width: number): Float64Array {
  const out = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++)
      out[i * width + j] = i === 0 ? 1 / (j + 1) : (out[(i - 1) * width + j] * i) / (i + j + 1);
  }
  return out;
}

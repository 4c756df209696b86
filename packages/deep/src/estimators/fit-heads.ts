import { DataError, type Dataset, type LabelledDataset, sampleWeights } from "@strata-ml/core";
import type { HeadLoss } from "../training/losses/loss-plan.js";
import { type ClassRows, classesOf, classRows, priorOffset } from "./class-task.js";
import type { LearningRows } from "./learning-rows.js";
import {
  headLoss,
  headOwner,
  type Heads,
  type HeadSettings,
  type HeadState,
  headWidth,
} from "./multi-task-heads.js";
import { OutputClasses } from "./output-classes.js";
import { requireTargets, TargetScaling } from "./target-scaling.js";

/** One head over the rows of a fit. */
export interface FittedHead {
  readonly state: HeadState;
  readonly loss: HeadLoss;
  /** What its outputs start from. */
  readonly offset: Float32Array;
}

/**
 * Learns the classes and scales of the heads' targets from `all` rows and those of training, in the order of the heads.
 *
 * @param trainOf the rows of training; the first call has the classes by which a part may be held out, where there are any
 * @param known the heads of a model that goes on learning, whose classes and scales stay and whose order counts
 * @throws DataError for a target that can't be.
 */
export function fitHeads(
  owner: string,
  heads: Heads,
  all: Dataset,
  trainOf: (codes: Int32Array | undefined) => Dataset,
  known?: readonly HeadState[],
): readonly FittedHead[] {
  const names = known?.map(({ name }) => name) ?? Object.keys(heads);
  // Classes come first: the first of them say which rows are held out.
  const order = [...names].sort(
    (a, b) => Number(heads[a].kind === "regression") - Number(heads[b].kind === "regression"),
  );
  const fitted = new Map(
    order.map((name) => {
      const rows = headRows(owner, all, name);
      const before = known?.find((state) => state.name === name);
      const train = (codes: Int32Array | undefined) => headRows(owner, trainOf(codes), name);
      return [name, fitHead(headOwner(owner, name), name, heads[name], rows, train, before)] as const;
    }),
  );
  return names.map((name) => fitted.get(name)!);
}

function fitHead(
  head: string,
  name: string,
  settings: HeadSettings,
  rows: LabelledDataset,
  trainOf: (codes: Int32Array | undefined) => LabelledDataset,
  known: HeadState | undefined,
): FittedHead {
  if (settings.kind === "regression") {
    requireTargets(head, rows, undefined);
    const train = trainOf(undefined);
    const scaling = known?.kind === "regression" ? scalingOf(known) : TargetScaling.fit(head, train);
    scaling.requireNear(head, rows);
    const state = { kind: "regression", name, mean: scaling.mean[0], scale: scaling.scale[0] } as const;
    return { state, loss: headLoss(state, settings), offset: Float32Array.of(0) };
  }
  const given = known?.kind === "classification" ? new OutputClasses([known.classes]) : undefined;
  const { classes, codes } = classesOf(head, rows, settings.classWeight, given);
  const state = { kind: "classification", name, classes: classes.lists.each[0] } as const;
  const train = classRows(head, trainOf(codes[0]), classes);
  const factors = factorsOf(head, classes.factors[0], train);
  return { state, loss: headLoss(state, settings, factors), offset: priorOffset(train, classes.lists) };
}

/**
 * What rows of each class weigh, in units of their mean over the training rows: a classifier divides its rows' weights by the same,
 * and the head's part in the sum of losses stays what it is. Undefined where all classes weigh the same.
 */
function factorsOf(head: string, factors: Float64Array, { weights, metricWeights }: ClassRows) {
  if (weights === undefined || factors.every((factor) => factor === 1)) return undefined;
  const total = (all: Float64Array): number => all.reduce((sum, weight) => sum + weight, 0);
  const mean = total(weights) / (metricWeights ? total(metricWeights) : weights.length);
  if (!(mean > 0))
    throw new DataError(
      head,
      "classWeight must leave a training row a weight above 0, received 0 for the classes of all of them",
    );
  return Array.from(factors, (factor) => factor / mean);
}

/**
 * Rows with the targets of all heads side by side.
 *
 * @param where what errors call the rows, as in `the stream`
 * @throws DataError for a label or number that a head doesn't take.
 */
export function learningRows(
  owner: string,
  data: Dataset,
  heads: readonly HeadState[],
  where?: string,
): LearningRows {
  const widths = heads.map(headWidth);
  const total = widths.reduce((a, b) => a + b, 0);
  const targets = new Float32Array(data.rows * total);
  let from = 0;
  heads.forEach((head, h) => {
    const own = targetsOf(headOwner(owner, head.name), head, headRows(owner, data, head.name), where);
    for (let i = 0; i < data.rows; i++)
      targets.set(own.subarray(i * widths[h], (i + 1) * widths[h]), i * total + from);
    from += widths[h];
  });
  const weights = sampleWeights(owner, data);
  return { data, targets, weights, metricWeights: weights };
}

/** Rows x the head's outputs. */
function targetsOf(
  head: string,
  state: HeadState,
  rows: LabelledDataset,
  where: string | undefined,
): Float32Array {
  if (state.kind === "regression") {
    const scaling = scalingOf(state);
    scaling.requireNear(head, rows, undefined, where && ` of ${where}`);
    return scaling.targetsOf(head, rows);
  }
  const even = {
    lists: new OutputClasses([state.classes]),
    factors: [new Float64Array(state.classes.length).fill(1)],
  };
  return classRows(head, rows, even, where).targets;
}

function scalingOf({ mean, scale }: HeadState & { readonly kind: "regression" }): TargetScaling {
  return new TargetScaling(Float64Array.of(mean), Float64Array.of(scale));
}

/** The rows with one head's column as their target. */
function headRows(owner: string, data: Dataset, name: string): LabelledDataset {
  requireHeadColumn(owner, data, name);
  const column = data.column(name);
  if (column.kind === "tensor" && column.shape.some((size) => size !== 1))
    throw new DataError(
      headOwner(owner, name),
      `the column of a head must have one value a row, received a tensor of shape [${column.shape.join(", ")}]: name a head for each`,
    );
  return data.withRole(name, "target").labelled(owner);
}

export function requireHeadColumn(owner: string, data: Dataset, name: string): void {
  if (!data.has(name))
    throw new DataError(owner, `there must be a column '${name}', the name of a head, received none`);
}

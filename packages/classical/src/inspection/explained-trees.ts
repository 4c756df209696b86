import {
  alignFeatures,
  type Dataset,
  denseFeatures,
  denseNames,
  type Label,
  type Model,
  NotSupportedError,
} from "@strata-ml/core";
import type { Boosted } from "../boosting/booster.js";
import { featureColumns } from "../boosting/feature-columns.js";
import { setWords } from "../boosting/binning.js";
import { BoostedTrees } from "../boosting/predictor.js";
import { walkRows } from "../boosting/walk-rows.js";
import { Forest } from "../ensemble/forest.js";
import { Tree } from "../tree/tree.js";
import type { ShapTree } from "./tree-paths.js";

/** A model as a sum of trees. */
export interface ExplainedTrees {
  readonly trees: readonly ShapTree[];
  /** What the outputs are about; the last one may have no trees of its own, see {@link sumsToOne}. */
  readonly outputs: readonly Label[];
  /** Of each output: what it is without any tree. */
  readonly baseline: Float64Array;
  /** Whether the outputs sum to 1, so that the last one follows from the others. */
  readonly sumsToOne: boolean;
  /** Names of the feature matrix's columns. */
  readonly features: readonly string[];
  /** Every row as the trees read it, row-major. */
  rowsOf(data: Dataset): Float64Array;
}

/** The trees of a model: of boosting, a forest, or one tree. Throws {@link NotSupportedError} for any other model. */
export function explainedTrees(owner: string, model: Model): ExplainedTrees {
  if ("outputClasses" in model && (model.outputClasses as readonly unknown[]).length > 1)
    throw new NotSupportedError(
      owner,
      `the model must have one output of classes, received ${model.owner} of ${(model.outputClasses as readonly unknown[]).length}`,
    );
  const classes = "classes" in model ? (model.classes as readonly Label[]) : undefined;
  if ("boosted" in model && (model.boosted as Boosted).trees instanceof BoostedTrees)
    return boostedTrees(model, model.boosted as Boosted, classes);
  if ("forest" in model && model.forest instanceof Forest)
    return averagedTrees(model, model.forest.trees, classes);
  if ("tree" in model && model.tree instanceof Tree) return averagedTrees(model, [model.tree], classes);
  throw new NotSupportedError(
    owner,
    `the model must be of trees (boosting, a forest, a decision tree), received ${model.owner}`,
  );
}

function boostedTrees(model: Model, boosted: Boosted, classes: readonly Label[] | undefined): ExplainedTrees {
  const { nodes, perIteration } = boosted.trees;
  const { bitsetAt, bitsets } = nodes;
  const isCategorical = bitsets.length > 0;
  const words = new Map(Array.from(boosted.categoryPlaces, ([f, places]) => [f, setWords(places)]));
  const trees = Array.from(nodes.roots, (root, t) => ({
    ...nodes,
    root,
    cover: nodes.count,
    leftBins: isCategorical
      ? (node: number) =>
          bitsetAt[node] < 0
            ? undefined
            : bitsets.subarray(bitsetAt[node], bitsetAt[node] + (words.get(nodes.feature[node]) ?? 0))
      : undefined,
    value: (leaf: number) => nodes.value[leaf],
    output: t % perIteration,
  }));
  return {
    trees,
    outputs: classes === undefined ? ["value"] : perIteration === 1 ? [classes[1]] : classes,
    baseline: boosted.baseline,
    sumsToOne: false,
    features: denseNames(model.features),
    rowsOf: (data) => {
      const columns = featureColumns(
        model.owner,
        alignFeatures(model.owner, model.features, data),
        model.features,
      );
      const x = new Float64Array(data.rows * columns.length);
      walkRows(columns, boosted.categoryPlaces, 0, data.rows, x);
      return x;
    },
  };
}

function averagedTrees(
  model: Model,
  all: readonly Tree[],
  classes: readonly Label[] | undefined,
): ExplainedTrees {
  const { outputs } = all[0];
  const sumsToOne = classes !== undefined;
  const trees = all.flatMap(({ nodes }) =>
    Array.from({ length: sumsToOne ? outputs - 1 : outputs }, (_, k) => ({
      ...nodes,
      root: 0,
      cover: nodes.weight,
      leftBins: undefined,
      value: (leaf: number) => nodes.value[leaf * outputs + k] / all.length,
      output: k,
    })),
  );
  return {
    trees,
    outputs: classes ?? (outputs === 1 ? ["value"] : Array.from({ length: outputs }, (_, k) => k)),
    baseline: new Float64Array(outputs),
    sumsToOne,
    features: denseNames(model.features),
    rowsOf: (data) =>
      denseFeatures(model.owner, alignFeatures(model.owner, model.features, data), { missing: true }).data,
  };
}

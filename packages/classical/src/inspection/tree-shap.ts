import {
  alignFeatures,
  DataError,
  type Dataset,
  type FitOptions,
  FitRun,
  type Label,
  Matrix,
  type Model,
  sampleWeights,
} from "@strata-ml/core";
import { type ExplainedTrees, explainedTrees } from "./explained-trees.js";
import type { ShapBackground } from "./shap-kernel.js";
import type { PathedTree } from "./shap-plan.js";
import { type KeptKernels, runShap } from "./shap-run.js";
import { leafOf, type ShapTree, treePaths } from "./tree-paths.js";

export interface TreeShapOptions extends Pick<FitOptions, "signal" | "onProgress"> {
  /**
   * Rows whose values stand in for a feature that is left out; their weights count. Default: none, and the training rows of
   * each node say how often it is reached.
   */
  readonly background?: Dataset;
  /** Whether to give the interaction of each two features too; default false. */
  readonly interactions?: boolean;
}

/** What each feature adds to each row's output. */
export interface ShapValues {
  /** Names of the features: the columns of each matrix of `values`. */
  readonly features: readonly string[];
  /** What the outputs are about: a class label, "value" of a regressor, or the number of each of its outputs where they are several. */
  readonly outputs: readonly Label[];
  /** The mean output, one number an output. */
  readonly base: Float64Array;
  /** One matrix an output, rows x features: its base and the sum of a row are the output of the model. */
  readonly values: readonly Matrix[];
  /**
   * Where asked for: one matrix an output, rows x (features * features). Symmetric in both features; a feature's numbers sum
   * to its value, and half of what two features do together stands at either place.
   */
  readonly interactions?: readonly Matrix[];
  /** The rows explained, with the features of the model alone. */
  readonly data: Dataset;
}

/**
 * Exact SHAP values of a model of trees: of boosting in its raw score, of forests and decision trees in what they predict
 * (class probabilities, or numbers).
 *
 * Without background rows, the way past a feature that is left out is weighed by the training rows of each node ("tree path
 * dependent"): boosting counts rows, as LightGBM and scikit-learn do, where XGBoost takes their hessians; forests count weights.
 * With them, it is the mean over these rows ("interventional"), which takes longer, above all for few rows and for interactions.
 *
 * @throws NotSupportedError for another model; DataError as the model's predict does, and for a background without rows.
 * @see Lundberg and others: From local explanations to global understanding with explainable AI for trees (2020)
 * @see Yu and others: Linear TreeShap (2022)
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: ["a", "a", "b", "b"] }, { target: "y" });
 * const model = await new DecisionTreeClassifier().fit(data);
 * const { base, values } = await treeShap(model, data);
 * base[1] + values[1].at(3, 0); // 1: the probability of "b" in the last row
 */
export async function treeShap(
  model: Model,
  data: Dataset,
  options: TreeShapOptions = {},
): Promise<ShapValues> {
  return explainTrees(model, data, options);
}

/** {@link treeShap} on so many threads at most. */
export async function explainTrees(
  model: Model,
  data: Dataset,
  { background, interactions = false, ...options }: TreeShapOptions,
  threads?: number,
): Promise<ShapValues> {
  const owner = "treeShap";
  const run = new FitRun(owner, options);
  const { explained, trees, kept } = explainerOf(owner, model);
  const { features, outputs, sumsToOne, baseline } = explained;
  const computed = sumsToOne ? outputs.length - 1 : outputs.length;
  const means = background && backgroundRows(owner, explained, background);
  const x = explained.rowsOf(data);
  const sums = await runShap(run, {
    trees,
    features: features.length,
    outputs: computed,
    data: { x, rows: data.rows },
    background: means,
    interactions,
    threads,
    kept,
  });
  const base = baseline.slice();
  for (const { tree, paths } of trees)
    base[tree.output] += means ? meanValue(tree, means, features.length) : paths.mean;
  const size = sums.length / computed;
  const blocks = Array.from({ length: computed }, (_, k) => sums.subarray(k * size, (k + 1) * size));
  if (sumsToOne) {
    base[computed] = 1 - base.subarray(0, computed).reduce((sum, value) => sum + value, 0);
    blocks.push(negativeSum(blocks));
  }
  const matrix = (columns: number, of: Float64Array): Matrix => new Matrix(data.rows, columns, of);
  const values = interactions ? blocks.map((block) => splitInteractions(block, features.length)) : blocks;
  return {
    features,
    outputs,
    base,
    values: values.map((block) => matrix(features.length, block)),
    ...(interactions && { interactions: blocks.map((block) => matrix(features.length ** 2, block)) }),
    data: alignFeatures(model.owner, model.features, data),
  };
}

interface Explainer {
  readonly explained: ExplainedTrees;
  readonly trees: readonly PathedTree[];
  readonly kept: KeptKernels;
}

/** What is the same for every row, by model. */
const explainers = new WeakMap<Model, Explainer>();

function explainerOf(owner: string, model: Model): Explainer {
  let explainer = explainers.get(model);
  if (explainer === undefined) {
    const explained = explainedTrees(owner, model);
    const trees = explained.trees.map((tree) => ({ tree, paths: treePaths(tree) }));
    explainer = { explained, trees, kept: new Map() };
    explainers.set(model, explainer);
  }
  return explainer;
}

function backgroundRows(owner: string, explained: ExplainedTrees, data: Dataset): ShapBackground {
  if (data.rows === 0) throw new DataError(owner, "the background must have rows, received none");
  const weights = sampleWeights(owner, data) ?? new Float64Array(data.rows).fill(1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    x: explained.rowsOf(data),
    rows: data.rows,
    shares: weights.map((weight) => weight / total),
  };
}

/** Mean over the background rows of what a tree gives. */
function meanValue(tree: ShapTree, { x, shares }: ShapBackground, features: number): number {
  let mean = 0;
  shares.forEach((share, row) => {
    mean += share * tree.value(leafOf(tree, x, row * features));
  });
  return mean;
}

/** What the last of some outputs that sum to 1 gets: nothing is added to their sum. */
function negativeSum(blocks: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(blocks[0].length);
  for (const block of blocks) for (let i = 0; i < out.length; i++) out[i] -= block[i];
  return out;
}

/**
 * Takes the values off the diagonals of features x features blocks, and leaves there what each feature does alone; the
 * interaction of two features, wherever it stood, is halved between both places.
 */
function splitInteractions(block: Float64Array, features: number): Float64Array {
  const rows = block.length / features ** 2;
  const values = new Float64Array(rows * features);
  for (let row = 0; row < rows; row++) {
    const at = row * features ** 2;
    for (let i = 0; i < features; i++) values[row * features + i] = block[at + i * features + i];
    for (let i = 0; i < features; i++) {
      for (let j = i + 1; j < features; j++) {
        const half = (block[at + i * features + j] + block[at + j * features + i]) / 2;
        block[at + i * features + j] = half;
        block[at + j * features + i] = half;
        block[at + i * features + i] -= half;
        block[at + j * features + j] -= half;
      }
    }
  }
  return values;
}

import {
  type Dataset,
  type DatasetSchema,
  defineCodec,
  denseNames,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  type LabelledDataset,
  type Matrix,
} from "@strata-ml/core";
import { z } from "zod";
import { fitTargetTree } from "./fit-tree.js";
import { type CostComplexityPath, costComplexityPath } from "./prune.js";
import { Tree } from "./tree.js";
import { treeShape } from "./tree-params.js";
import { outputsSchema, outputsState, TreeRegressorModel } from "./tree-regressor-model.js";

const params = z.strictObject({
  criterion: z
    .enum(["squaredError"])
    .default("squaredError")
    .describe("What a split decreases: the squared error about the mean"),
  ...treeShape,
});

/**
 * A CART regression tree with exact best splits, as scikit-learn's DecisionTreeRegressor with squared error.
 * Thresholds, ties and missing values are treated as by `DecisionTreeClassifier`.
 *
 * A target that is a tensor of one number an output is of several outputs: squared errors are averaged over them, and
 * `predictOutputs` answers.
 *
 * @throws DataError for a target that is not finite numbers, infinite features, or weights that are all zero.
 * @see Breiman, Friedman, Olshen, Stone: Classification and Regression Trees (1984)
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 2, 10, 12] }, { target: "y" });
 * const model = await new DecisionTreeRegressor({ maxDepth: 1 }).fit(data);
 * model.predict(fromColumns({ x: [3, 7] })); // Float64Array [1, 11]
 */
export class DecisionTreeRegressor extends Estimator<
  typeof params,
  DecisionTreeRegressorModel,
  LabelledDataset
> {
  readonly type = "classical/decision-tree-regressor";
  readonly tags: EstimatorTags = {
    kind: "regressor",
    accepts: ["numeric", "tensor", "sparse"],
    target: "required",
    missing: true,
    sampleWeight: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<DecisionTreeRegressorModel> {
    const tree = await fitTargetTree(this.owner, this.params, data, options);
    return new DecisionTreeRegressorModel(this, data.featureSchema, tree);
  }

  /**
   * What `ccpAlpha` prunes from the tree that is fitted without it: every value of it that makes a difference, ascending
   * from 0, and the weighted squared error about the mean of the leaves that are left.
   *
   * @example
   * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 2, 10, 12] }, { target: "y" });
   * const path = await new DecisionTreeRegressor().costComplexityPath(data);
   * path.ccpAlphas; // Float64Array [0, 0.5, 0.5, 25]
   */
  async costComplexityPath(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<CostComplexityPath> {
    const params = { ...this.params, ccpAlpha: 0 };
    return costComplexityPath(await fitTargetTree(this.owner, params, data, options));
  }
}

export class DecisionTreeRegressorModel extends TreeRegressorModel<DecisionTreeRegressor> {
  constructor(
    estimator: DecisionTreeRegressor,
    features: DatasetSchema,
    /** The nodes; a node's value is the weighted mean of its targets. */
    readonly tree: Tree,
  ) {
    super(estimator, features, tree.outputs);
  }

  /** Edges from the root to the deepest leaf. */
  get depth(): number {
    return this.tree.depth;
  }

  get leafCount(): number {
    return this.tree.leafCount;
  }

  /** Share of each column of the feature matrix in the decrease of squared error; sums to 1 unless the tree is one leaf. */
  get featureImportances(): Float64Array {
    return this.tree.importances(denseNames(this.features).length);
  }

  /** Node number of the leaf that each row falls into. */
  apply(data: Dataset): Int32Array {
    return this.tree.apply(this.matrix(data));
  }

  protected get averaged(): readonly Tree[] {
    return [this.tree];
  }

  protected meansOf(x: Matrix): Matrix {
    return this.tree.values(x);
  }
}

export const decisionTreeRegressorCodec = defineCodec({
  type: "classical/decision-tree-regressor",
  state: outputsSchema,
  estimator: (input) => new DecisionTreeRegressor(input),
  encode: (model: DecisionTreeRegressorModel) => ({
    state: outputsState(model.outputs),
    tensors: model.tree.toTensors(),
  }),
  decode: ({ estimator, features, state, tensors }) => {
    const columns = denseNames(features).length;
    const tree = Tree.fromTensors(estimator.owner, tensors, columns, state?.outputs ?? 1);
    return new DecisionTreeRegressorModel(estimator, features, tree);
  },
});

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
import { fitClassTree } from "./fit-tree.js";
import { type ClassLists, classListsSchema, classListsState, OutputClasses } from "./output-classes.js";
import { type CostComplexityPath, costComplexityPath } from "./prune.js";
import { Tree } from "./tree.js";
import { TreeClassifierModel } from "./tree-classifier-model.js";
import { classTreeShape } from "./tree-params.js";

const params = z.strictObject(classTreeShape);

/**
 * A CART decision tree with exact best splits, as scikit-learn's DecisionTreeClassifier.
 *
 * Thresholds are float64 midpoints of neighbouring values (scikit-learn rounds features to float32 first). Of equally
 * good splits the first feature wins, then the lowest threshold, where scikit-learn draws one. A missing value goes the
 * way that was better in fit, or to the larger child where its feature had none.
 *
 * A target that is a tensor of one whole number an output is of several outputs: impurities are averaged over them, and
 * `predictOutputs` and `predictProbaOutputs` answer.
 *
 * @throws DataError for a target of one class, infinite features, or weights that are all zero.
 * @see Breiman, Friedman, Olshen, Stone: Classification and Regression Trees (1984)
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: ["a", "a", "b", "b"] }, { target: "y" });
 * const model = await new DecisionTreeClassifier({ maxDepth: 2 }).fit(data);
 * model.predict(fromColumns({ x: [3, 7] })); // ["a", "b"]: the threshold is 5
 */
export class DecisionTreeClassifier extends Estimator<
  typeof params,
  DecisionTreeClassifierModel,
  LabelledDataset
> {
  readonly type = "classical/decision-tree-classifier";
  readonly tags: EstimatorTags = {
    kind: "classifier",
    accepts: ["numeric", "tensor", "sparse"],
    target: "required",
    missing: true,
    sampleWeight: true,
    multiclass: true,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<DecisionTreeClassifierModel> {
    const { tree, classes } = await fitClassTree(this.owner, this.params, data, options);
    return new DecisionTreeClassifierModel(this, data.featureSchema, classes, tree);
  }

  /**
   * What `ccpAlpha` prunes from the tree that is fitted without it: every value of it that makes a difference, ascending
   * from 0, and the weighted impurity of the leaves that are left.
   *
   * @example
   * const data = fromColumns({ x: [1, 2, 8, 9], y: ["a", "b", "b", "b"] }, { target: "y" });
   * const path = await new DecisionTreeClassifier().costComplexityPath(data);
   * path.ccpAlphas; // Float64Array [0, 0.375]
   */
  async costComplexityPath(
    data: LabelledDataset,
    options: FitOptions<LabelledDataset> = {},
  ): Promise<CostComplexityPath> {
    const params = { ...this.params, ccpAlpha: 0 };
    return costComplexityPath((await fitClassTree(this.owner, params, data, options)).tree);
  }
}

export class DecisionTreeClassifierModel extends TreeClassifierModel<DecisionTreeClassifier> {
  constructor(
    estimator: DecisionTreeClassifier,
    features: DatasetSchema,
    classes: ClassLists,
    /** The nodes; a node's value is its class shares, of several outputs those of one after another's. */
    readonly tree: Tree,
  ) {
    super(estimator, features, classes);
  }

  /** Edges from the root to the deepest leaf. */
  get depth(): number {
    return this.tree.depth;
  }

  get leafCount(): number {
    return this.tree.leafCount;
  }

  /** Share of each column of the feature matrix in the decrease of impurity; sums to 1 unless the tree is one leaf. */
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

  protected sharesOf(x: Matrix): Matrix {
    return this.tree.values(x);
  }
}

export const decisionTreeClassifierCodec = defineCodec({
  type: "classical/decision-tree-classifier",
  state: z.strictObject({ classes: classListsSchema }),
  estimator: (input) => new DecisionTreeClassifier(input),
  encode: (model: DecisionTreeClassifierModel) => ({
    state: { classes: classListsState(model.outputClasses) },
    tensors: model.tree.toTensors(),
  }),
  decode: ({ estimator, features, state: { classes }, tensors }) => {
    const columns = denseNames(features).length;
    const tree = Tree.fromTensors(estimator.owner, tensors, columns, new OutputClasses(classes).total);
    return new DecisionTreeClassifierModel(estimator, features, classes, tree);
  },
});

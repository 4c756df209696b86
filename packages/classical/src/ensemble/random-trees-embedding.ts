import {
  alignFeatures,
  type Dataset,
  type DatasetSchema,
  defineCodec,
  denseFeatures,
  denseNames,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  FitRun,
  type Matrix,
  Model,
  Random,
  requireRows,
  type SparseColumn,
  type TensorColumn,
  type Transforms,
} from "@strata-ml/core";
import { z } from "zod";
import { LEAF } from "../tree/tree.js";
import { treeShape } from "../tree/tree-params.js";
import { Forest } from "./forest.js";
import { forestShape } from "./forest-params.js";
import { growForest } from "./grow-forest.js";

/** Name of the block that the embedding puts out. */
const blockName = "leaves";

const params = z.strictObject({
  nEstimators: forestShape.nEstimators,
  maxDepth: treeShape.maxDepth.unwrap().default(5).describe("Deepest level of leaves; null is no limit"),
  minSamplesSplit: treeShape.minSamplesSplit,
  minSamplesLeaf: treeShape.minSamplesLeaf,
  maxLeafNodes: treeShape.maxLeafNodes,
  minImpurityDecrease: treeShape.minImpurityDecrease
    .unwrap()
    .default(0)
    .describe(
      "Least decrease that a split must bring of the variance of the targets, which are drawn from 0 to 1",
    ),
  sparse: z
    .boolean()
    .default(true)
    .describe(`Whether the block named ${blockName} is sparse, or a tensor of as many numbers`),
  seed: z.number().default(0).describe("Seed of the features and thresholds drawn, and of the targets"),
});

/**
 * Rows as the leaves that they fall into, of trees that split at random: of one feature drawn for each split, at a threshold
 * drawn evenly between its least and greatest value in the node. Each leaf is an output of zeros and ones, `tree<t>_leaf<n>`,
 * and each row has a one for each tree. So linear models can fit what is not linear, and rows are alike that share leaves.
 *
 * As scikit-learn's RandomTreesEmbedding, whose trees differ by their draws. Targets are drawn at random; they only decide the
 * side of missing values, and what `minImpurityDecrease` and `maxLeafNodes` ask for. Sample weights don't count.
 *
 * @throws DataError for infinite features, or a dataset without rows.
 * @see Geurts, Ernst, Wehenkel: Extremely randomized trees (2006); Moosmann, Triggs, Jurie: Fast discriminative visual
 * codebooks using randomized clustering forests (2006)
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9] });
 * const model = await new RandomTreesEmbedding({ nEstimators: 3, maxDepth: 1 }).fit(data);
 * model.transform(data).column("leaves", "sparse").width; // 6: two leaves of each tree
 */
export class RandomTreesEmbedding extends Estimator<typeof params, RandomTreesEmbeddingModel> {
  readonly type = "classical/random-trees-embedding";
  readonly tags: EstimatorTags = {
    kind: "transformer",
    accepts: ["numeric", "tensor", "sparse"],
    target: "none",
    missing: true,
    imputes: true,
    sampleWeight: false,
  };

  constructor(input?: z.input<typeof params>) {
    super(params, input);
  }

  async fit(data: Dataset, options: FitOptions = {}): Promise<RandomTreesEmbeddingModel> {
    const run = new FitRun(this.owner, options);
    requireRows(this.owner, data);
    const x = denseFeatures(this.owner, data, { missing: true });
    const random = new Random(this.params.seed);
    const forDraws = random.fork("targets");
    const { nEstimators, maxDepth, minSamplesSplit, minSamplesLeaf, maxLeafNodes, minImpurityDecrease } =
      this.params;
    const forest = await growForest(run, x, {
      trees: nEstimators,
      limits: {
        maxDepth,
        minSamplesSplit,
        minSamplesLeaf,
        maxLeafNodes,
        minImpurityDecrease,
        minWeightFractionLeaf: 0,
        maxFeatures: 1,
      },
      random,
      criterion: "squaredError",
      classes: 0,
      targets: Float64Array.from({ length: x.rows }, () => forDraws.uniform()),
      weights: undefined,
      draws: null,
      balances: false,
      drawsThresholds: true,
      ccpAlpha: 0,
    });
    return new RandomTreesEmbeddingModel(this, data.featureSchema, forest);
  }
}

export class RandomTreesEmbeddingModel extends Model<RandomTreesEmbedding> implements Transforms {
  /** Names of the outputs, in order. */
  readonly names: readonly string[];
  /** Of each tree: the output of each leaf, by node number. */
  private readonly places: readonly Int32Array[];

  constructor(
    estimator: RandomTreesEmbedding,
    features: DatasetSchema,
    /** The trees. */
    readonly forest: Forest,
  ) {
    super(estimator, features);
    const names: string[] = [];
    this.places = forest.trees.map(({ nodes: { left } }, t) =>
      left.map((child, node) => (child === LEAF ? names.push(`tree${t}_leaf${node}`) - 1 : LEAF)),
    );
    this.names = names;
  }

  /** The features replaced by one output for each leaf, 1 where the row falls into it. */
  transform(data: Dataset): Dataset {
    const leaves = this.apply(data);
    return data.withFeatures({
      [blockName]: this.estimator.params.sparse ? this.sparseBlock(leaves) : this.denseBlock(leaves),
    });
  }

  /** The leaf that each row falls into, rows x trees: the number of a node of `forest.trees`. */
  apply(data: Dataset): Matrix {
    const aligned = alignFeatures(this.owner, this.features, data);
    return this.forest.apply(denseFeatures(this.owner, aligned, { missing: true }));
  }

  private sparseBlock(leaves: Matrix): SparseColumn {
    const { names } = this;
    const { columns: trees } = leaves;
    const indices = Int32Array.from(leaves.data, (leaf, at) => this.places[at % trees][leaf]);
    const offsets = Int32Array.from({ length: leaves.rows + 1 }, (_, row) => row * trees);
    const values = new Float64Array(indices.length).fill(1);
    return { kind: "sparse", offsets, indices, values, width: names.length, names };
  }

  private denseBlock(leaves: Matrix): TensorColumn {
    const { names } = this;
    const values = new Float64Array(leaves.rows * names.length);
    leaves.data.forEach((leaf, at) => {
      const row = Math.floor(at / leaves.columns);
      values[row * names.length + this.places[at % leaves.columns][leaf]] = 1;
    });
    return { kind: "tensor", values, shape: [names.length], names };
  }
}

export const randomTreesEmbeddingCodec = defineCodec({
  type: "classical/random-trees-embedding",
  state: z.null(),
  estimator: (input) => new RandomTreesEmbedding(input),
  encode: (model: RandomTreesEmbeddingModel) => ({ state: null, tensors: model.forest.toTensors() }),
  decode: ({ estimator, features, tensors }) => {
    const forest = Forest.fromTensors(estimator.owner, tensors, denseNames(features).length, 1);
    return new RandomTreesEmbeddingModel(estimator, features, forest);
  },
});

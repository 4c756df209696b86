import {
  defineCodec,
  denseNames,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  type LabelledDataset,
} from "@strata-ml/core";
import { z } from "zod";
import { classListsSchema, classListsState, OutputClasses } from "../tree/output-classes.js";
import { fitClassForest } from "./fit-forest.js";
import { Forest } from "./forest.js";
import { ForestClassifierModel } from "./forest-classifier-model.js";
import { classForestShape, forestSchema, forestShape, rootOfFeatures } from "./forest-params.js";
import { outOfBagTensors, readOutOfBag } from "./out-of-bag.js";

const params = forestSchema(
  z.strictObject({ ...forestShape, maxFeatures: rootOfFeatures, ...classForestShape }),
);

/**
 * A random forest: trees with exact best splits among a few features drawn for each, every tree on a bootstrap of the
 * rows, their class shares averaged. As scikit-learn's RandomForestClassifier, whose trees differ by their draws.
 *
 * Weights are the rows' chances to be drawn, and without `bootstrap` the weights of the trees. A missing value goes the
 * way that was better in fit, or to the larger child where its feature had none.
 *
 * A target that is a tensor of one whole number an output is of several outputs: impurities are averaged over them, and
 * `predictOutputs` and `predictProbaOutputs` answer.
 *
 * @throws DataError for a target of one class, infinite features, or weights that are all zero.
 * @see Breiman: Random Forests (2001)
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: ["a", "a", "a", "b", "b", "b"] }, { target: "y" });
 * const model = await new RandomForestClassifier({ nEstimators: 20 }).fit(data);
 * model.predict(fromColumns({ x: [2, 8] })); // ["a", "b"]
 */
export class RandomForestClassifier extends Estimator<
  typeof params,
  RandomForestClassifierModel,
  LabelledDataset
> {
  readonly type = "classical/random-forest-classifier";
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
  ): Promise<RandomForestClassifierModel> {
    const kind = { drawsThresholds: false };
    const fitted = await fitClassForest(this.owner, this.params, data, options, kind);
    const { classes, forest, outOfBag } = fitted;
    return new RandomForestClassifierModel(this, data.featureSchema, classes, forest, outOfBag);
  }
}

export class RandomForestClassifierModel extends ForestClassifierModel<RandomForestClassifier> {}

export const randomForestClassifierCodec = defineCodec({
  type: "classical/random-forest-classifier",
  state: z.strictObject({ classes: classListsSchema }),
  estimator: (input) => new RandomForestClassifier(input),
  encode: (model: RandomForestClassifierModel) => ({
    state: { classes: classListsState(model.outputClasses) },
    tensors: { ...model.forest.toTensors(), ...outOfBagTensors(model.outOfBag) },
  }),
  decode: ({ estimator, features, state: { classes }, tensors }) => {
    const { total } = new OutputClasses(classes);
    const forest = Forest.fromTensors(estimator.owner, tensors, denseNames(features).length, total);
    const outOfBag = readOutOfBag(estimator.params, tensors, total);
    return new RandomForestClassifierModel(estimator, features, classes, forest, outOfBag);
  },
});

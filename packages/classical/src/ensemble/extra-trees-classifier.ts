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
import {
  allRowsByDefault,
  classForestShape,
  forestSchema,
  forestShape,
  rootOfFeatures,
} from "./forest-params.js";
import { outOfBagTensors, readOutOfBag } from "./out-of-bag.js";

const params = forestSchema(
  z.strictObject({
    ...forestShape,
    bootstrap: allRowsByDefault,
    maxFeatures: rootOfFeatures,
    ...classForestShape,
  }),
);

/**
 * Extremely randomised trees: of a few features drawn for each split, each tries one threshold, drawn evenly between its
 * least and greatest value in the node, and the best is taken. Their class shares are averaged. As scikit-learn's
 * ExtraTreesClassifier, whose trees differ by their draws.
 *
 * Every tree learns from all rows with their weights; with `bootstrap` from rows drawn by them. Missing values go the way
 * that is better, where scikit-learn draws one.
 *
 * A target that is a tensor of one whole number an output is of several outputs: impurities are averaged over them, and
 * `predictOutputs` and `predictProbaOutputs` answer.
 *
 * @throws DataError for a target of one class, infinite features, or weights that are all zero.
 * @see Geurts, Ernst, Wehenkel: Extremely randomized trees (2006)
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: ["a", "a", "a", "b", "b", "b"] }, { target: "y" });
 * const model = await new ExtraTreesClassifier({ nEstimators: 20 }).fit(data);
 * model.predict(fromColumns({ x: [2, 8] })); // ["a", "b"]
 */
export class ExtraTreesClassifier extends Estimator<
  typeof params,
  ExtraTreesClassifierModel,
  LabelledDataset
> {
  readonly type = "classical/extra-trees-classifier";
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
  ): Promise<ExtraTreesClassifierModel> {
    const kind = { drawsThresholds: true };
    const fitted = await fitClassForest(this.owner, this.params, data, options, kind);
    const { classes, forest, outOfBag } = fitted;
    return new ExtraTreesClassifierModel(this, data.featureSchema, classes, forest, outOfBag);
  }
}

export class ExtraTreesClassifierModel extends ForestClassifierModel<ExtraTreesClassifier> {}

export const extraTreesClassifierCodec = defineCodec({
  type: "classical/extra-trees-classifier",
  state: z.strictObject({ classes: classListsSchema }),
  estimator: (input) => new ExtraTreesClassifier(input),
  encode: (model: ExtraTreesClassifierModel) => ({
    state: { classes: classListsState(model.outputClasses) },
    tensors: { ...model.forest.toTensors(), ...outOfBagTensors(model.outOfBag) },
  }),
  decode: ({ estimator, features, state: { classes }, tensors }) => {
    const { total } = new OutputClasses(classes);
    const forest = Forest.fromTensors(estimator.owner, tensors, denseNames(features).length, total);
    const outOfBag = readOutOfBag(estimator.params, tensors, total);
    return new ExtraTreesClassifierModel(estimator, features, classes, forest, outOfBag);
  },
});

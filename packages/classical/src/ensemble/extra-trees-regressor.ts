import {
  defineCodec,
  denseNames,
  Estimator,
  type EstimatorTags,
  type FitOptions,
  type LabelledDataset,
} from "@strata-ml/core";
import { z } from "zod";
import { outputsSchema, outputsState } from "../tree/tree-regressor-model.js";
import { fitTargetForest } from "./fit-forest.js";
import { Forest } from "./forest.js";
import { allRowsByDefault, forestSchema, forestShape, targetCriterion } from "./forest-params.js";
import { ForestRegressorModel } from "./forest-regressor-model.js";
import { outOfBagTensors, readOutOfBag } from "./out-of-bag.js";

const params = forestSchema(
  z.strictObject({ ...forestShape, bootstrap: allRowsByDefault, criterion: targetCriterion }),
);

/**
 * Extremely randomised regression trees: of the features looked at for a split, each tries one threshold, drawn evenly
 * between its least and greatest value in the node, and the best is taken. Their predictions are averaged. As
 * scikit-learn's ExtraTreesRegressor, whose trees differ by their draws.
 *
 * Every tree learns from all rows with their weights; with `bootstrap` from rows drawn by them. Missing values go the way
 * that is better, where scikit-learn draws one.
 *
 * A target that is a tensor of one number an output is of several outputs: squared errors are averaged over them, and
 * `predictOutputs` answers.
 *
 * @throws DataError for a target that is not finite numbers, infinite features, or weights that are all zero.
 * @see Geurts, Ernst, Wehenkel: Extremely randomized trees (2006)
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: [1, 1, 1, 5, 5, 5] }, { target: "y" });
 * const model = await new ExtraTreesRegressor({ nEstimators: 20 }).fit(data);
 * model.predict(fromColumns({ x: [2, 8] })); // Float64Array [1, 5]
 */
export class ExtraTreesRegressor extends Estimator<typeof params, ExtraTreesRegressorModel, LabelledDataset> {
  readonly type = "classical/extra-trees-regressor";
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
  ): Promise<ExtraTreesRegressorModel> {
    const kind = { drawsThresholds: true };
    const { forest, outOfBag } = await fitTargetForest(this.owner, this.params, data, options, kind);
    return new ExtraTreesRegressorModel(this, data.featureSchema, forest, outOfBag);
  }
}

export class ExtraTreesRegressorModel extends ForestRegressorModel<ExtraTreesRegressor> {}

export const extraTreesRegressorCodec = defineCodec({
  type: "classical/extra-trees-regressor",
  state: outputsSchema,
  estimator: (input) => new ExtraTreesRegressor(input),
  encode: (model: ExtraTreesRegressorModel) => ({
    state: outputsState(model.outputs),
    tensors: { ...model.forest.toTensors(), ...outOfBagTensors(model.outOfBag) },
  }),
  decode: ({ estimator, features, state, tensors }) => {
    const outputs = state?.outputs ?? 1;
    const forest = Forest.fromTensors(estimator.owner, tensors, denseNames(features).length, outputs);
    return new ExtraTreesRegressorModel(
      estimator,
      features,
      forest,
      readOutOfBag(estimator.params, tensors, outputs),
    );
  },
});

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
import { forestSchema, forestShape, targetCriterion } from "./forest-params.js";
import { ForestRegressorModel } from "./forest-regressor-model.js";
import { outOfBagTensors, readOutOfBag } from "./out-of-bag.js";

const params = forestSchema(z.strictObject({ ...forestShape, criterion: targetCriterion }));

/**
 * A random forest of regression trees: exact best splits by squared error, every tree on a bootstrap of the rows, their
 * predictions averaged. As scikit-learn's RandomForestRegressor, whose trees differ by their draws. Each split looks at
 * all features; fewer (`maxFeatures: "sqrt"`, or a third) fit quicker and often predict better.
 *
 * Weights are the rows' chances to be drawn, and without `bootstrap` the weights of the trees. A missing value goes the
 * way that was better in fit, or to the larger child where its feature had none.
 *
 * A target that is a tensor of one number an output is of several outputs: squared errors are averaged over them, and
 * `predictOutputs` answers.
 *
 * @throws DataError for a target that is not finite numbers, infinite features, or weights that are all zero.
 * @see Breiman: Random Forests (2001)
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 7, 8, 9], y: [1, 1, 1, 5, 5, 5] }, { target: "y" });
 * const model = await new RandomForestRegressor({ nEstimators: 20 }).fit(data);
 * model.predict(fromColumns({ x: [2, 8] })); // Float64Array [1, 5], nearly
 */
export class RandomForestRegressor extends Estimator<
  typeof params,
  RandomForestRegressorModel,
  LabelledDataset
> {
  readonly type = "classical/random-forest-regressor";
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
  ): Promise<RandomForestRegressorModel> {
    const kind = { drawsThresholds: false };
    const { forest, outOfBag } = await fitTargetForest(this.owner, this.params, data, options, kind);
    return new RandomForestRegressorModel(this, data.featureSchema, forest, outOfBag);
  }
}

export class RandomForestRegressorModel extends ForestRegressorModel<RandomForestRegressor> {}

export const randomForestRegressorCodec = defineCodec({
  type: "classical/random-forest-regressor",
  state: outputsSchema,
  estimator: (input) => new RandomForestRegressor(input),
  encode: (model: RandomForestRegressorModel) => ({
    state: outputsState(model.outputs),
    tensors: { ...model.forest.toTensors(), ...outOfBagTensors(model.outOfBag) },
  }),
  decode: ({ estimator, features, state, tensors }) => {
    const outputs = state?.outputs ?? 1;
    const forest = Forest.fromTensors(estimator.owner, tensors, denseNames(features).length, outputs);
    return new RandomForestRegressorModel(
      estimator,
      features,
      forest,
      readOutOfBag(estimator.params, tensors, outputs),
    );
  },
});

import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import { fromColumns } from "../dataset/from-columns.js";
import { withParams } from "../estimator/composite.js";
import { checkEstimator } from "./check-estimator.js";
import { SmallPipeline } from "./fixtures/small-pipeline.js";
import { SmallRegressor } from "./fixtures/small-regressor.js";
import { SmallScaler } from "./fixtures/small-scaler.js";

// What scikit-learn checks by running and the compiler refuses here. Never run: each directive fails the build where
// the line below it compiles.

const labelled: LabelledDataset = fromColumns({ x: [1, 2], y: [1, 2] }, { target: "y" });
const unlabelled: Dataset = fromColumns({ x: [1, 2] });

export async function compileErrors(): Promise<void> {
  const regressor = new SmallRegressor();

  // estimators_unfitted, fit_check_is_fitted, transformers_unfitted: there is no predict before fit.
  // @ts-expect-error -- an estimator doesn't predict
  regressor.predict(unlabelled);
  // @ts-expect-error -- an estimator doesn't transform
  new SmallScaler().transform(unlabelled);

  // requires_y_none: a supervised fit without a target.
  // @ts-expect-error -- the dataset has no target
  await regressor.fit(unlabelled);
  await new SmallScaler().fit(unlabelled);

  // set_params, param_validation: a misspelt param, a wrong type, a misspelt path.
  // @ts-expect-error -- it is called alpha
  regressor.with({ alhpa: 1 });
  // @ts-expect-error -- it is a number
  regressor.with({ alpha: "1" });
  // @ts-expect-error -- the part has no such param
  withParams(new SmallPipeline(), { "model.smoothnig": 1 });
  withParams(new SmallPipeline(), { "model.smoothing": 1 });

  // dont_overwrite_parameters, estimators_overwrite_params: nothing can be set from outside.
  // @ts-expect-error -- params are read-only
  regressor.params.alpha = 2;
  const model = await regressor.fit(labelled);
  // @ts-expect-error -- a model is read-only
  model.estimator = regressor;

  // regressors_no_decision_function: a capability that a model lacks can't be called.
  // @ts-expect-error -- a regressor doesn't decide
  model.decisionFunction(unlabelled);
  // @ts-expect-error -- a regressor gives no probabilities
  model.predictProba(unlabelled);

  // data_not_an_array, sample_weights_list: rows come as a Dataset, weights as one of its columns.
  // @ts-expect-error -- an array is no dataset
  await regressor.fit([[1], [2]]);
  // @ts-expect-error -- weights are no option of fit
  await regressor.fit(labelled, { sampleWeight: [1, 2] });

  // @ts-expect-error -- a skip must name a check
  await checkEstimator(() => new SmallScaler(), { skip: { fitRepeat: "it is random" } });
}

import type { Dataset } from "../dataset/dataset.js";
import { DataError, NotSupportedError, ParamError } from "../errors.js";
import { anEstimator, requireDataset, requireIs } from "../guard.js";
import { canFitTransform, canTransform, type Transforms } from "./capabilities.js";
import type { AnyEstimator } from "./estimator.js";
import type { FitOptions } from "./fit-options.js";
import type { Model } from "./model.js";

/**
 * Fits a transformer and transforms the rows that it was fitted on: through its own cross-fitted `fitTransform` where it
 * has one, so that no row sees its own target.
 *
 * @throws NotSupportedError for an estimator whose model does not transform; DataError for what is no dataset; ParamError
 * for what is no estimator.
 */
export async function fitTransform(
  estimator: AnyEstimator,
  data: Dataset,
  options: FitOptions = {},
): Promise<{ readonly model: Model & Transforms; readonly data: Dataset }> {
  requireIs("fitTransform", "the estimator", estimator, anEstimator, ParamError);
  requireDataset(estimator.owner, data);
  if (canFitTransform(estimator)) return estimator.fitTransform(data, options);
  if (estimator.tags.target === "required" && !data.isLabelled()) {
    throw new DataError(
      estimator.owner,
      "the dataset must have a column with the target role, received none",
    );
  }
  const model: Model = await estimator.fit(data, options);
  if (!canTransform(model))
    throw new NotSupportedError(
      estimator.owner,
      "must have a model that transforms, received one that does not",
    );
  return { model, data: await model.transform(data) };
}

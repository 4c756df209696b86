import { type Dataset, type LabelledDataset, withParams } from "@strata-ml/core";
import { Ridge } from "../linear/ridge.js";
import { StandardScaler } from "../preprocessing/standard-scaler.js";
import { Pipeline } from "./pipeline.js";

declare const unlabelled: Dataset;
declare const labelled: LabelledDataset;

const pipeline = new Pipeline({
  steps: [
    ["scale", new StandardScaler()],
    ["model", new Ridge()],
  ],
});
const model = await pipeline.fit(labelled);

// A pipeline of models that answer at once answers at once.
export const atOnce: Float64Array = model.predict(unlabelled);

// @ts-expect-error -- a pipeline whose last step needs a target can't be fitted without one
await pipeline.fit(unlabelled);
// @ts-expect-error -- an estimator does not predict: only what fit returns does
pipeline.predict(unlabelled);
// @ts-expect-error -- a regressor's pipeline has no probabilities
model.predictProba(unlabelled);
// @ts-expect-error -- no step is called modle
withParams(pipeline, { "modle.alpha": 1 });
// @ts-expect-error -- Ridge has no param alhpa
withParams(pipeline, { "model.alhpa": 1 });
// @ts-expect-error -- alpha is a number
withParams(pipeline, { "model.alpha": "1" });
withParams(pipeline, { "model.alpha": 1, "scale.withMean": false });
// @ts-expect-error -- Ridge has no param alhpa
export const misspelt = new Ridge({ alhpa: 1 });

// Scaling alone needs no target.
await new Pipeline({ steps: [["scale", new StandardScaler()]] }).fit(unlabelled);

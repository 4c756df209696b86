import type { Dataset, LabelledDataset } from "../../dataset/dataset.js";
import type { Label } from "../../dataset/target.js";
import { Centred } from "../fixtures/centred.js";
import { Chain } from "../fixtures/chain.js";
import { MeanRegressor } from "../fixtures/mean-regressor.js";
import { NearestMean } from "../fixtures/nearest-mean.js";
import { choice, integer, uniform } from "./distributions.js";
import { GridSearch } from "./grid-search.js";
import { RandomizedSearch } from "./randomized-search.js";

declare const data: Dataset;
declare const labelled: LabelledDataset;

const estimator = new NearestMean();
const chain = new Chain({ before: new Centred(), model: new MeanRegressor() });
const scoring = "accuracy";

const search = new GridSearch({
  estimator,
  paramGrid: { shrinkage: [0, 0.5], metric: ["manhattan"] },
  scoring,
});
// @ts-expect-error -- a misspelt grid key
void new GridSearch({ estimator, paramGrid: { shrinkag: [0, 0.5] }, scoring });
// @ts-expect-error -- a misspelt key in one of several grids
void new GridSearch({ estimator, paramGrid: [{ shrinkage: [0] }, { metrics: ["manhattan"] }], scoring });
// @ts-expect-error -- a value of the wrong type
void new GridSearch({ estimator, paramGrid: { shrinkage: ["0"] }, scoring });
// @ts-expect-error -- a value that is none of the options
void new GridSearch({ estimator, paramGrid: { metric: ["cosine"] }, scoring });
// @ts-expect-error -- a value that is no list
void new GridSearch({ estimator, paramGrid: { shrinkage: 0.5 }, scoring });
// @ts-expect-error -- a misspelt scoring
void new GridSearch({ estimator, paramGrid: { shrinkage: [0] }, scoring: "acuracy" });
// @ts-expect-error -- a misspelt option
void new GridSearch({ estimator, paramGrid: { shrinkage: [0] }, scoring, folds: 3 });
// @ts-expect-error -- a misspelt key when the grid is changed
search.with({ paramGrid: { shrinkag: [0] } });

void new GridSearch({
  estimator: chain,
  paramGrid: { "model.factor": [1], "before.shift": [0] },
  scoring: "r2",
});
// @ts-expect-error -- a part that the pipeline does not have
void new GridSearch({ estimator: chain, paramGrid: { "modle.factor": [1] }, scoring: "r2" });
// @ts-expect-error -- a param that the part does not have
void new GridSearch({ estimator: chain, paramGrid: { "model.factr": [1] }, scoring: "r2" });
// @ts-expect-error -- a value of the wrong type for the part's param
void new GridSearch({ estimator: chain, paramGrid: { "model.factor": ["1"] }, scoring: "r2" });
// A search is itself made of an estimator.
void new GridSearch({ estimator: search, paramGrid: { "estimator.shrinkage": [0], cv: [3, 5] }, scoring });
// @ts-expect-error -- a param that the searched estimator does not have
void new GridSearch({ estimator: search, paramGrid: { "estimator.shrinkag": [0] }, scoring });

const model = await search.fit(labelled);
// What the best model gives, the search's gives; at once where that does.
export const labels: Label[] = model.predict(data);
export const shrinkage: number | undefined = model.bestParams.shrinkage;
export const means: Float64Array = model.bestModel.means.data;
// @ts-expect-error -- a classifier does not transform
model.transform(data);
// @ts-expect-error -- a search does not predict: only what fit returns does
search.predict(data);
// @ts-expect-error -- a supervised estimator's search needs a target
await search.fit(data);
// @ts-expect-error -- the best params are those of the estimator
export const wrong: unknown = model.bestParams.shrinkag;

void new RandomizedSearch({
  estimator: chain,
  paramDistributions: {
    "model.factor": uniform(0, 1),
    "model.rounds": integer(1, 5),
    "before.shift": [0, 1],
  },
  scoring: "r2",
});
void new RandomizedSearch({
  estimator,
  paramDistributions: { metric: choice(["euclidean", "manhattan"]) },
  scoring,
});
// @ts-expect-error -- a misspelt path
void new RandomizedSearch({ estimator, paramDistributions: { shrinkag: uniform(0, 1) }, scoring });
// @ts-expect-error -- a range for a param that is no number
void new RandomizedSearch({ estimator, paramDistributions: { metric: uniform(0, 1) }, scoring });
// @ts-expect-error -- a choice that the param does not take
void new RandomizedSearch({ estimator, paramDistributions: { metric: choice(["cosine"]) }, scoring });

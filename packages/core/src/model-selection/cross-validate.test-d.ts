import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import type { Label } from "../dataset/target.js";
import type { AnyEstimator } from "../estimator/estimator.js";
import type { Matrix } from "../matrix.js";
import { logLoss } from "../metrics/log-loss.js";
import { r2Score } from "../metrics/regression.js";
import { crossValPredict } from "./cross-val-predict.js";
import { crossValidate } from "./cross-validate.js";
import { MeanRegressor } from "./fixtures/mean-regressor.js";
import { NearestMean } from "./fixtures/nearest-mean.js";
import type { Scorer } from "./scorer.js";
import { evaluate } from "./scoring.js";

declare const data: Dataset;
declare const labelled: LabelledDataset;
declare const anything: AnyEstimator;

const one = await crossValidate(new NearestMean(), labelled, { scoring: "rocAuc" });
export const scores: Float64Array = one.scores.rocAuc;
export const means: Matrix | undefined = one.folds[0].model?.means;
// @ts-expect-error -- a score that was not asked for
export const other: unknown = one.scores.accuracy;
const two = await crossValidate(new NearestMean(), labelled, { scoring: ["rocAuc", "negLogLoss"] });
export const loss: number = two.mean.negLogLoss;
// @ts-expect-error -- a score that was not asked for
export const missing: unknown = two.mean.accuracy;
// @ts-expect-error -- a misspelt scoring
await crossValidate(new NearestMean(), labelled, { scoring: "rocAUC" });
// @ts-expect-error -- no target
await crossValidate(new NearestMean(), data, { scoring: "accuracy" });
// @ts-expect-error -- an estimator must be made
await crossValidate(NearestMean, labelled, { scoring: "accuracy" });

const mine = { name: "mine", needs: "proba", greaterIsBetter: false, score: logLoss } as const;
const custom = await crossValidate(new NearestMean(), labelled, { scoring: [mine, "accuracy"] });
export const both: readonly number[] = [custom.mean.mine, custom.mean.accuracy];
// Any metric is a scorer's score as it is.
export const regression: Scorer = { name: "r", needs: "predict", greaterIsBetter: true, score: r2Score };
// @ts-expect-error -- what a scorer needs must be known
export const odd: Scorer = { name: "odd", needs: "everything", greaterIsBetter: true, score: r2Score };

export const labels: Label[] = await crossValPredict(new NearestMean(), labelled);
export const numbers: Float64Array = await crossValPredict(new MeanRegressor(), labelled);
export const proba: Matrix = await crossValPredict(new NearestMean(), labelled, { method: "predictProba" });
// @ts-expect-error -- probabilities are no labels
export const wrong: Label[] = await crossValPredict(new NearestMean(), labelled, { method: "predictProba" });
// Of an estimator that isn't known, whatever it may be.
export const general: Label[] | Float64Array | Int32Array = await crossValPredict(anything, data);

const model = await new NearestMean().fit(labelled);
export const auc: number = (await evaluate(model, data, ["rocAuc"])).rocAuc;

import type { Dataset } from "../dataset/dataset.js";
import {
  canClassify,
  canCluster,
  canPredictTasks,
  canRegress,
  canScoreSamples,
} from "../estimator/capabilities.js";
import type { Model } from "../estimator/model.js";
import { Unmet } from "./unmet.js";
import type { Sample } from "./sample.js";
import { sampleTargets, targetName } from "./sample.js";

/** How well a model does on rows whose truth is known, and the least that shows it learned anything. */
export interface LearningScore {
  readonly measure: string;
  readonly value: number;
  readonly least: number;
}

/** Accuracy, R2, purity of clusters or ROC AUC of outliers; the bounds are far below what any sound method reaches. */
export async function learningScore(model: Model, { data, truth }: Sample): Promise<LearningScore> {
  // An outlier detector may also say which rows are outliers, as classes that no sample knows.
  if (model.estimator.tags.kind === "outlierDetector" && canScoreSamples(model))
    return { measure: "ROC AUC", value: outlierAuc(await model.scoreSamples(data), truth), least: 0.75 };
  if (canPredictTasks(model)) return worstTask(await model.predict(data), model, data);
  if (canClassify(model))
    return accuracy(await model.predict(data), data.column(targetName, "numeric").values);
  if (canRegress(model))
    return { measure: "R2", value: determination(await model.predict(data), truth), least: 0.3 };
  if (canCluster(model))
    return { measure: "purity", value: purity(await model.predict(data), truth), least: 0.7 };
  throw new Unmet("a model must predict or score to be measured");
}

/** The task that is farthest below what it must reach, or least above. */
function worstTask(
  predicted: Readonly<Record<string, readonly unknown[] | Float64Array>>,
  model: Model,
  data: Dataset,
): LearningScore {
  const scores = sampleTargets(model.estimator.tags).map(({ name }) => {
    const own = predicted[name];
    if (own === undefined) throw new Unmet(`predict must have an entry '${name}', as params ask for`);
    const { values } = data.column(name, "numeric");
    const score =
      own instanceof Float64Array
        ? { measure: "R2", value: determination(own, Float64Array.from(values)), least: 0.3 }
        : accuracy(own, values);
    return { ...score, measure: `${score.measure} of ${name}` };
  });
  return scores.reduce((a, b) => (b.value - b.least < a.value - a.least ? b : a));
}

function accuracy(predicted: readonly unknown[], values: ArrayLike<number>): LearningScore {
  const right = predicted.filter((label, i) => label === values[i]).length;
  const classes = new Set(Array.from(values)).size;
  return { measure: "accuracy", value: right / predicted.length, least: classes === 2 ? 0.75 : 0.6 };
}

function determination(predicted: Float64Array, truth: Float64Array): number {
  const mean = truth.reduce((a, b) => a + b, 0) / truth.length;
  let rest = 0;
  let total = 0;
  for (let i = 0; i < truth.length; i++) {
    rest += (truth[i] - predicted[i]) ** 2;
    total += (truth[i] - mean) ** 2;
  }
  return 1 - rest / total;
}

/** Share of the rows that are of the blob which most rows of their cluster are of; 0 where all rows are in one cluster. */
function purity(clusters: Int32Array, truth: Float64Array): number {
  const counts = new Map<number, Map<number, number>>();
  clusters.forEach((cluster, i) => {
    const row = counts.get(cluster) ?? new Map<number, number>();
    row.set(truth[i], (row.get(truth[i]) ?? 0) + 1);
    counts.set(cluster, row);
  });
  let right = 0;
  for (const row of counts.values()) right += Math.max(...row.values());
  return right / clusters.length;
}

/** Chance that an outlier scores below a usual row. */
function outlierAuc(scores: Float64Array, truth: Float64Array): number {
  let pairs = 0;
  let right = 0;
  truth.forEach((outlier, i) => {
    if (outlier !== 1) return;
    truth.forEach((other, j) => {
      if (other === 1) return;
      pairs++;
      right += scores[i] < scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    });
  });
  return right / pairs;
}

/** Pearson's correlation; 0 where either side is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let meanA = 0;
  let meanB = 0;
  for (let i = 0; i < n; i++) {
    meanA += a[i] / n;
    meanB += b[i] / n;
  }
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

import { requireOptions } from "../guard.js";
import { Matrix } from "../matrix.js";
import { checkPredicted, checkRows, checkWeights, type MetricOptions, metricRules } from "./inputs.js";
import { distinctLabels, labelCodes, type Labels } from "./labels.js";

/**
 * Agreement of two clusterings: 1 where they are the same up to names, about 0 for random ones,
 * as scikit-learn's `adjusted_rand_score` (Hubert and Arabie 1985).
 *
 * @throws DataError for unequal lengths, or what is no label; ParamError for an option that does not exist.
 * @example
 * adjustedRandIndex(["a", "a", "b", "b"], [1, 1, 0, 0]); // 1
 */
export function adjustedRandIndex(truth: Labels, clusters: Labels, options: MetricOptions = {}): number {
  const owner = "adjustedRandIndex";
  requireOptions(owner, options, metricRules);
  checkRows(owner, truth, clusters);
  const weights = checkWeights(owner, options.weights, truth.length);
  const classes = distinctLabels(owner, truth);
  const names = distinctLabels(owner, clusters);
  checkPredicted(owner, clusters, options.classes);
  const a = labelCodes(owner, truth, classes);
  const b = labelCodes(owner, clusters, names);
  const table = new Matrix(classes.length, names.length);
  const perClass = new Float64Array(classes.length);
  const perCluster = new Float64Array(names.length);
  let total = 0;
  for (let row = 0; row < a.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    table.data[a[row] * names.length + b[row]] += weight;
    perClass[a[row]] += weight;
    perCluster[b[row]] += weight;
    total += weight;
  }
  // Ordered pairs of rows: together in both, in one only, in neither.
  const squares = sumOfSquares(table.data);
  const both = squares - total;
  const onlyClass = sumOfSquares(perClass) - squares;
  const onlyCluster = sumOfSquares(perCluster) - squares;
  const neither = total * total - both - total - onlyClass - onlyCluster;
  if (onlyClass === 0 && onlyCluster === 0) return 1;
  const disagreement =
    (both + onlyClass) * (onlyClass + neither) + (both + onlyCluster) * (onlyCluster + neither);
  return (2 * (both * neither - onlyClass * onlyCluster)) / disagreement;
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

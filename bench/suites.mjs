// What each suite measures: the data of a case, the task that contenders are given, and who can do it.

import { accuracySuite } from "./accuracy-suite.mjs";
import { deepSuite } from "./deep-suite.mjs";

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {import("./data.mjs").DataSpec} data
 * @property {string} task that workers have by this name
 * @property {object} params of the task
 * @property {string[]} peers
 * @property {"averagePrecision" | "rocAuc" | "accuracy" | "r2" | "inertia" | "explainedVariance" | "additivityError" | "loss"} score
 * @property {{ name: string, unit: string, factor: number }[]} measures what a run answers, from seconds to the unit; the
 *   name is put behind that of the case
 * @property {boolean} [seeds] whether it compares scores by seed, as many seeds as rounds, and no times
 * @property {boolean} [long] left out unless asked for
 * @property {string} [slope] cases of one such name are joined in a last line: the slope of log time over log rows
 */

const seconds = [{ name: "", unit: "s", factor: 1 }];
const micros = (...names) => names.map((name) => ({ name, unit: "us", factor: 1e6 }));
const testRows = 50_000;
const trees = { trees: 100, leaves: 31, learningRate: 0.1, bins: 255, minSamplesLeaf: 20 };
const boosters = ["scikit-learn", "LightGBM", "XGBoost"];

const binary = (rows, more = {}) => ({ shape: "classes", classes: 2, rows, testRows, features: 28, ...more });
const boost = (name, data, more = {}) => ({
  name,
  data,
  task: "boost",
  params: trees,
  peers: boosters,
  score: data.classes > 2 ? "accuracy" : "averagePrecision",
  measures: seconds,
  ...more,
});
const thousands = (rows) => (rows % 1_000_000 === 0 ? `${rows / 1_000_000}M` : `${rows / 1000}k`);

/** @type {Record<string, Case[]>} */
export const suites = {
  deep: deepSuite,
  accuracy: accuracySuite,
  boosting: [
    boost("fit 200k x 28", binary(200_000)),
    boost(
      "fit 200k x 28, 10 columns of 1,000 categories",
      binary(200_000, { categorical: 10, levels: 1000 }),
    ),
    boost("fit 200k x 28, 20% missing", binary(200_000, { missing: 0.2 })),
    boost("fit 100k x 50, 7 classes", {
      ...binary(100_000),
      classes: 7,
      features: 50,
    }),
    boost("fit 1M x 28", binary(1_000_000), { long: true }),
    ...[100_000, 200_000, 400_000, 800_000, 1_600_000].map((rows) =>
      boost(`fit against rows, ${thousands(rows)} x 28`, binary(rows), {
        long: true,
        slope: "fit against rows",
      }),
    ),
  ],
  forest: [
    ...["random-forest", "extra-trees"].map((task) => ({
      name: `${task} fit 50k x 28, 100 trees`,
      data: binary(50_000),
      task,
      params: { trees: 100 },
      peers: ["scikit-learn"],
      score: "rocAuc",
      measures: seconds,
    })),
    {
      name: "random-forest fit 1k x 28, 100 trees",
      data: binary(1000, { testRows: 2000 }),
      task: "random-forest",
      params: { trees: 100 },
      peers: ["scikit-learn", "ml-random-forest"],
      score: "rocAuc",
      measures: seconds,
    },
  ],
  isolation: [
    {
      name: "isolation-forest fit and score 200k x 28, 100 trees",
      data: { shape: "outliers", rows: 200_000, testRows: 0, features: 28 },
      task: "isolation-forest",
      params: { trees: 100 },
      peers: ["scikit-learn"],
      score: "rocAuc",
      measures: seconds,
    },
  ],
  latency: [
    ...["scorer", "predictProba"].map((through) => ({
      name: `one row by ${through}, 100 trees x 31 leaves`,
      data: binary(50_000, { testRows: 2000 }),
      task: "one-row",
      params: { ...trees, through, calls: 3000 },
      peers: [...boosters, "onnxruntime"],
      score: "averagePrecision",
      measures: micros("p50", "p99"),
    })),
    {
      name: "batch of 100k rows, 100 trees x 31 leaves",
      data: binary(50_000, { testRows: 100_000 }),
      task: "batch",
      params: trees,
      peers: [...boosters, "onnxruntime"],
      score: "averagePrecision",
      measures: seconds,
    },
  ],
  shap: [
    {
      name: "TreeSHAP of a row, 100 trees x 31 leaves",
      data: binary(50_000, { testRows: 1000 }),
      task: "shap",
      params: trees,
      peers: ["LightGBM", "XGBoost", "shap"],
      score: "additivityError",
      measures: micros(""),
    },
  ],
  linear: [
    {
      name: "LogisticRegression 200k x 28",
      data: binary(200_000),
      task: "logistic-regression",
      params: {},
      peers: ["scikit-learn", "scikitjs"],
      score: "rocAuc",
      measures: seconds,
    },
    {
      name: "Ridge 200k x 28",
      data: { shape: "numbers", rows: 200_000, testRows, features: 28 },
      task: "ridge",
      params: { alpha: 1 },
      peers: ["scikit-learn", "scikitjs"],
      score: "r2",
      measures: seconds,
    },
    {
      name: "KMeans 200k x 28, k = 8",
      data: { shape: "blobs", rows: 200_000, testRows: 0, features: 28 },
      task: "k-means",
      params: { clusters: 8, iterations: 300, tol: 1e-4 },
      peers: ["scikit-learn", "scikitjs"],
      score: "inertia",
      measures: seconds,
    },
    {
      name: "PCA 50k x 200, 20 components",
      data: { shape: "factors", rows: 50_000, testRows: 0, features: 200 },
      task: "pca",
      params: { components: 20 },
      peers: ["scikit-learn"],
      score: "explainedVariance",
      measures: seconds,
    },
  ],
};

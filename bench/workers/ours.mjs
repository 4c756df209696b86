// Strata's own tasks, from the packages as they are built.
import {
  ExtraTreesClassifier,
  HistGradientBoostingClassifier,
  IsolationForest,
  KMeans,
  LogisticRegression,
  PCA,
  RandomForestClassifier,
  Ridge,
  treeShap,
} from "@strata-ml/classical";
import { fromColumns } from "@strata-ml/core";
import { accuracyTasks } from "./accuracy-tasks.mjs";
import { deepTasks } from "./deep-tasks.mjs";
import { rowOf } from "./read-data.mjs";
import { serve, timed, timedCalls } from "./serve.mjs";

/** Columns as features; a target where there is one. */
function datasetOf({ columns, target }, { features, categorical = 0, levels = 0 }, labelled) {
  const categories = Array.from({ length: levels }, (_, level) => `c${String(level).padStart(6, "0")}`);
  const named = columns.map((values, j) => [
    `x${j}`,
    j < features - categorical ? values : { kind: "categorical", codes: Int32Array.from(values), categories },
  ]);
  return labelled
    ? fromColumns({ ...Object.fromEntries(named), y: target }, { target: "y" })
    : fromColumns(Object.fromEntries(named));
}

const datasets = ({ about, train, test }) => ({
  train: datasetOf(train, about, true),
  test: datasetOf(test, about, false),
  // A data set is a table of one row here, so that rows need not be cut from a table while the time runs.
  row: (i) => datasetOf({ columns: test.columns.map((column) => column.slice(i, i + 1)) }, about, false),
  numbers: (i) => rowOf(test, i),
  testRows: about.testRows,
});

const boosting = ({ trees, leaves, learningRate, bins, minSamplesLeaf }) =>
  new HistGradientBoostingClassifier({
    maxIter: trees,
    maxLeafNodes: leaves,
    learningRate,
    maxBins: bins,
    minSamplesLeaf,
    earlyStopping: false,
  });

/** Of two classes the probabilities of the second, of several all of them. */
function probabilities(matrix) {
  return matrix.columns === 2 ? matrix.column(1) : matrix.data;
}

const probabilitiesOf = async (model, data) => probabilities(await model.predictProba(data));

/** A task that times the fit, and is judged by the test rows. */
const fitted = (estimator, outputs) => ({
  load: datasets,
  run: ({ train }, params) => timed(() => estimator(params).fit(train)),
  judge: ({ test }, { value }) => outputs(value, test),
});

/** A task that times what a fitted model does. */
const withModel = async (data, params) => {
  const sets = datasets(data);
  return { ...sets, model: await boosting(params).fit(sets.train) };
};

/** A function of the number of a test row. */
function rowCall({ model, row, numbers, testRows }, through) {
  const rows = Math.min(testRows, 500);
  if (through === "scorer") {
    if (typeof model.scorer !== "function") throw new Error("models have no scorer()");
    const score = model.scorer();
    const all = Array.from({ length: rows }, (_, i) => numbers(i));
    return (i) => score(all[i % rows]);
  }
  const all = Array.from({ length: rows }, (_, i) => row(i));
  return (i) => model.predictProba(all[i % rows]);
}

const forest = (Forest) => fitted(({ trees }) => new Forest({ nEstimators: trees }), probabilitiesOf);
const features = ({ about, train }) => ({ train: datasetOf(train, about, false), about, rows: train });

serve({
  ...deepTasks,
  ...accuracyTasks,
  boost: fitted(boosting, probabilitiesOf),
  "random-forest": forest(RandomForestClassifier),
  "extra-trees": forest(ExtraTreesClassifier),
  "isolation-forest": {
    load: features,
    run: ({ train }, { trees }) =>
      timed(async () => {
        const model = await new IsolationForest({ nEstimators: trees }).fit(train);
        return model.scoreSamples(train);
      }),
    judge: (_, { value }) => value.map((score) => -score),
  },
  "one-row": {
    async load(data, params) {
      const state = await withModel(data, params);
      return { ...state, call: rowCall(state, params.through) };
    },
    run: async ({ call }, { calls }) => timedCalls(calls, call),
    judge: ({ model, test }) => probabilitiesOf(model, test),
  },
  batch: {
    load: withModel,
    run: ({ model, test }) => timed(() => probabilitiesOf(model, test)),
    judge: (_, { value }) => value,
  },
  shap: {
    load: withModel,
    async run({ model, test, testRows }) {
      const { seconds, value } = await timed(() => treeShap(model, test));
      return { seconds: { "": seconds[""] / testRows }, value };
    },
    async judge({ model, test }, { value: { base, values } }) {
      const raw = await model.decisionFunction(test);
      const { columns } = values[0];
      let most = 0;
      for (let i = 0; i < test.rows; i++) {
        let sum = base[0];
        for (let j = 0; j < columns; j++) sum += values[0].at(i, j);
        most = Math.max(most, Math.abs(sum - raw.at(i, 0)));
      }
      return most;
    },
  },
  "logistic-regression": fitted(() => new LogisticRegression(), probabilitiesOf),
  ridge: fitted(
    ({ alpha }) => new Ridge({ alpha }),
    (model, test) => model.predict(test),
  ),
  "k-means": {
    load: features,
    run: ({ train, rows }, { clusters, iterations, tol }) => {
      const init = Array.from({ length: clusters }, (_, i) => [...rowOf(rows, i)]);
      return timed(() => new KMeans({ nClusters: clusters, init, maxIter: iterations, tol }).fit(train));
    },
    judge: (_, { value }) => value.inertia,
  },
  pca: {
    load: features,
    run: ({ train }, { components }) => timed(() => new PCA({ nComponents: components }).fit(train)),
    judge: (_, { value }) => value.explainedVarianceRatio.reduce((sum, ratio) => sum + ratio, 0),
  },
});

import { type AnyEstimator, categorical, Registry } from "@strata-ml/core";
import { type CheckOptions, estimatorChecks } from "@strata-ml/core/testing";
import { describe, test } from "vitest";
import {
  ColumnTransformer,
  CountVectorizer,
  classicalCodecs,
  DecisionTreeClassifier,
  DecisionTreeRegressor,
  DummyClassifier,
  DummyRegressor,
  ExtraTreesClassifier,
  ExtraTreesRegressor,
  FeatureUnion,
  HistGradientBoostingClassifier,
  HistGradientBoostingRegressor,
  IsolationForest,
  KMeans,
  LinearRegression,
  LogisticRegression,
  OneHotEncoder,
  OrdinalEncoder,
  Passthrough,
  PCA,
  Pipeline,
  RandomForestClassifier,
  RandomForestRegressor,
  RandomTreesEmbedding,
  Ridge,
  SimpleImputer,
  StandardScaler,
  TargetEncoder,
  TfidfVectorizer,
  TruncatedSVD,
} from "./index.js";
import {
  MlRandomForestClassifier,
  MlRandomForestRegressor,
  mlRandomForestClassifierCodec,
  mlRandomForestRegressorCodec,
} from "./ml-random-forest/index.js";

const registry = new Registry([
  ...classicalCodecs,
  mlRandomForestClassifierCodec,
  mlRandomForestRegressorCodec,
]);

const countsRows = { integerWeights: "minSamplesLeaf counts rows whatever they weigh, as in scikit-learn" };
const drawsRows = { integerWeights: "rows are drawn at random, and a row of weight 2 is one row to draw" };
const baseline = {
  infinityRefused: "it reads no feature but to tell rows apart",
  learns: "a baseline learns nothing from features",
  learnsFromSortedRows: "a baseline learns nothing from features",
};
const classBaseline = {
  ...baseline,
  labelsEquivalent:
    "of equally frequent classes the first is predicted, and draws go through classes in order",
};
const refusesUnseen = {
  constantFeature: "a category unseen in fit is refused unless handleUnknown says otherwise",
};
const partDoesNotWeigh = (part: string) => ({
  zeroWeights: `its ${part} does not weigh rows, as in scikit-learn`,
  integerWeights: `its ${part} does not weigh rows, as in scikit-learn`,
});
const handsOn = {
  infinityRefused: "it hands values on as they are; who reads them refuses",
  categoriesByValue: "it hands dictionaries on as they are; who reads them matches by value",
};
const imputerCounts = { integerWeights: "the imputer's medians don't weigh rows, as in scikit-learn" };

const wood = (value: number): string => ["oak", "ash", "elm"][value < -0.5 ? 0 : value < 0.5 ? 1 : 2];
const fewValues: CheckOptions["features"] = ({ u, v }) => ({
  wood: categorical(Array.from(u, wood), ["elm", "ash", "oak"]),
  step: Float64Array.from(v, (value) => Math.sign(value)),
});

const scaledRidge = () =>
  new Pipeline({
    steps: [
      ["scale", new StandardScaler()],
      ["model", new Ridge()],
    ],
  });
const imputedBoosting = () =>
  new Pipeline({
    steps: [
      ["impute", new SimpleImputer({ strategy: "median" })],
      ["model", new HistGradientBoostingClassifier({ maxIter: 10, minSamplesLeaf: 1 })],
    ],
  });
const mixedColumns = () =>
  new ColumnTransformer({
    transformers: [
      ["numbers", new StandardScaler(), { kinds: ["numeric"] }],
      ["categories", new TargetEncoder(), { kinds: ["categorical"] }],
    ],
  });

/** One line an estimator: how to make it, and what the suite must know of it besides its tags. */
const estimators: readonly (readonly [make: () => AnyEstimator, options?: CheckOptions])[] = [
  [mixedColumns, { kinds: ["numeric", "categorical"], skip: partDoesNotWeigh("TargetEncoder") }],
  [() => new CountVectorizer()],
  [() => new DecisionTreeClassifier()],
  [() => new DecisionTreeClassifier({ maxFeatures: "sqrt", maxLeafNodes: 8, criterion: "entropy" })],
  [() => new DecisionTreeRegressor()],
  [() => new DummyClassifier(), { skip: classBaseline }],
  [() => new DummyClassifier({ strategy: "stratified" }), { skip: classBaseline }],
  [() => new DummyRegressor(), { skip: baseline }],
  [() => new DummyRegressor({ strategy: "median" }), { skip: baseline }],
  [
    () =>
      new FeatureUnion({
        transformers: [
          ["scale", new StandardScaler()],
          ["pca", new PCA()],
        ],
      }),
    { skip: partDoesNotWeigh("PCA") },
  ],
  [() => new HistGradientBoostingClassifier({ maxIter: 12 }), { skip: countsRows }],
  [() => new HistGradientBoostingClassifier({ maxIter: 12, minSamplesLeaf: 1 })],
  [() => new HistGradientBoostingRegressor({ maxIter: 12 }), { skip: countsRows }],
  // Few leaves, because the last bits of float32 gradients tell equally good splits of the smallest nodes apart.
  [() => new HistGradientBoostingRegressor({ maxIter: 12, minSamplesLeaf: 1, maxLeafNodes: 5 })],
  [
    () => new HistGradientBoostingRegressor({ earlyStopping: true, maxFeatures: 0.5, loss: "absoluteError" }),
    { skip: drawsRows },
  ],
  [() => new ExtraTreesClassifier({ nEstimators: 15 }), { skip: drawsRows }],
  [() => new ExtraTreesRegressor({ nEstimators: 15 }), { skip: drawsRows }],
  [() => new IsolationForest({ nEstimators: 30, maxSamples: 0.5 }), { skip: drawsRows }],
  [() => new KMeans({ nClusters: 3 })],
  [() => new KMeans({ nClusters: 3, init: "random" }), { skip: drawsRows }],
  [() => new LinearRegression()],
  [() => new LogisticRegression()],
  [() => new LogisticRegression({ classWeight: "balanced", C: 10 })],
  [() => new MlRandomForestClassifier({ nEstimators: 10 })],
  [() => new MlRandomForestRegressor({ nEstimators: 10 })],
  [() => new OneHotEncoder(), { features: fewValues, skip: refusesUnseen }],
  [() => new OneHotEncoder({ handleUnknown: "ignore" })],
  [() => new OneHotEncoder({ handleUnknown: "infrequent", minFrequency: 2, sparse: false })],
  [() => new OrdinalEncoder(), { features: fewValues, skip: refusesUnseen }],
  [
    () => new OrdinalEncoder({ handleUnknown: "useEncodedValue", unknownValue: -1, encodedMissingValue: -2 }),
    { features: fewValues },
  ],
  [() => new Passthrough(), { skip: handsOn }],
  [() => new PCA()],
  [() => new PCA({ nComponents: 2, whiten: true })],
  [scaledRidge],
  [imputedBoosting, { skip: imputerCounts }],
  [() => new RandomForestClassifier({ nEstimators: 15 }), { skip: drawsRows }],
  [() => new RandomForestClassifier({ nEstimators: 5, bootstrap: false, classWeight: "balanced" })],
  [
    () => new RandomForestClassifier({ nEstimators: 5, oobScore: true, criterion: "logLoss" }),
    { skip: drawsRows },
  ],
  [() => new RandomForestRegressor({ nEstimators: 15 }), { skip: drawsRows }],
  [() => new RandomTreesEmbedding({ nEstimators: 10 })],
  [
    () => new RandomTreesEmbedding({ nEstimators: 10, sparse: false, maxLeafNodes: 6 }),
    { skip: { fitRowOrderIgnored: "which node is divided next hangs on targets that are drawn row by row" } },
  ],
  [() => new Ridge()],
  [() => new SimpleImputer()],
  [() => new SimpleImputer({ strategy: "mostFrequent", addIndicator: true })],
  [() => new SimpleImputer({ strategy: "constant" })],
  [() => new StandardScaler()],
  [() => new TargetEncoder()],
  [() => new TfidfVectorizer()],
  [() => new TfidfVectorizer({ analyzer: "charWb", ngramRange: [2, 3] })],
  [() => new TruncatedSVD()],
  [() => new TruncatedSVD({ algorithm: "exact" })],
];

describe.each(estimators.map(([make, options]) => ({ name: nameOf(make()), make, options })))(
  "$name",
  ({ make, options }) => {
    for (const { name, about, skip, run } of estimatorChecks(make, { registry, ...options }))
      test.skipIf(skip !== undefined)(`${name}: ${skip ?? about}`, run);
  },
);

function nameOf(estimator: AnyEstimator): string {
  return `${estimator.owner} ${JSON.stringify(estimator.params)}`.slice(0, 100);
}

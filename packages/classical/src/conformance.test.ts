import { type AnyEstimator, Registry } from "@strata-ml/core";
import { type CheckOptions, estimatorChecks } from "@strata-ml/core/testing";
import { describe, test } from "vitest";
import {
  HistGradientBoostingClassifier,
  histGradientBoostingClassifierCodec,
} from "./boosting/hist-gradient-boosting-classifier.js";
import {
  HistGradientBoostingRegressor,
  histGradientBoostingRegressorCodec,
} from "./boosting/hist-gradient-boosting-regressor.js";
import { KMeans, kMeansCodec } from "./cluster/k-means.js";
import { PCA, pcaCodec } from "./decomposition/pca.js";
import { TruncatedSVD, truncatedSvdCodec } from "./decomposition/truncated-svd.js";
import { CountVectorizer, countVectorizerCodec } from "./feature-extraction/count-vectorizer.js";
import { TfidfVectorizer, tfidfVectorizerCodec } from "./feature-extraction/tfidf-vectorizer.js";
import { SimpleImputer, simpleImputerCodec } from "./impute/simple-imputer.js";
import { LinearRegression, linearRegressionCodec } from "./linear/linear-regression.js";
import { LogisticRegression, logisticRegressionCodec } from "./linear/logistic-regression.js";
import { Ridge, ridgeCodec } from "./linear/ridge.js";
import { OneHotEncoder, oneHotEncoderCodec } from "./preprocessing/one-hot-encoder.js";
import { OrdinalEncoder, ordinalEncoderCodec } from "./preprocessing/ordinal-encoder.js";
import { StandardScaler, standardScalerCodec } from "./preprocessing/standard-scaler.js";
import { TargetEncoder, targetEncoderCodec } from "./preprocessing/target-encoder.js";
import { DecisionTreeClassifier, decisionTreeClassifierCodec } from "./tree/decision-tree-classifier.js";
import { DecisionTreeRegressor, decisionTreeRegressorCodec } from "./tree/decision-tree-regressor.js";

const registry = new Registry([
  countVectorizerCodec,
  decisionTreeClassifierCodec,
  decisionTreeRegressorCodec,
  histGradientBoostingClassifierCodec,
  histGradientBoostingRegressorCodec,
  kMeansCodec,
  linearRegressionCodec,
  logisticRegressionCodec,
  oneHotEncoderCodec,
  ordinalEncoderCodec,
  pcaCodec,
  ridgeCodec,
  simpleImputerCodec,
  standardScalerCodec,
  targetEncoderCodec,
  tfidfVectorizerCodec,
  truncatedSvdCodec,
]);

const countsRows = { integerWeights: "minSamplesLeaf counts rows whatever they weigh, as in scikit-learn" };

/** One line an estimator: how to make it, and what the suite must know of it besides its tags. */
const estimators: readonly (readonly [make: () => AnyEstimator, options?: CheckOptions])[] = [
  [() => new CountVectorizer()],
  [() => new DecisionTreeClassifier()],
  [() => new DecisionTreeRegressor()],
  [() => new HistGradientBoostingClassifier({ maxIter: 30 }), { skip: countsRows }],
  [() => new HistGradientBoostingRegressor({ maxIter: 30 }), { skip: countsRows }],
  [() => new KMeans()],
  [() => new LinearRegression()],
  [() => new LogisticRegression()],
  // Numbers are categories to these two, and new ones are refused.
  [() => new OneHotEncoder(), { kinds: ["categorical"] }],
  [() => new OrdinalEncoder(), { kinds: ["categorical"] }],
  [() => new PCA()],
  [() => new Ridge()],
  [() => new SimpleImputer()],
  [() => new StandardScaler()],
  [() => new TargetEncoder()],
  [() => new TfidfVectorizer()],
  [() => new TruncatedSVD()],
];

describe.each(estimators.map(([make, options]) => ({ name: make().owner, make, options })))(
  "$name",
  ({ make, options }) => {
    for (const { name, about, skip, run } of estimatorChecks(make, { registry, ...options }))
      test.skipIf(skip !== undefined)(`${name}: ${skip ?? about}`, run);
  },
);

import type { AnyCodec } from "@strata-ml/core";
import { isolationForestCodec } from "./anomaly/isolation-forest.js";
import { histGradientBoostingClassifierCodec } from "./boosting/hist-gradient-boosting-classifier.js";
import { histGradientBoostingRegressorCodec } from "./boosting/hist-gradient-boosting-regressor.js";
import { kMeansCodec } from "./cluster/k-means.js";
import { columnTransformerCodec } from "./compose/column-transformer.js";
import { featureUnionCodec } from "./compose/feature-union.js";
import { passthroughCodec } from "./compose/passthrough.js";
import { pipelineCodec } from "./compose/pipeline.js";
import { pcaCodec } from "./decomposition/pca.js";
import { truncatedSvdCodec } from "./decomposition/truncated-svd.js";
import { dummyClassifierCodec } from "./dummy/dummy-classifier.js";
import { dummyRegressorCodec } from "./dummy/dummy-regressor.js";
import { extraTreesClassifierCodec } from "./ensemble/extra-trees-classifier.js";
import { extraTreesRegressorCodec } from "./ensemble/extra-trees-regressor.js";
import { randomForestClassifierCodec } from "./ensemble/random-forest-classifier.js";
import { randomForestRegressorCodec } from "./ensemble/random-forest-regressor.js";
import { randomTreesEmbeddingCodec } from "./ensemble/random-trees-embedding.js";
import { countVectorizerCodec } from "./feature-extraction/count-vectorizer.js";
import { tfidfVectorizerCodec } from "./feature-extraction/tfidf-vectorizer.js";
import { simpleImputerCodec } from "./impute/simple-imputer.js";
import { linearRegressionCodec } from "./linear/linear-regression.js";
import { logisticRegressionCodec } from "./linear/logistic-regression.js";
import { ridgeCodec } from "./linear/ridge.js";
import { oneHotEncoderCodec } from "./preprocessing/one-hot-encoder.js";
import { ordinalEncoderCodec } from "./preprocessing/ordinal-encoder.js";
import { standardScalerCodec } from "./preprocessing/standard-scaler.js";
import { targetEncoderCodec } from "./preprocessing/target-encoder.js";
import { decisionTreeClassifierCodec } from "./tree/decision-tree-classifier.js";
import { decisionTreeRegressorCodec } from "./tree/decision-tree-regressor.js";

/** Codecs of every estimator of this package, for a `Registry`. */
export const classicalCodecs: readonly AnyCodec[] = [
  columnTransformerCodec,
  countVectorizerCodec,
  decisionTreeClassifierCodec,
  decisionTreeRegressorCodec,
  dummyClassifierCodec,
  dummyRegressorCodec,
  extraTreesClassifierCodec,
  extraTreesRegressorCodec,
  featureUnionCodec,
  histGradientBoostingClassifierCodec,
  histGradientBoostingRegressorCodec,
  isolationForestCodec,
  kMeansCodec,
  linearRegressionCodec,
  logisticRegressionCodec,
  oneHotEncoderCodec,
  ordinalEncoderCodec,
  passthroughCodec,
  pcaCodec,
  pipelineCodec,
  randomForestClassifierCodec,
  randomForestRegressorCodec,
  randomTreesEmbeddingCodec,
  ridgeCodec,
  simpleImputerCodec,
  standardScalerCodec,
  targetEncoderCodec,
  tfidfVectorizerCodec,
  truncatedSvdCodec,
];

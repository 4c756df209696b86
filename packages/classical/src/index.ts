export {
  HistGradientBoostingClassifier,
  histGradientBoostingClassifierCodec,
  HistGradientBoostingClassifierModel,
} from "./boosting/hist-gradient-boosting-classifier.js";
export {
  HistGradientBoostingRegressor,
  histGradientBoostingRegressorCodec,
  HistGradientBoostingRegressorModel,
} from "./boosting/hist-gradient-boosting-regressor.js";
export { KMeans, kMeansCodec, KMeansModel } from "./cluster/k-means.js";
export { classicalCodecs } from "./codecs.js";
export {
  type ColumnSelector,
  type ColumnStep,
  ColumnTransformer,
  columnTransformerCodec,
  ColumnTransformerModel,
} from "./compose/column-transformer.js";
export { FeatureUnion, featureUnionCodec, FeatureUnionModel } from "./compose/feature-union.js";
export { Passthrough, passthroughCodec, PassthroughModel } from "./compose/passthrough.js";
export { type FittedPipeline, Pipeline, pipelineCodec, PipelineModel } from "./compose/pipeline.js";
export type { Step } from "./compose/steps.js";
export { PCA, pcaCodec, PCAModel } from "./decomposition/pca.js";
export { TruncatedSVD, truncatedSvdCodec, TruncatedSVDModel } from "./decomposition/truncated-svd.js";
export { DummyClassifier, dummyClassifierCodec, DummyClassifierModel } from "./dummy/dummy-classifier.js";
export { DummyRegressor, dummyRegressorCodec, DummyRegressorModel } from "./dummy/dummy-regressor.js";
export {
  RandomForestClassifier,
  randomForestClassifierCodec,
  RandomForestClassifierModel,
} from "./ensemble/random-forest-classifier.js";
export {
  CountVectorizer,
  countVectorizerCodec,
  CountVectorizerModel,
} from "./feature-extraction/count-vectorizer.js";
export {
  TfidfVectorizer,
  tfidfVectorizerCodec,
  TfidfVectorizerModel,
} from "./feature-extraction/tfidf-vectorizer.js";
export { SimpleImputer, simpleImputerCodec, SimpleImputerModel } from "./impute/simple-imputer.js";
export {
  LinearRegression,
  linearRegressionCodec,
  LinearRegressionModel,
} from "./linear/linear-regression.js";
export {
  LogisticRegression,
  logisticRegressionCodec,
  LogisticRegressionModel,
} from "./linear/logistic-regression.js";
export { Ridge, ridgeCodec, RidgeModel } from "./linear/ridge.js";
export { OneHotEncoder, oneHotEncoderCodec, OneHotEncoderModel } from "./preprocessing/one-hot-encoder.js";
export { OrdinalEncoder, ordinalEncoderCodec, OrdinalEncoderModel } from "./preprocessing/ordinal-encoder.js";
export { StandardScaler, standardScalerCodec, StandardScalerModel } from "./preprocessing/standard-scaler.js";
export { TargetEncoder, targetEncoderCodec, TargetEncoderModel } from "./preprocessing/target-encoder.js";
export {
  DecisionTreeClassifier,
  decisionTreeClassifierCodec,
  DecisionTreeClassifierModel,
} from "./tree/decision-tree-classifier.js";
export {
  DecisionTreeRegressor,
  decisionTreeRegressorCodec,
  DecisionTreeRegressorModel,
} from "./tree/decision-tree-regressor.js";

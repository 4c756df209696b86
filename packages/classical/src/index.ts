export { IsolationForest, isolationForestCodec, IsolationForestModel } from "./anomaly/isolation-forest.js";
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
export type { RowLossFunctions } from "./boosting/own-loss.js";
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
  ExtraTreesClassifier,
  extraTreesClassifierCodec,
  ExtraTreesClassifierModel,
} from "./ensemble/extra-trees-classifier.js";
export {
  ExtraTreesRegressor,
  extraTreesRegressorCodec,
  ExtraTreesRegressorModel,
} from "./ensemble/extra-trees-regressor.js";
export {
  RandomForestClassifier,
  randomForestClassifierCodec,
  RandomForestClassifierModel,
} from "./ensemble/random-forest-classifier.js";
export {
  RandomForestRegressor,
  randomForestRegressorCodec,
  RandomForestRegressorModel,
} from "./ensemble/random-forest-regressor.js";
export {
  RandomTreesEmbedding,
  randomTreesEmbeddingCodec,
  RandomTreesEmbeddingModel,
} from "./ensemble/random-trees-embedding.js";
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
export type { GridValue } from "./inspection/dependence-grid.js";
export {
  type PartialDependence,
  partialDependence,
  type PartialDependenceOptions,
} from "./inspection/partial-dependence.js";
export {
  partialDependencePlot,
  type PartialDependencePlotOptions,
} from "./inspection/partial-dependence-plot.js";
export {
  type PermutationImportance,
  permutationImportance,
  type PermutationImportanceOptions,
} from "./inspection/permutation-importance.js";
export {
  permutationImportancePlot,
  type PermutationImportancePlotOptions,
} from "./inspection/permutation-importance-plot.js";
export { type ShapSummaryOptions, shapSummaryPlot } from "./inspection/shap-summary-plot.js";
export { type ShapWaterfallOptions, shapWaterfallPlot } from "./inspection/shap-waterfall-plot.js";
export { type ShapValues, treeShap, type TreeShapOptions } from "./inspection/tree-shap.js";
export type { VegaLiteSpec } from "@strata-ml/core";
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
export type { CostComplexityPath } from "./tree/prune.js";

export { type ArtifactLimits, decodeArtifact, encodeArtifact } from "./artifact/artifact.js";
export {
  type AnyCodec,
  type Codec,
  type DecodedParts,
  defineCodec,
  type EncodedModel,
  TensorReader,
} from "./artifact/codec.js";
export { Registry } from "./artifact/registry.js";
export {
  packSafetensors,
  type StoredTensor,
  type TensorData,
  unpackSafetensors,
} from "./artifact/safetensors.js";
export {
  type CategoricalColumn,
  type Column,
  type ColumnKind,
  type ColumnOf,
  columnLength,
  type FloatArray,
  type NumericColumn,
  type SequenceColumn,
  type SequenceField,
  type SparseColumn,
  type TensorColumn,
  type TextColumn,
  type TimestampColumn,
  tensorWidth,
} from "./dataset/column.js";
export {
  categorical,
  type ColumnLike,
  numeric,
  parseTime,
  sequence,
  sparse,
  tensor,
  text,
  timestamp,
} from "./dataset/column-build.js";
export { Dataset, type DatasetFor, type LabelledDataset } from "./dataset/dataset.js";
export type { NamedColumns } from "./dataset/named-columns.js";
export type { ExactRoles, Roles } from "./dataset/roles.js";
export {
  alignFeatures,
  columnWidth,
  type CsrMatrix,
  csrFeatures,
  denseFeatures,
  denseNames,
  featureColumns,
  featureWidth,
  hasSparseFeature,
  type NumericFeatureOptions,
  recode,
  requireKinds,
  UNKNOWN_CODE,
} from "./dataset/features.js";
export { fromColumns } from "./dataset/from-columns.js";
export { concatDatasets } from "./dataset/concat.js";
export type { ColumnSchema, DatasetSchema, Role } from "./dataset/schema.js";
export {
  type ClassTarget,
  type ClassWeight,
  classOutputsTarget,
  classTarget,
  type Label,
  numericTarget,
  outputsTarget,
  requireRows,
  sampleWeights,
  weightsWithClasses,
} from "./dataset/target.js";
export {
  ArtifactError,
  DataError,
  describe,
  listNames,
  NotSupportedError,
  ParamError,
  ParseError,
  StrataError,
} from "./errors.js";
export { requireDataset } from "./guard.js";
export { chain, gatherAll } from "./estimator/awaitable.js";
export {
  type Awaitable,
  canClassify,
  canCluster,
  canDecide,
  canEmbed,
  canFitTransform,
  canPredictProbability,
  canPredictTasks,
  canRegress,
  canScoreRows,
  canScoreSamples,
  canTransform,
  canUpdate,
  type Classifies,
  type Clusters,
  type Decides,
  type DenseRow,
  type Embeds,
  type FitTransforms,
  type NamedRow,
  type PredictsProbability,
  type PredictsTasks,
  type Regresses,
  type RowForm,
  type RowOf,
  type RowScorer,
  type ScoresRows,
  type ScoresSamples,
  type Transforms,
  type Updates,
} from "./estimator/capabilities.js";
export {
  type Composite,
  isComposite,
  type ParamAt,
  type ParamPatch,
  type ParamPath,
  withParams,
} from "./estimator/composite.js";
export { type AnswersAtOnce, type Delegated, delegateCapabilities } from "./estimator/delegate.js";
export {
  type AnyEstimator,
  type DataOf,
  Estimator,
  type EstimatorJson,
  type EstimatorKind,
  type EstimatorTags,
  type ModelOf,
  type ParamsOf,
  type SupervisedEstimator,
} from "./estimator/estimator.js";
export type { FitOptions, ProgressEvent } from "./estimator/fit-options.js";
export { FitRun, nestedOptions } from "./estimator/fit-run.js";
export { fitTransform } from "./estimator/fit-transform.js";
export { Model } from "./estimator/model.js";
export { nearest, type ParamsSchema, parseParams } from "./estimator/params.js";
export {
  defineTask,
  type Executor,
  inlineExecutor,
  type MapOptions,
  type Task,
  type TaskContext,
} from "./executor/executor.js";
export { Matrix } from "./matrix.js";
export { type LbfgsOptions, type LbfgsResult, minimise, type Objective } from "./optimize/lbfgs.js";
export { Random } from "./random.js";
export { VERSION } from "./version.js";
export { type PackedDataset, packDataset, unpackDataset } from "./dataset/pack.js";
export {
  accuracy,
  balancedAccuracy,
  type BalancedAccuracyOptions,
  matthewsCorrelation,
} from "./metrics/accuracy.js";
export { adjustedRandIndex } from "./metrics/adjusted-rand-index.js";
export { averagePrecision } from "./metrics/average-precision.js";
export {
  type CalibrationCurve,
  calibrationCurve,
  type CalibrationOptions,
} from "./metrics/calibration-curve.js";
export {
  type ConfusionMatrix,
  confusionMatrix,
  type ConfusionMatrixOptions,
} from "./metrics/confusion-matrix.js";
export {
  type CurveOptions,
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RocCurve,
  rocCurve,
} from "./metrics/curves.js";
export { type AverageOptions, f1, fBeta, precision, recall } from "./metrics/f-beta.js";
export type { MetricOptions, ScoredOptions } from "./metrics/inputs.js";
export type { Labels } from "./metrics/labels.js";
export { type BrierOptions, brierScore, logLoss } from "./metrics/log-loss.js";
export {
  type BootstrapMetric,
  type PairedBootstrap,
  pairedBootstrap,
  type PairedBootstrapOptions,
} from "./metrics/paired-bootstrap.js";
export { precisionAtK, recallAtK } from "./metrics/precision-at-k.js";
export {
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  r2Score,
  rootMeanSquaredError,
} from "./metrics/regression.js";
export { rocAuc, type RocAucOptions } from "./metrics/roc-auc.js";
export {
  crossValPredict,
  type CrossValPredictOptions,
  type PredictedBy,
} from "./model-selection/cross-val-predict.js";
export {
  type CrossValidateOptions,
  crossValidate,
  type CrossValidation,
  type CrossValidationOptions,
  crossValScore,
  type Fold,
} from "./model-selection/cross-validate.js";
export type { RegistryModule } from "./model-selection/fit-fold.js";
export type { CrossValidator, ValidationSplit } from "./model-selection/inner-split.js";
export type { ModelOutputs } from "./model-selection/model-outputs.js";
export type {
  DecisionScorer,
  ModelScorer,
  PredictScorer,
  ProbabilityScorer,
  ScoreContext,
  Scorer,
} from "./model-selection/scorer.js";
export {
  type ByScore,
  evaluate,
  type Scoring,
  type ScoringName,
  type Scorings,
} from "./model-selection/scoring.js";
export {
  type Choice,
  choice,
  type Distribution,
  integer,
  logUniform,
  type NumberDistribution,
  uniform,
} from "./model-selection/search/distributions.js";
export { GridSearch, gridSearchCodec, type GridSearchParams } from "./model-selection/search/grid-search.js";
export { modelSelectionCodecs } from "./model-selection/search/model-selection-codecs.js";
export type { ParamDistributions, ParamGrid } from "./model-selection/search/param-grid.js";
export type { ParamSearch, SearchFitOptions } from "./model-selection/search/param-search.js";
export {
  RandomizedSearch,
  randomizedSearchCodec,
  type RandomizedSearchParams,
} from "./model-selection/search/randomized-search.js";
export { type FittedSearch, SearchModel } from "./model-selection/search/search-model.js";
export type { SearchParams } from "./model-selection/search/search-params.js";
export type { SearchChoice, SearchResult, SearchTable } from "./model-selection/search/search-results.js";
export { DelayedLabelSplit } from "./model-selection/splits/delayed-label-split.js";
export { GroupKFold } from "./model-selection/splits/group-k-fold.js";
export { KFold } from "./model-selection/splits/k-fold.js";
export { LeaveOneGroupOut } from "./model-selection/splits/leave-one-group-out.js";
export {
  GroupShuffleSplit,
  ShuffleSplit,
  StratifiedShuffleSplit,
} from "./model-selection/splits/shuffle-split.js";
export {
  ConfiguredSplitter,
  type Split,
  type Splitter,
  type SplitterJson,
} from "./model-selection/splits/splitter.js";
export { StratifiedGroupKFold } from "./model-selection/splits/stratified-group-k-fold.js";
export { StratifiedKFold } from "./model-selection/splits/stratified-k-fold.js";
export { TimeSeriesSplit } from "./model-selection/splits/time-series-split.js";
export {
  type TrainTest,
  trainTestSplit,
  type TrainTestSplitOptions,
} from "./model-selection/splits/train-test-split.js";
export { batches } from "./dataset/batches.js";
export { type CsvBatchOptions, csvBatches } from "./dataset/csv/csv-batches.js";
export type { CsvOptions } from "./dataset/csv/csv-options.js";
export type { CsvSource } from "./dataset/csv/csv-source.js";
export { readCsv } from "./dataset/csv/read-csv.js";
export { toCsv } from "./dataset/csv/to-csv.js";
export { fromArrow, type FromArrowOptions } from "./dataset/from-arrow.js";
export { type Batch, fromBatches, type FromBatchesOptions } from "./dataset/from-batches.js";
export {
  type DatasetFromMatrix,
  fromMatrix,
  type FromMatrixOptions,
  type MatrixLike,
} from "./dataset/from-matrix.js";
export { fromRows, type FromRowsOptions } from "./dataset/from-rows.js";
export type { ReadOptions, ReadProgress } from "./dataset/read-options.js";
export {
  type ArtifactFolder,
  decodeArtifactFolder,
  encodeArtifactFolder,
} from "./artifact/artifact-folder.js";
export type { ArrowTable } from "./dataset/arrow-table.js";
export type { CellKind, CellType } from "./dataset/cell-type.js";
export type { RowType } from "./dataset/row-type.js";
export { type VegaLiteSpec, vegaLite } from "./plots/vega-lite.js";

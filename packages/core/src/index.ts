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
export type { StoredTensor, TensorData } from "./artifact/safetensors.js";
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
export { Dataset, type DatasetFor, type LabelledDataset, type Roles } from "./dataset/dataset.js";
export {
  alignFeatures,
  type CsrMatrix,
  csrFeatures,
  denseFeatures,
  denseNames,
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
  classTarget,
  type Label,
  numericTarget,
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
export { chain, gatherAll } from "./estimator/awaitable.js";
export {
  type Awaitable,
  canClassify,
  canCluster,
  canDecide,
  canEmbed,
  canFitTransform,
  canPredictProbability,
  canRegress,
  canScoreSamples,
  canTransform,
  type Classifies,
  type Clusters,
  type Decides,
  type Embeds,
  type FitTransforms,
  type PredictsProbability,
  type Regresses,
  type ScoresSamples,
  type Transforms,
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
export { Random } from "./random.js";
export { VERSION } from "./version.js";

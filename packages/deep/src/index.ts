export { aliveTensors } from "./backend/alive-tensors.js";
export { type BackendChoice, type BackendName, selectBackend } from "./backend/select-backend.js";
export { deepCodecs } from "./codecs.js";
export { defineLoss, type LossDefinition } from "./custom/define-loss.js";
export {
  defineTrainStep,
  type StepNumbers,
  type StepResult,
  type TrainStep,
  type TrainStepDefinition,
} from "./custom/define-train-step.js";
export type { LayerContext, LayerPlan, WeightPlan } from "./custom/layer-plan.js";
export { type Operand, type Ops, ops, type Tensor } from "./custom/ops.js";
export { type Values, valueAndGradients } from "./custom/value-and-gradients.js";
export type { EvaluateOptions, EvaluationData, EvaluationResult } from "./estimators/evaluate-network.js";
export { Autoencoder, autoencoderCodec, type AutoencoderModel } from "./estimators/autoencoder.js";
export {
  ContrastiveSequenceEncoder,
  contrastiveSequenceEncoderCodec,
  type ContrastiveSequenceEncoderModel,
} from "./estimators/contrastive-sequence-encoder.js";
export { MlpClassifier, mlpClassifierCodec, type MlpClassifierModel } from "./estimators/mlp-classifier.js";
export { MlpRegressor, mlpRegressorCodec, type MlpRegressorModel } from "./estimators/mlp-regressor.js";
export {
  NeuralClassifier,
  neuralClassifierCodec,
  type NeuralClassifierModel,
} from "./estimators/neural-classifier.js";
export {
  type MultiTaskFitOptions,
  NeuralMultiTask,
  neuralMultiTaskCodec,
} from "./estimators/neural-multi-task.js";
export type { MultiTaskEvaluateOptions } from "./estimators/multi-task-metrics.js";
export type { NeuralMultiTaskModel } from "./estimators/multi-task-model.js";
export type { HeadSettings, HeadState } from "./estimators/multi-task-heads.js";
export {
  NeuralRegressor,
  neuralRegressorCodec,
  type NeuralRegressorModel,
} from "./estimators/neural-regressor.js";
export type { Disposes } from "./estimators/prepared-network.js";
export {
  VariationalAutoencoder,
  variationalAutoencoderCodec,
  type VariationalAutoencoderModel,
} from "./estimators/variational-autoencoder.js";
export type { NetworkFitOptions } from "./estimators/network-fit-options.js";
export type { BatchNormOptions } from "./layers/batch-norm.js";
export type { Conv2dOptions } from "./layers/conv2d.js";
export type { Conv2dTransposeOptions } from "./layers/conv2d-transpose.js";
export type { DepthwiseConv2dOptions, SeparableConv2dOptions } from "./layers/depthwise-conv2d.js";
export type { GroupNormOptions } from "./layers/group-norm.js";
export type { Borders } from "./layers/image-shape.js";
export type { ImagePadding, Pair } from "./layers/image-window.js";
export type { LayerNormOptions } from "./layers/layer-norm.js";
export type { Pool2dOptions } from "./layers/pooling2d.js";
export type { RmsNormOptions } from "./layers/rms-norm.js";
export type { Upsample2dOptions } from "./layers/upsample2d.js";
export type { Activation } from "./layers/activation.js";
export type { AttentionOptions } from "./layers/attention.js";
export type { AttentionPoolOptions } from "./layers/attention-pool.js";
export type { BidirectionalOptions } from "./layers/bidirectional.js";
export type { Conv1dOptions } from "./layers/conv1d.js";
export type { Conv1dTransposeOptions } from "./layers/conv1d-transpose.js";
export type { DenseOptions } from "./layers/dense.js";
export type { DepthwiseConv1dOptions, SeparableConv1dOptions } from "./layers/depthwise-conv1d.js";
export type { DropoutOptions } from "./layers/dropout.js";
export type { EmbeddingOptions } from "./layers/embedding.js";
export type { FeatureTokenizerOptions } from "./layers/feature-tokenizer.js";
export type { GatedResidualOptions, GluOptions, HighwayOptions } from "./layers/gated.js";
export type { GruOptions } from "./layers/gru.js";
export type { DotOptions } from "./layers/join.js";
export type { LstmOptions } from "./layers/lstm.js";
export type { MultiHeadAttentionOptions } from "./layers/multi-head-attention.js";
export type { GaussianNoiseOptions } from "./layers/noise.js";
export type { Pool1dOptions } from "./layers/pooling1d.js";
export type {
  PositionalEmbeddingOptions,
  SinusoidalPositionsOptions,
} from "./layers/positional-embedding.js";
export type { PreluOptions } from "./layers/prelu.js";
export type { SimpleRnnOptions } from "./layers/simple-rnn.js";
export type { TransformerEncoderOptions } from "./layers/transformer-encoder.js";
export { csvLog, type CsvLogOptions } from "./logs/csv-log.js";
export { tensorBoardLog } from "./logs/tensor-board-log.js";
export type { LogOptions, TrainingLog } from "./logs/training-log.js";
export { streamingMetric } from "./metrics/metric-factory.js";
export type { MetricInput } from "./metrics/metric-settings.js";
export type { MetricKind, MetricTask, PerClassMetric, StreamingMetric } from "./metrics/streaming-metric.js";
export { defineNetwork, type NetworkDefinition } from "./network/define-network.js";
export { type Initializer, initializers } from "./network/initializer.js";
export type { NetworkBuilder } from "./network/network-builder.js";
export type { ImageScaling, NetworkInputs, SequenceInput } from "./network/network-inputs.js";
export type { NetworkOptions } from "./network/network-list.js";
export type { NetworkSettings } from "./network/network-settings.js";
export type { LayerType } from "./network/graph.js";
export type { LayerSummary, NetworkSummary } from "./network/network-summary.js";
export { networkDiagram, networkMermaid } from "./plots/network-diagram.js";
export { mirrored, type MirroredOptions, type Strategy } from "./parallel/mirrored.js";
export type { StreamFitOptions, StreamSource } from "./streaming/stream-options.js";
export { trainingCurves } from "./plots/training-curves.js";
export { type CheckpointStore, fileCheckpoint } from "./training/checkpoint.js";
export type { TrainingHistory } from "./training/progress.js";
export type { Code, Image, ImageSize, StepCodes, Steps, Vector } from "./network/node.js";
export { adapt, type AdaptedLayer, type AdaptedOutput } from "./preprocessing/layers/adapt.js";
export { categoryEncoding, type CategoryEncodingOptions } from "./preprocessing/layers/category-encoding.js";
export { discretization, type DiscretizationOptions } from "./preprocessing/layers/discretization.js";
export { hashedCrossing, type HashedCrossingOptions } from "./preprocessing/layers/hashed-crossing.js";
export { hashing, type HashingOptions } from "./preprocessing/layers/hashing.js";
export { integerLookup, type IntegerLookupOptions } from "./preprocessing/layers/integer-lookup.js";
export { normalization, type NormalizationOptions } from "./preprocessing/layers/normalization.js";
export type {
  LayerCodes,
  LayerState,
  PreprocessingLayer,
} from "./preprocessing/layers/preprocessing-layer.js";
export { rescaling, type RescalingOptions } from "./preprocessing/layers/rescaling.js";
export { stringLookup, type StringLookupOptions } from "./preprocessing/layers/string-lookup.js";
export {
  textVectorization,
  type TextVectorizationOptions,
} from "./preprocessing/layers/text-vectorization.js";

export { aliveTensors } from "./backend/alive-tensors.js";
export { type BackendChoice, type BackendName, selectBackend } from "./backend/select-backend.js";
export { deepCodecs } from "./codecs.js";
export { defineLoss, type LossDefinition } from "./custom/define-loss.js";
export type { LayerContext, LayerPlan, WeightPlan } from "./custom/layer-plan.js";
export { type Operand, type Ops, ops, type Tensor } from "./custom/ops.js";
export { type Values, valueAndGradients } from "./custom/value-and-gradients.js";
export {
  NeuralClassifier,
  neuralClassifierCodec,
  type NeuralClassifierModel,
} from "./estimators/neural-classifier.js";
export {
  NeuralRegressor,
  neuralRegressorCodec,
  type NeuralRegressorModel,
} from "./estimators/neural-regressor.js";
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
export { defineNetwork, type NetworkDefinition } from "./network/define-network.js";
export { type Initializer, initializers } from "./network/initializer.js";
export type { NetworkBuilder } from "./network/network-builder.js";
export type { ImageScaling, NetworkInputs, SequenceInput } from "./network/network-inputs.js";
export type { NetworkOptions } from "./network/network-list.js";
export type { NetworkSettings } from "./network/network-settings.js";
export { trainingCurves } from "./plots/training-curves.js";
export { type CheckpointStore, fileCheckpoint } from "./training/checkpoint.js";
export type { TrainingHistory } from "./training/progress.js";
export type { Code, Image, ImageSize, StepCodes, Steps, Vector } from "./network/node.js";

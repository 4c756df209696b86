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
export { defineNetwork, type NetworkDefinition } from "./network/define-network.js";
export { type Initializer, initializers } from "./network/initializer.js";
export type { NetworkBuilder } from "./network/network-builder.js";
export type { NetworkInputs, SequenceInput } from "./network/network-inputs.js";
export type { NetworkOptions } from "./network/network-list.js";
export type { NetworkSettings } from "./network/network-settings.js";
export type { Code, StepCodes, Steps, Vector } from "./network/node.js";
export { trainingCurves } from "./plots/training-curves.js";
export { type CheckpointStore, fileCheckpoint } from "./training/checkpoint.js";
export type { TrainingHistory } from "./training/progress.js";

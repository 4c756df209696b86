import type { Dataset, DatasetSchema, FitRun, LabelledDataset, TensorReader } from "@strata-ml/core";
import { z } from "zod";
import { Network } from "../../network/network.js";
import { networkSettingsShape } from "../../network/network-settings.js";
import { EpochSampler } from "../../training/epoch-sampler.js";
import type { RowLoss } from "../../training/losses/row-loss.js";
import { minimiseLoss } from "../../training/minimise-loss.js";
import { fitNetwork, splitRows } from "../fit-network.js";
import type { LearningRows } from "../learning-rows.js";
import { FittedNetwork } from "../fitted-network.js";
import { decodeFittedNetwork } from "../fitted-network-codec.js";
import { trainingShape } from "../training-params.js";
import { lbfgsPlan } from "./lbfgs-plan.js";
import { mlpNetwork, plainEncoder } from "./mlp-network.js";
import type { MlpParams } from "./mlp-params.js";
import { MlpRule } from "./mlp-rule.js";

const settings = z.strictObject({ ...networkSettingsShape, ...trainingShape });
type Settings = z.output<typeof settings>;

/** The params as training takes them; what the network is made of it does not read. */
function settingsOf(params: MlpParams, rows: number): Settings {
  const { solver, beta1, beta2, epsilon, momentum, nesterovsMomentum: nesterov } = params;
  return settings.parse({
    epochs: params.maxIter,
    batchSize: Math.min(rows, params.batchSize === "auto" ? 200 : params.batchSize),
    learningRate: params.learningRateInit,
    optimizer:
      solver === "adam" ? { name: "adam", beta1, beta2, epsilon } : { name: "sgd", momentum, nesterov },
    weightDecay: 0,
    clipNorm: null,
    // The best weights are kept, and the rule says when training ends.
    patience: params.earlyStopping ? Number.MAX_SAFE_INTEGER : null,
    validationFraction: params.validationFraction,
    seed: params.seed,
  });
}

/** Training rows, and those held out where early stopping asks for them; `codes` are classes, for a stratified split. */
export function splitMlpRows(
  params: MlpParams,
  data: LabelledDataset,
  validation: LabelledDataset | undefined,
  codes?: Int32Array,
): { readonly train: LabelledDataset; readonly validation: LabelledDataset | undefined } {
  return splitRows(data, validation, settingsOf(params, data.rows), codes);
}

/** Trains a multilayer perceptron on numbers as they come. */
export async function fitMlp(
  params: MlpParams,
  features: DatasetSchema,
  rows: { readonly train: LearningRows; readonly validation: LearningRows | undefined },
  { outputs, loss }: { readonly outputs: number; readonly loss: RowLoss },
  run: FitRun,
  model?: FittedNetwork,
): Promise<FittedNetwork> {
  const count = rows.train.data.rows;
  const zero = new Float32Array(outputs);
  const definition = mlpNetwork(params);
  const settings = settingsOf(params, count);
  const encoder = model?.encoder ?? plainEncoder(features);
  const network = Network.build(definition, encoder.layout, outputs, settings);
  // Built anew, since the network of the model that is updated may have another penalty.
  const start = model && new FittedNetwork(encoder, network, model.weights, zero, model.history);
  if (params.solver === "lbfgs") {
    const plan = await lbfgsPlan(params, { network, encoder, features, loss, ...rows, start }, run);
    const { weights, history } = await minimiseLoss(plan, run);
    return new FittedNetwork(encoder, network, weights, zero, history);
  }
  return fitNetwork(
    {
      definition,
      settings,
      loss,
      features,
      ...rows,
      sampler: new EpochSampler(count),
      start,
      encoder,
      rule: new MlpRule(params, count),
      offsets: { training: zero, prediction: zero },
    },
    run,
  );
}

/** The params that a perceptron must share with one that it goes on from. */
export const mlpShapeNames = [
  "hiddenLayerSizes",
  "activation",
] as const satisfies readonly (keyof MlpParams)[];

/** A perceptron of an artifact. */
export function decodeMlp(
  owner: string,
  params: MlpParams,
  outputs: number,
  parts: {
    readonly features: DatasetSchema;
    readonly state: Parameters<typeof decodeFittedNetwork>[4]["state"];
    readonly tensors: TensorReader;
  },
): FittedNetwork {
  const { network, weights, offset, history } = decodeFittedNetwork(
    owner,
    mlpNetwork(params),
    settingsOf(params, 1),
    outputs,
    parts,
  );
  return new FittedNetwork(plainEncoder(parts.features), network, weights, offset, history);
}

/** Kinds of features that are numbers. */
export const mlpKinds = [
  "numeric",
  "tensor",
] as const satisfies readonly Dataset["featureSchema"][number]["kind"][];

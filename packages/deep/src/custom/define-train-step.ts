import { describe, listNames, ParamError, type Random } from "@strata-ml/core";
import type { Tensor } from "./ops.js";

/** The inputs of a batch that are numbers, which a training step may change; categories, texts and masks stay as they are. */
export interface StepNumbers {
  /** Rows x width: the standardised numbers. */
  readonly numeric?: Tensor | undefined;
  /** Rows x height x width x channels, by column. */
  readonly images?: Readonly<Record<string, Tensor>>;
  /** Rows x steps x width: the standardised numbers of sequences, padded, by column. */
  readonly sequences?: Readonly<Record<string, Tensor>>;
}

/** The loss of a step, one number, and its gradient for each trained weight, by name. */
export interface StepResult {
  readonly loss: Tensor;
  readonly gradients: Readonly<Record<string, Tensor>>;
}

/** What a training step of one's own is given: some rows of a step (all of them without accumulation and replicas). */
export interface TrainStep {
  readonly rows: number;
  readonly inputs: StepNumbers;
  /** Rows x outputs: 0 or 1 for two classes, one-hot for more, standardised numbers of a regression. */
  readonly targets: Tensor;
  /** One a row. */
  readonly weights: Tensor;
  /** Random numbers of this step, the same in every run with the same seed. */
  readonly random: Random;
  /**
   * Outputs (rows x outputs) before any sigmoid or softmax, as in training; each call drops other units. With changed numbers
   * in place of the batch's, of the same shapes. `training: false` neither drops nor moves running statistics.
   */
  forward(changed?: StepNumbers, options?: { readonly training?: boolean }): Tensor;
  /** The loss of each row by the estimator's `loss`, for the batch's targets or others. */
  rowLosses(outputs: Tensor, targets?: Tensor): Tensor;
  /** The weighted mean of one number a row, times the part that these rows have in the whole step: parts and replicas are summed. */
  mean(perRow: Tensor): Tensor;
  /** The mean of the row losses. */
  loss(outputs: Tensor, targets?: Tensor): Tensor;
  /** One number and its gradients for the trained weights: what a step gives. */
  valueAndGradients(f: () => Tensor): StepResult;
  /** The gradient of one number for other tensors, such as inputs; the function gets them in that order and must use them. */
  gradients(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): readonly Tensor[];
}

/** A training step of your own under a name: params and artifacts hold the name alone. */
export interface TrainStepDefinition {
  readonly name: string;
  /** The loss and its gradients; the optimizer then makes the step. */
  readonly run: (step: TrainStep) => StepResult;
}

/**
 * A training step of your own, in place of the gradient of the mean loss: mixup, adversarial training, consistency between two
 * passes. `run` must be synchronous and keep nothing; every tensor is freed after it. Validation and prediction don't use it.
 *
 * @throws ParamError for an empty name; fit throws one for a step that gives no loss and gradients of the weights' shapes.
 * @example
 * // Zhang and others 2018: rows mixed with other rows, targets in the same proportion.
 * const mixup = defineTrainStep("mixup", (step) => {
 *   const order = ops.tensor(step.random.permutation(step.rows), [step.rows], "int32");
 *   const part = step.random.uniform();
 *   const mixed = (x: Tensor) => ops.add(ops.mul(x, part), ops.mul(ops.gather(x, order), 1 - part));
 *   return step.valueAndGradients(() =>
 *     step.loss(step.forward({ numeric: mixed(step.inputs.numeric!) }), mixed(step.targets)),
 *   );
 * });
 * // Goodfellow and others 2015: inputs moved a little to where the loss is higher.
 * const adversarial = defineTrainStep("adversarial", (step) => {
 *   const numeric = step.inputs.numeric!;
 *   const [slope] = step.gradients((x) => step.loss(step.forward({ numeric: x })), [numeric]);
 *   const moved = ops.add(numeric, ops.mul(ops.sub(ops.greater(slope, 0), ops.less(slope, 0)), 0.1));
 *   return step.valueAndGradients(() => step.loss(step.forward({ numeric: moved })));
 * });
 * const options = { trainSteps: [mixup, adversarial] };
 * const data = fromColumns({ a: [1, 2, 3, 4, 5, 6], y: [0, 0, 0, 1, 1, 1] }, { target: "y" });
 * await new NeuralClassifier({ trainStep: "mixup", epochs: 2 }, options).fit(data);
 */
export function defineTrainStep(name: string, run: TrainStepDefinition["run"]): TrainStepDefinition {
  if (typeof name !== "string" || name === "")
    throw new ParamError(
      "defineTrainStep",
      `name must be a string that is not empty, received ${describe(name)}`,
    );
  if (typeof run !== "function")
    throw new ParamError("defineTrainStep", `run must be a function, received ${describe(run)}`);
  return { name, run };
}

/** The training step of that name among those passed; undefined for no name. Throws {@link ParamError} that says what to pass. */
export function findTrainStep(
  owner: string,
  name: string | null,
  trainSteps: readonly TrainStepDefinition[] = [],
): TrainStepDefinition | undefined {
  if (name === null) return undefined;
  const found = trainSteps.find((step) => step.name === name);
  if (found) return found;
  const names = trainSteps.map((step) => step.name);
  const known = names.length > 0 ? `null or one of ${listNames(names, 20)}` : "null";
  throw new ParamError(
    owner,
    `trainStep must be ${known}, received ${describe(name)}: pass its definition, as in new ${owner}(params, { trainSteps: [...] }), or to load a model deepCodecs({ trainSteps: [...] })`,
  );
}

import { describe, ParamError, type Random } from "@strata-ml/core";
import { gradientsOf } from "../backend/gradients.js";
import { add, div, engine, mul, sum, type Tensor, zerosLike } from "../backend/tensors.js";
import type { StepNumbers, StepResult, TrainStep, TrainStepDefinition } from "../custom/define-train-step.js";
import type { Tensor as OwnTensor } from "../custom/ops.js";
import type { PassInputs } from "../network/evaluate.js";
import { feedKey } from "../network/feed-key.js";
import type { Network } from "../network/network.js";
import type { RowLoss } from "./losses/row-loss.js";
import { networkPass } from "./network-losses.js";

/** What a training step of one's own is made for. */
export interface OwnStepInputs {
  readonly network: Network;
  readonly loss: RowLoss;
  readonly feeds: ReadonlyMap<string, Tensor>;
  readonly targets: Tensor;
  readonly weights: Tensor;
  readonly offset: Tensor;
  /** The trained weights. */
  readonly trained: ReadonlyMap<string, Tensor>;
  /** Running statistics, with what this step made of them so far. */
  readonly running: () => ReadonlyMap<string, Tensor>;
  readonly training: NonNullable<PassInputs["training"]>;
  /** Rows of the whole step, of which these are some. */
  readonly rows: number;
}

/**
 * The loss and the gradients, in the order of the trained weights, by a step of one's own. Call it in a tidy.
 *
 * @throws ParamError for a result that is none.
 */
export function ownGradients(
  { name, run }: TrainStepDefinition,
  inputs: OwnStepInputs,
): { readonly value: Tensor; readonly gradients: readonly Tensor[] } {
  const owner = `train step '${name}'`;
  const result = run(trainStepOf(owner, inputs)) as Partial<StepResult> | undefined;
  const { loss, gradients } = result ?? {};
  if (typeof gradients !== "object" || gradients === null || loss?.size !== 1) {
    const got = result instanceof Promise ? "a promise" : describe(result);
    throw new ParamError(owner, `run must give { loss, gradients } with one number as loss, received ${got}`);
  }
  const ordered = [...inputs.trained].map(([weight, { shape }]) => {
    const gradient = gradients[weight] as Tensor | undefined;
    if (String(gradient?.shape) !== String(shape))
      throw new ParamError(
        owner,
        `the gradient of '${weight}' must be ${shape.join(" x ")} numbers, received ${gradient?.shape?.join(" x ") ?? describe(gradient)}`,
      );
    return gradient!;
  });
  return { value: loss as Tensor, gradients: ordered };
}

function trainStepOf(owner: string, inputs: OwnStepInputs): TrainStep {
  const { network, feeds, targets, weights, offset, trained, running, training, rows, loss } = inputs;
  let passes = 0;
  // What layers add to the loss goes with the outputs of the pass.
  const added = new WeakMap<object, readonly Tensor[]>();
  const forward = (
    changed: StepNumbers = {},
    { training: asTraining = true }: { readonly training?: boolean } = {},
  ): Tensor => {
    const pass = passes++;
    const random = (layer: string): Random => training.random(pass === 0 ? layer : `${layer}#${pass}`);
    const inputs = {
      feeds: new Map([...feeds, ...changedFeeds(owner, feeds, changed)]),
      weights: new Map([...running(), ...trained]),
      ...(asTraining && { training: { ...training, random } }),
    };
    const { outputs, terms } = networkPass(network, inputs, offset);
    added.set(outputs, terms);
    return outputs;
  };
  const rowLosses = (outputs: OwnTensor, own?: OwnTensor): Tensor =>
    (added.get(outputs) ?? []).reduce(
      (total, term) => add(total, term),
      loss(outputs as Tensor, (own as Tensor | undefined) ?? targets),
    );
  const mean = (perRow: OwnTensor): Tensor => div(sum(mul(perRow as Tensor, weights)), rows);
  const oneNumber = (value: OwnTensor): Tensor => {
    if (value?.size !== 1)
      throw new ParamError(
        owner,
        `the function must give one number, received ${value?.shape?.join(" x ") ?? describe(value)}`,
      );
    return value as Tensor;
  };
  // Kernels' gradients have none of their own on every backend.
  const requireOutside = (what: string): void => {
    if (engine().state.gradientDepth > 0)
      throw new ParamError(
        owner,
        `${what} must be called outside of another one's function, received a call within`,
      );
  };
  return {
    rows: weights.size,
    inputs: numbersOf(feeds),
    targets,
    weights,
    random: training.random("\0trainStep"),
    forward,
    rowLosses,
    mean,
    loss: (outputs, own) => mean(rowLosses(outputs, own)),
    valueAndGradients(f) {
      requireOutside("valueAndGradients");
      const { value, gradients } = gradientsOf(() => oneNumber(f()), [...trained.values()]);
      const named = [...trained].map(([weight, held], i) => [weight, gradients[i] ?? zerosLike(held)]);
      return { loss: value, gradients: Object.fromEntries(named) as StepResult["gradients"] };
    },
    gradients(f, held) {
      requireOutside("gradients");
      const { gradients } = gradientsOf(() => oneNumber(f(...held)), held as readonly Tensor[]);
      return held.map((input, i) => gradients[i] ?? zerosLike(input as Tensor));
    },
  };
}

/** The inputs that are numbers, by the kind and name in their keys. */
function numbersOf(feeds: ReadonlyMap<string, Tensor>): StepNumbers {
  const images: Record<string, Tensor> = {};
  const sequences: Record<string, Tensor> = {};
  for (const [key, held] of feeds) {
    const [kind, column, ...part] = JSON.parse(key) as string[];
    if (kind === "image") images[column] = held;
    if (kind === "sequence" && part.length === 1 && part[0] === "numeric") sequences[column] = held;
  }
  return { numeric: feeds.get(feedKey("numeric")), images, sequences };
}

function changedFeeds(
  owner: string,
  feeds: ReadonlyMap<string, Tensor>,
  { numeric, images = {}, sequences = {} }: StepNumbers,
): [string, Tensor][] {
  const changed: [string, string, OwnTensor][] = [
    ...(numeric ? [["numeric", feedKey("numeric"), numeric] as [string, string, OwnTensor]] : []),
    ...Object.entries(images).map(([name, x]): [string, string, OwnTensor] => [
      `image '${name}'`,
      feedKey("image", name),
      x,
    ]),
    ...Object.entries(sequences).map(([name, x]): [string, string, OwnTensor] => [
      `sequence '${name}'`,
      feedKey("sequence", name, "numeric"),
      x,
    ]),
  ];
  return changed.map(([what, key, x]) => {
    const held = feeds.get(key);
    if (String(held?.shape) !== String(x.shape))
      throw new ParamError(
        owner,
        `forward: ${what} must be ${held ? held.shape.join(" x ") : "left out: there is none"}, received ${x.shape.join(" x ")}`,
      );
    return [key, x as Tensor];
  });
}

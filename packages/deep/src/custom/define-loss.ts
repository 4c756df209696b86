import { describe, listNames, ParamError } from "@strata-ml/core";
import type { RowLoss } from "../training/losses/row-loss.js";
import type { Tensor } from "./ops.js";

/** A loss of your own under a name: params and artifacts hold the name alone. */
export interface LossDefinition {
  readonly name: string;
  /** The loss of each row, from outputs before any sigmoid or softmax and targets, both rows x outputs. */
  readonly rows: (outputs: Tensor, targets: Tensor) => Tensor;
}

/**
 * A loss of your own, for {@link NeuralClassifier} (targets 0 or 1 for two classes, one-hot for more) and
 * {@link NeuralRegressor} (standardised targets). `rows` gives one number a row; sample weights are applied to them.
 *
 * @throws ParamError for an empty name.
 * @example
 * const overshoot = defineLoss("overshoot", (outputs, targets) => {
 *   const error = ops.sub(outputs, targets);
 *   return ops.mean(ops.add(ops.square(error), ops.relu(error)), 1);
 * });
 * const estimator = new NeuralRegressor({ loss: "overshoot" }, { losses: [overshoot] });
 */
export function defineLoss(name: string, rows: LossDefinition["rows"]): LossDefinition {
  if (typeof name !== "string" || name === "")
    throw new ParamError("defineLoss", `name must be a string that is not empty, received ${describe(name)}`);
  return { name, rows };
}

/** The loss of that name among those passed. Throws {@link ParamError} that says what to pass. */
export function findLoss(
  owner: string,
  name: string,
  known: readonly string[],
  losses: readonly LossDefinition[] = [],
): LossDefinition {
  const found = losses.find((loss) => loss.name === name);
  if (found) return found;
  const names = [...known, ...losses.map((loss) => loss.name)];
  throw new ParamError(
    owner,
    `loss must be one of ${listNames(names, 20)}, received ${describe(name)}: pass its definition, as in new ${owner}(params, { losses: [...] })`,
  );
}

/** A loss as training takes it; throws {@link ParamError} where it gives another shape than one number a row. */
export function rowLossOf(owner: string, { name, rows }: LossDefinition): RowLoss {
  return (outputs, targets) => {
    const losses = rows(outputs, targets);
    if (losses.shape.length !== 1 || losses.shape[0] !== outputs.shape[0])
      throw new ParamError(
        owner,
        `loss '${name}' must give ${outputs.shape[0]} numbers, one a row, received ${losses.shape.join(" x ") || "one"}`,
      );
    return losses as ReturnType<RowLoss>;
  };
}

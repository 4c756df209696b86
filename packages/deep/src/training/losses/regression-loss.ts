import { z } from "zod";
import {
  absolute,
  add,
  maximum,
  minimum,
  mul,
  softplus,
  square,
  sub,
  type Tensor,
} from "../../backend/tensors.js";
import { findLoss, type LossDefinition, rowLossOf } from "../../custom/define-loss.js";
import { meanOfOutputs, type RowLoss } from "./row-loss.js";

const settings = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("squaredError") }),
  z.strictObject({ name: z.literal("absoluteError") }),
  z.strictObject({
    name: z.literal("huber"),
    delta: z
      .number()
      .positive()
      .default(1)
      .describe("Error, in standard deviations, beyond which the loss is a straight line"),
  }),
  z.strictObject({ name: z.literal("logCosh") }),
  z.strictObject({
    name: z.literal("quantile"),
    quantile: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.5)
      .describe("Share of the targets that predictions should lie above"),
  }),
]);
type RegressionLoss = z.output<typeof settings>;

export const regressionLossNames = [
  "squaredError",
  "absoluteError",
  "huber",
  "logCosh",
  "quantile",
] as const satisfies readonly RegressionLoss["name"][];

/** A loss of a regression by name, one's own among them, or with settings of its own. */
export const regressionLossSchema = z.union([z.string(), settings]);

/**
 * The mean over outputs of what each is off by.
 *
 * @param own losses by {@link defineLoss}
 * @throws ParamError for a name that is none.
 */
export function regressionLoss(
  owner: string,
  given: z.output<typeof regressionLossSchema>,
  own?: readonly LossDefinition[],
): RowLoss {
  if (typeof given === "string" && !(regressionLossNames as readonly string[]).includes(given))
    return rowLossOf(owner, findLoss(owner, given, regressionLossNames, own));
  const loss = typeof given === "string" ? settings.parse({ name: given }) : given;
  const of = errorLoss(loss);
  return (outputs, targets) => meanOfOutputs(of(sub(targets, outputs)));
}

/** The loss of errors: target less output. */
function errorLoss(loss: RegressionLoss): (error: Tensor) => Tensor {
  switch (loss.name) {
    case "squaredError":
      return (error) => square(error);
    case "absoluteError":
      return (error) => absolute(error);
    case "huber": {
      // Huber 1964: the square up to delta, the straight line on from there.
      const { delta } = loss;
      return (error) => {
        const size = absolute(error);
        const inner = minimum(size, delta);
        return mul(inner, sub(size, mul(inner, 0.5)));
      };
    }
    case "logCosh":
      return (error) => sub(add(error, softplus(mul(error, -2))), Math.LN2);
    case "quantile":
      // Koenker and Bassett 1978.
      return (error) => maximum(mul(error, loss.quantile), mul(error, loss.quantile - 1));
  }
}

import { add, div, slice } from "../../backend/tensors.js";
import type { LossDefinition } from "../../custom/define-loss.js";
import { classLoss } from "./class-loss.js";
import type { RowLoss } from "./row-loss.js";

/**
 * The loss of all outputs of a classification, of so many classes each: the mean of what each would have alone. Logits of the outputs
 * lie side by side, one for two classes and else one a class. A loss of one's own gets those of all outputs together.
 */
export function outputsLoss(
  owner: string,
  given: Parameters<typeof classLoss>[1],
  classes: readonly number[],
  own?: readonly LossDefinition[],
): RowLoss {
  const losses = classes.map((count) => classLoss(owner, given, count, own));
  const isOwn = typeof given === "string" && own?.some(({ name }) => name === given);
  // Of two classes each, the loss of one output is the mean over columns already.
  if (isOwn || classes.every((count) => count === 2) || classes.length === 1) return losses[0];
  return (outputs, targets) => {
    const rows = outputs.shape[0];
    let from = 0;
    const each = losses.map((loss, k) => {
      const width = classes[k] === 2 ? 1 : classes[k];
      const part = [
        [0, from],
        [rows, width],
      ] as const;
      from += width;
      return loss(slice(outputs, [...part[0]], [...part[1]]), slice(targets, [...part[0]], [...part[1]]));
    });
    return div(
      each.reduce((sum, part) => add(sum, part)),
      losses.length,
    );
  };
}

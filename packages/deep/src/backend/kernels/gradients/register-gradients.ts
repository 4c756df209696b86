import { getGradient, registerGradient, unregisterGradient } from "../../tensors.js";
import { axisGradients } from "./axis-gradients.js";
import { binaryGradients } from "./binary-gradients.js";
import type { Gradient } from "./gradient.js";
import { productGradients } from "./product-gradients.js";
import { resizeGradients } from "./resize-gradients.js";

/** Gradients that tfjs lacks or has wrong, on every backend. */
export const ownGradients: readonly Gradient[] = [
  ...binaryGradients,
  ...axisGradients,
  ...productGradients,
  ...resizeGradients,
];

/** Puts our gradients before tfjs's. Call it once, after those are loaded. */
export function registerGradients(): void {
  for (const { name, saves, run } of ownGradients) {
    const original = getGradient(name) as ReturnType<typeof getGradient> | undefined;
    if (original) unregisterGradient(name);
    registerGradient({
      kernelName: name,
      ...(saves === "all" ? { saveAllInputs: true } : { inputsToSave: [...saves] }),
      gradFunc: (dy, saved, attrs) =>
        run(dy as never, saved, attrs, original && (() => original.gradFunc(dy, saved, attrs))),
    });
  }
}

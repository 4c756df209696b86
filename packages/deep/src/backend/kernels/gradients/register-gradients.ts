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

/** What stands in the registry for a gradient of ours. */
const registered = new Map<string, unknown>();

/**
 * Puts our gradients before tfjs's. Call it whenever a gradient is to be taken: a package that brings its own copy of tfjs, as
 * `@tensorflow/tfjs` does, puts tfjs's back on its import.
 */
export function registerGradients(): void {
  for (const { name, saves, run } of ownGradients) {
    const original = getGradient(name) as ReturnType<typeof getGradient> | undefined;
    if (original !== undefined && original === registered.get(name)) continue;
    if (original) unregisterGradient(name);
    const gradient: Parameters<typeof registerGradient>[0] = {
      kernelName: name,
      ...(saves === "all" ? { saveAllInputs: true } : { inputsToSave: [...saves] }),
      gradFunc: (dy, saved, attrs) =>
        run(dy as never, saved, attrs, original && (() => original.gradFunc(dy, saved, attrs))),
    };
    registerGradient(gradient);
    registered.set(name, gradient);
  }
}

import { engine, type Tensor } from "./tensors.js";
import { registerGradients } from "./kernels/gradients/register-gradients.js";

let loading: Promise<unknown> | undefined;

/**
 * Loads the gradients of all operations. In Node they come with the layers package alone, whose load takes longer
 * than the rest together: prediction does without.
 */
export async function loadGradients(): Promise<void> {
  loading ??= import("@tensorflow/tfjs-layers");
  await loading;
  registerGradients();
}

/**
 * The value of a function of tensors, and its gradient for each of them: undefined for one that it doesn't depend on. Of a
 * value of several numbers it is the gradient of their sum. Where the function throws, what the tape had saved is freed,
 * which the engine would forget. Call it in a tidy.
 */
export function gradientsOf(
  f: () => Tensor,
  inputs: readonly Tensor[],
): { readonly value: Tensor; readonly gradients: readonly (Tensor | undefined)[] } {
  const { state } = engine();
  const outer = state.gradientDepth > 0;
  try {
    const { value, grads } = engine().gradients(f, [...inputs], undefined, true);
    return { value, gradients: grads };
  } catch (error) {
    if (!outer)
      for (const { saved } of state.activeTape ?? []) for (const held of saved ?? []) held.dispose();
    throw error;
  }
}

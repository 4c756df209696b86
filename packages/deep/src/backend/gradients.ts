let loading: Promise<unknown> | undefined;

/**
 * Loads the gradients of all operations. In Node they come with the layers package alone, whose load takes longer
 * than the rest together: prediction does without.
 */
export async function loadGradients(): Promise<void> {
  loading ??= import("@tensorflow/tfjs-layers");
  await loading;
}

import { customGrad, fill, type GradSaveFunc, type Tensor, zerosLike } from "../backend/tensors.js";

/** A function of tensors whose gradient is zero. Without it, kernels that have none stop the way back to their inputs with an error. */
export function detached(f: (...inputs: Tensor[]) => Tensor, ...inputs: (Tensor | number)[]): Tensor {
  const tensors = inputs.map((input) => (typeof input === "number" ? fill([], input) : input));
  return customGrad((...given) => {
    const values = given.slice(0, -1) as Tensor[];
    (given.at(-1) as GradSaveFunc)(values);
    return {
      value: f(...values),
      gradFunc: (_: Tensor, saved: Tensor[]) => saved.map((held) => zerosLike(held)),
    };
  })(...tensors);
}

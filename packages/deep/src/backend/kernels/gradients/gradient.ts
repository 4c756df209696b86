import { type NamedAttrMap, reshape, sum, type Tensor } from "../../tensors.js";

/** The gradient of a kernel, in place of tfjs's own or where it has none. */
export interface Gradient {
  readonly name: string;
  /** Inputs that `run` needs, in this order; all of a kernel whose inputs are a list, for `"all"`. */
  readonly saves: readonly string[] | "all";
  /** Gradients by input, each worked out when it is asked for; `original` is tfjs's own. */
  run(
    dy: Tensor,
    saved: Tensor[],
    attrs: NamedAttrMap,
    original?: () => Record<string, () => Tensor>,
  ): Record<string, () => Tensor>;
}

/** Sums over the axes along which a tensor of `shape` was broadcast. */
export function summedTo(x: Tensor, shape: readonly number[]): Tensor {
  const more = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < more || (shape[axis - more] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(axes.length === 0 ? x : sum(x, axes), [...shape]);
}

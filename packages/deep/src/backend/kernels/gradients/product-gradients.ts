import { NotSupportedError } from "@strata-ml/core";
import { einsum, engine, expandDims, mul, type NamedAttrMap, ones, type Tensor } from "../../tensors.js";
import { hasHostKernel } from "../host-kernel.js";
import { type Gradient, summedTo } from "./gradient.js";

/** tfjs's own forgets to sum over a batch that one operand is repeated for. */
const batchMatMulGradient: Gradient = {
  name: "BatchMatMul",
  saves: ["a", "b"],
  run(_, saved, __, original) {
    const { a, b } = original!();
    return { a: () => summedTo(a(), saved[0].shape), b: () => summedTo(b(), saved[1].shape) };
  },
};

/** Convolutions whose gradient tfjs refuses for dilated filters; our kernels take them. */
const dilated = (name: string, inputKernel: string, filterKernel: string): Gradient => ({
  name,
  saves: ["x", "filter"],
  run(dy, [x, filter], attrs, original) {
    const { strides, pad, dimRoundingMode } = attrs;
    const dilations = (attrs.dilations as number[] | null | undefined) ?? [1, 1];
    if ([dilations].flat().every((rate) => rate === 1)) return original!();
    const run = (kernel: string, inputs: Record<string, Tensor>, more: NamedAttrMap): Tensor => {
      if (!hasHostKernel(kernel)) {
        throw new NotSupportedError(
          kernel,
          "gradients of dilated convolutions need the backend wasm or cpu, received another: take strides instead",
        );
      }
      return engine().runKernel(kernel, inputs, { strides, pad, dimRoundingMode, dilations, ...more });
    };
    return {
      x: () => run(inputKernel, { dy, filter }, { inputShape: x.shape }),
      filter: () => run(filterKernel, { x, dy }, { filterShape: filter.shape }),
    };
  },
});

/** The sum of dy and the other operand over what this operand lacks; what it alone has gets the same everywhere. */
function einsumOf(dy: Tensor, saved: Tensor[], which: number, equation: string): Tensor {
  const [ins, out] = equation.replaceAll(" ", "").split("->");
  const terms = ins.split(",");
  const own = terms[which];
  const others = terms.filter((_, i) => i !== which);
  const rest = saved.filter((_, i) => i !== which);
  const letters = own.split("");
  const known = new Set([out, ...others].join(""));
  const shared = letters.filter((letter) => known.has(letter)).join("");
  let back = einsum(`${[out, ...others].join(",")}->${shared}`, dy, ...rest);
  if (shared === own) return back;
  letters.forEach((letter, axis) => {
    if (!known.has(letter)) back = expandDims(back, axis);
  });
  return mul(back, ones(saved[which].shape));
}

/** tfjs has none. */
const einsumGradient: Gradient = {
  name: "Einsum",
  saves: "all",
  run: (dy, saved, { equation }) =>
    Object.fromEntries(saved.map((_, i) => [i, (): Tensor => einsumOf(dy, saved, i, equation as string)])),
};

export const productGradients: readonly Gradient[] = [
  batchMatMulGradient,
  dilated("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"),
  dilated(
    "DepthwiseConv2dNative",
    "DepthwiseConv2dNativeBackpropInput",
    "DepthwiseConv2dNativeBackpropFilter",
  ),
  einsumGradient,
];

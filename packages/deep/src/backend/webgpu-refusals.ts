import { NotSupportedError } from "@strata-ml/core";
import {
  getKernel,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "./tensors.js";

type Inputs = Readonly<Record<string, TensorInfo>>;

/** What a kernel of the WebGPU backend gives wrong numbers for, found by the checks of kernels and gradients. */
interface WrongOnWebgpu {
  readonly name: string;
  readonly when: (attrs: NamedAttrMap, inputs: Inputs) => boolean;
  readonly what: string;
}

const padded = ({ pad }: NamedAttrMap): boolean => pad !== "valid" && pad !== 0;
const emptySum = (_: NamedAttrMap, { a, b }: Inputs): boolean => a.shape.includes(0) || b.shape.includes(0);

const wrong: readonly WrongOnWebgpu[] = [
  ...["Cumsum", "Cumprod"].map((name) => ({
    name,
    when: ({ reverse }: NamedAttrMap) => Boolean(reverse),
    what: "from the last number on",
  })),
  { name: "Prod", when: ({ keepDims }) => Boolean(keepDims), what: "with axes kept" },
  ...["BatchMatMul", "_FusedMatMul"].map((name) => ({ name, when: emptySum, what: "of nothing" })),
  {
    name: "Conv2D",
    when: ({ dilations }) => Math.max(...[dilations as number | number[]].flat()) > 1,
    what: "with dilation",
  },
  ...["AvgPoolGrad", "AvgPool3DGrad", "MaxPool3DGrad"].map((name) => ({
    name,
    when: padded,
    what: "with padding",
  })),
  { name: "CropAndResize", when: ({ method }) => method === "bilinear", what: "by bilinear" },
];

/** Has WebGPU's kernels refuse what they would give wrong numbers for. Call it once, after the backend's package is loaded. */
export function refuseWrongKernels(): void {
  for (const { name, when, what } of wrong) {
    const original = getKernel(name, "webgpu");
    unregisterKernel(name, "webgpu");
    registerKernel({
      ...original,
      kernelFunc: (given) => {
        if (when(given.attrs ?? {}, given.inputs as Inputs))
          throw new NotSupportedError(
            "kernel",
            `${name} ${what} must be right, received the backend 'webgpu', whose numbers are wrong: take selectBackend("wasm")`,
          );
        return original.kernelFunc(given);
      },
    });
  }
}

import { getKernel, getKernelsForBackend, type NamedAttrMap, type TensorInfo } from "../tensors.js";
import { type KernelCall, type KernelInputs, type Mend, runKernel } from "./mend.js";
import { throughCpu } from "./through-cpu.js";

const backendName = "tensorflow";

/** A mend that computes in plain JavaScript: slower, and right. */
const onCpu = (name: string, why: string, when?: Mend["when"]): Mend => ({
  name,
  why,
  ...(when && { when }),
  run: (call) => throughCpu(name, call),
});

const paddedByNumbers = ({ pad }: NamedAttrMap): boolean =>
  Array.isArray(pad) || (pad as unknown as number) > 0;

/** What TensorFlow's depthwise convolutions of the processor don't do. */
const uneven = (attrs: NamedAttrMap, inputs: KernelInputs): boolean => {
  const [down, across] = [attrs.strides as number | [number, number]].flat();
  const dilations = [(attrs.dilations ?? 1) as number | number[]].flat();
  return (
    paddedByNumbers(attrs) ||
    (across ?? down) !== down ||
    Math.max(...dilations) > 1 ||
    (inputs.x ?? inputs.dy).shape.includes(0)
  );
};

/** By Expm1, since exp(x) - 1 loses the digits of a small x. */
function elu({ inputs: { x }, backend }: KernelCall): TensorInfo {
  const made: TensorInfo[] = [];
  const call = (name: string, inputs: KernelInputs): TensorInfo => {
    const result = runKernel(backendName, backend, name, inputs);
    made.push(result);
    return result;
  };
  const positive = call("Relu", { x });
  const negative = call("Neg", { x: call("Relu", { x: call("Neg", { x }) }) });
  const sum = call("Add", { a: positive, b: call("Expm1", { x: negative }) });
  const { disposeData } = backend as { disposeData(dataId: object): boolean };
  for (const { dataId } of made) if (dataId !== sum.dataId) disposeData.call(backend, dataId);
  return sum;
}

/** Mends of kernels that the library has. */
export const tensorflowMendsOfItsOwn: readonly Mend[] = [
  { name: "Elu", why: "loses the digits of small numbers", run: elu },
  {
    name: "GatherV2",
    why: "takes a negative axis for no axis",
    when: ({ axis }) => (axis as number) < 0,
    run: (call, original) => {
      const axis = (call.attrs.axis as number) + call.inputs.x.shape.length;
      return original!({ ...call, attrs: { ...call.attrs, axis } });
    },
  },
  ...[
    "Conv2D",
    "FusedConv2D",
    "Conv2DBackpropFilter",
    "Conv2DBackpropInput",
    "AvgPool",
    "AvgPoolGrad",
    "MaxPool",
    "MaxPoolGrad",
    "AvgPool3D",
    "AvgPool3DGrad",
    "MaxPool3D",
    "MaxPool3DGrad",
  ].map((name) => onCpu(name, "pads by no number of pixels", paddedByNumbers)),
  ...[
    "DepthwiseConv2dNative",
    "FusedDepthwiseConv2D",
    "DepthwiseConv2dNativeBackpropFilter",
    "DepthwiseConv2dNativeBackpropInput",
  ].map((name) =>
    onCpu(
      name,
      "has no uneven strides, dilations or padding by numbers, and nothing right of no rows",
      uneven,
    ),
  ),
  ...["ResizeBilinearGrad", "ResizeNearestNeighborGrad"].map(
    (name): Mend => ({
      name,
      why: "leaves pixel centres out; the gradients of the resizing kernels do not call it",
    }),
  ),
  onCpu("SparseToDense", "refuses places out of order"),
];

/** What the backend lacks and plain JavaScript has; layers do without our own kernels where there are none. */
const lacking = (): Mend[] =>
  getKernelsForBackend("cpu")
    .map(({ kernelName }) => kernelName)
    .filter((name) => !name.startsWith("Strata") && !(getKernel(name, backendName) as unknown))
    .map((name) => onCpu(name, "has none"));

/** Every mend of TensorFlow's own library. The plain JavaScript backend must be there already. */
export const tensorflowMends = (): Mend[] => [...tensorflowMendsOfItsOwn, ...lacking()];

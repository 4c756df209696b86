import { backendUtil, type NamedAttrMap, type TensorInfo, util } from "../tensors.js";
import { type KernelCall, type KernelInputs, type Mend, runKernel } from "./mend.js";
import { runArg, runSegmentSum, runUnary } from "./webgpu-programs.js";
import { wgslFunctions } from "./wgsl-functions.js";

type Run = NonNullable<Mend["run"]>;

const padded = ({ pad }: NamedAttrMap): boolean => pad !== "valid" && pad !== 0;
const ofNothing = (_: NamedAttrMap, inputs: KernelInputs): boolean =>
  Object.values(inputs).some((input) => (input as TensorInfo | undefined)?.shape.includes(0));

/** Runs kernels one after the other, and frees what lies between the first and the last. */
function chain(
  { backend }: KernelCall,
  x: TensorInfo,
  ...steps: readonly (readonly [name: string, attrs: NamedAttrMap])[]
): TensorInfo {
  const { disposeData } = backend as { disposeData(dataId: object): boolean };
  return steps.reduce((before, [name, attrs], i) => {
    const after = runKernel("webgpu", backend, name, { x: before }, attrs);
    if (i > 0) disposeData.call(backend, before.dataId);
    return after;
  }, x);
}

const filled = ({ backend }: KernelCall, shape: readonly number[]): TensorInfo =>
  runKernel("webgpu", backend, "Fill", {}, { shape: [...shape], value: 0, dtype: "float32" });

/** Backwards: turned round, forwards, and turned back. */
const backwards =
  (name: string): Run =>
  (call) => {
    const { x } = call.inputs;
    const dims = util.parseAxisParam(call.attrs.axis as number, x.shape);
    return chain(
      call,
      x,
      ["Reverse", { dims }],
      [name, { ...call.attrs, reverse: false }],
      ["Reverse", { dims }],
    );
  };

/** The shape that is left of a reduced one. */
function reducedShape(x: TensorInfo, { axis, keepDims }: NamedAttrMap): number[] {
  const axes = util.parseAxisParam(axis as number[], x.shape);
  return x.shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size]));
}

const reduceKept =
  (name: string): Run =>
  (call) =>
    chain(
      call,
      call.inputs.x,
      [name, { ...call.attrs, keepDims: false }],
      ["Reshape", { shape: reducedShape(call.inputs.x, call.attrs) }],
    );

/** A product of matrices with no numbers in them. */
const emptyProduct: Run = (call) => {
  const { a, b } = call.inputs;
  const { transposeA, transposeB } = call.attrs;
  const batch = backendUtil.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return filled(call, [...batch, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!]);
};

/** A convolution of no images, or of a filter with zeros between its numbers in place of dilations. */
const convolution: Run = (call, original) => {
  const { x, filter } = call.inputs;
  const { strides, dilations, pad, dimRoundingMode, dataFormat } = call.attrs;
  const [down, across] = [dilations as number | [number, number]].flat();
  const info = backendUtil.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides as number,
    dilations as number,
    pad as "same",
    dimRoundingMode as "floor",
    false,
    backendUtil.convertConv2DDataFormat(dataFormat as "NHWC"),
  );
  if (ofNothing(call.attrs, call.inputs)) return filled(call, info.outShape);
  const [height, width, ...channels] = filter.shape;
  const [rows, columns] = [height * down, width * (across ?? down)];
  const size = util.sizeFromShape(channels);
  const zeros = (count: number): NamedAttrMap => ({
    paddings: [
      [0, 0],
      [0, count],
      [0, 0],
    ] as never,
    constantValue: 0,
  });
  const spread = chain(
    call,
    filter,
    ["Reshape", { shape: [height, 1, width * size] }],
    ["PadV2", zeros(down - 1)],
    ["Reshape", { shape: [rows * width, 1, size] }],
    ["PadV2", zeros((across ?? down) - 1)],
    ["Reshape", { shape: [rows, columns, ...channels] }],
    [
      "Slice",
      { begin: [0, 0, 0, 0], size: [info.effectiveFilterHeight, info.effectiveFilterWidth, ...channels] },
    ],
  );
  const out = original!({
    ...call,
    inputs: { ...call.inputs, filter: spread },
    attrs: { ...call.attrs, dilations: 1 },
  });
  (call.backend as { disposeData(dataId: object): boolean }).disposeData(spread.dataId);
  return out;
};

/** Every mend of the WebGPU backend. */
export const webgpuMends: readonly Mend[] = [
  ...Object.entries(wgslFunctions).map(
    ([name, wgsl]): Mend => ({
      name,
      why: "may be off by 2^-11 or loses the digits of small numbers",
      run: ({ inputs: { x }, backend }) => runUnary(backend, name, wgsl, x),
    }),
  ),
  ...(["ArgMax", "ArgMin"] as const).map(
    (name): Mend => ({
      name,
      why: "gives another than the first of equal numbers",
      run: ({ inputs: { x }, attrs, backend }) => runArg(backend, name === "ArgMax" ? ">" : "<", x, attrs),
    }),
  ),
  {
    name: "UnsortedSegmentSum",
    when: ({ numSegments }, { x }) => x.dtype === "float32" && !x.shape.includes(0) && numSegments !== 0,
    why: "adds in no fixed order, so that no seed repeats, and takes ids outside for others",
    run: ({ inputs: { x, segmentIds }, attrs, backend }) => runSegmentSum(backend, x, segmentIds, attrs),
  },
  ...["Cumsum", "Cumprod"].map(
    (name): Mend => ({
      name,
      when: ({ reverse }) => Boolean(reverse),
      why: "is wrong from the last number on",
      run: backwards(name),
    }),
  ),
  {
    name: "Prod",
    when: ({ keepDims }) => Boolean(keepDims),
    why: "is wrong with axes kept",
    run: reduceKept("Prod"),
  },
  {
    name: "Sum",
    when: ofNothing,
    why: "can't sum nothing",
    run: (call) => filled(call, reducedShape(call.inputs.x, call.attrs)),
  },
  { name: "BatchMatMul", when: ofNothing, why: "is wrong of nothing", run: emptyProduct },
  { name: "_FusedMatMul", when: ofNothing, why: "is wrong of nothing" },
  {
    name: "Conv2D",
    when: (attrs, inputs) =>
      Math.max(...[attrs.dilations as number | number[]].flat()) > 1 || ofNothing(attrs, inputs),
    why: "is wrong with dilations and of nothing",
    run: convolution,
  },
  ...["Conv2DBackpropFilter", "DepthwiseConv2dNativeBackpropFilter"].map(
    (name): Mend => ({
      name,
      when: ofNothing,
      why: "is wrong of nothing",
      run: (call) => filled(call, call.attrs.filterShape as number[]),
    }),
  ),
  ...["AvgPoolGrad", "AvgPool3DGrad", "MaxPool3DGrad"].map(
    (name): Mend => ({ name, when: padded, why: "is wrong with padding" }),
  ),
  { name: "CropAndResize", when: ({ method }) => method === "bilinear", why: "is wrong by bilinear" },
  { name: "PadV2", when: (_, { x }) => x.shape.length > 4, why: "does not compile above rank 4" },
  ...["ResizeBilinearGrad", "ResizeNearestNeighborGrad"].map(
    (name): Mend => ({
      name,
      why: "leaves pixel centres out; the gradients of the resizing kernels do not call it",
    }),
  ),
  ...["BitwiseAnd", "Unique"].map((name): Mend => ({ name, why: "has none" })),
];

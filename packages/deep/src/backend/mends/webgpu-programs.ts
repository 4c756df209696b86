import { type NamedAttrMap, type TensorInfo, util } from "../tensors.js";

/** What the WebGPU backend runs: a shader in WGSL, an invocation for each number that it gives. */
interface Program {
  readonly outputShape: readonly number[];
  /** Programs of one key, inputs of one rank and outputs of one rank share their compiled shader. */
  readonly shaderKey: string;
  readonly variableNames: readonly string[];
  readonly uniforms?: string;
  readonly workgroupSize: readonly [number, number, number];
  readonly dispatchLayout: { readonly x: readonly number[] };
  readonly dispatch: readonly [number, number, number];
  readonly size: true;
  getUserCode(): string;
}

/** What is used of the WebGPU backend. */
interface WebgpuBackend {
  runWebGPUProgram(
    program: Program,
    inputs: readonly TensorInfo[],
    dtype: string,
    uniforms?: readonly { readonly type: "int32"; readonly data: readonly number[] }[],
  ): TensorInfo;
}

const workgroup = 64;

function program(
  key: string,
  outputShape: readonly number[],
  given: Pick<Program, "getUserCode" | "uniforms">,
  variableNames: readonly string[] = ["x"],
): Program {
  return {
    ...given,
    shaderKey: `strata_${key}`,
    outputShape,
    variableNames,
    workgroupSize: [workgroup, 1, 1],
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [Math.ceil(util.sizeFromShape([...outputShape]) / workgroup), 1, 1],
    size: true,
  };
}

/** Runs WGSL of `fn f(a : f32) -> f32` over every number of `x`. */
export const runUnary = (backend: object, name: string, wgsl: string, x: TensorInfo): TensorInfo =>
  (backend as WebgpuBackend).runWebGPUProgram(
    program(name, x.shape, {
      getUserCode: () => `
        ${wgsl}
        fn main(index : i32) {
          if (index < uniforms.size) {
            let a = getXByOutputIndex(index);
            if (isnan(a)) { setOutputAtIndex(index, a); } else { setOutputAtIndex(index, f(a)); }
          }
        }`,
    }),
    [x],
    "float32",
  );

/** The place of the largest or smallest number along an axis: of equal ones, the first. */
export function runArg(
  backend: object,
  better: ">" | "<",
  x: TensorInfo,
  { axis }: NamedAttrMap,
): TensorInfo {
  const [along] = util.parseAxisParam(axis as number, x.shape);
  const inner = util.sizeFromShape(x.shape.slice(along + 1));
  const shape = x.shape.filter((_, i) => i !== along);
  const given = program(`first${better}`, shape, {
    uniforms: "along : i32, inner : i32,",
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) {
          let first = index / uniforms.inner * uniforms.along * uniforms.inner + index % uniforms.inner;
          var best = 0;
          for (var i = 1; i < uniforms.along; i++) {
            if (x[first + i * uniforms.inner] ${better} x[first + best * uniforms.inner]) { best = i; }
          }
          setOutputAtIndexI32(index, best);
        }
      }`,
  });
  return (backend as WebgpuBackend).runWebGPUProgram(given, [x], "int32", [
    { type: "int32", data: [x.shape[along]] },
    { type: "int32", data: [inner] },
  ]);
}

/** Sums of rows by segment, each in the order of the rows; ids outside are left out. */
export function runSegmentSum(
  backend: object,
  x: TensorInfo,
  ids: TensorInfo,
  { numSegments }: NamedAttrMap,
): TensorInfo {
  const row = x.shape.slice(ids.shape.length);
  const given = program(
    "segments",
    [numSegments as number, ...row],
    {
      uniforms: "rows : i32, width : i32,",
      getUserCode: () => `
        fn main(index : i32) {
          if (index < uniforms.size) {
            let segment = index / uniforms.width;
            let column = index % uniforms.width;
            var sum = 0.0;
            for (var i = 0; i < uniforms.rows; i++) {
              if (ids[i] == segment) { sum += x[i * uniforms.width + column]; }
            }
            setOutputAtIndex(index, sum);
          }
        }`,
    },
    ["x", "ids"],
  );
  return (backend as WebgpuBackend).runWebGPUProgram(given, [x, ids], "float32", [
    { type: "int32", data: [util.sizeFromShape(ids.shape)] },
    { type: "int32", data: [util.sizeFromShape(row)] },
  ]);
}

import * as core from "../backend/tensors.js";
import { detached } from "./detached.js";

/** Numbers on the backend in use, as functions of this package see them. It lives as long as the call that gave it. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype: "float32" | "int32" | "bool" | "complex64" | "string";
}

/** A tensor, or one number that stands for a tensor of any shape. */
export type Operand = Tensor | number;
type Unary = (x: Tensor) => Tensor;
type Binary = (a: Operand, b: Operand) => Tensor;
type Axes = number | readonly number[];
type Reduction = (x: Tensor, axis?: Axes, keepDims?: boolean) => Tensor;

/**
 * Operations on tensors for layers, losses and training steps of your own. All have gradients but comparisons, `oneHot`
 * and `stopGradient`, which pass none on. Shapes broadcast as in NumPy.
 */
export interface Ops {
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly pow: Binary;
  readonly maximum: Binary;
  readonly minimum: Binary;
  readonly neg: Unary;
  readonly abs: Unary;
  readonly exp: Unary;
  readonly log: Unary;
  readonly sqrt: Unary;
  readonly square: Unary;
  readonly sin: Unary;
  readonly cos: Unary;
  readonly tanh: Unary;
  readonly sigmoid: Unary;
  readonly softplus: Unary;
  readonly relu: Unary;
  readonly elu: Unary;
  /** Over the last axis. */
  readonly softmax: Unary;
  readonly logSoftmax: Unary;
  /** Over all axes where none is given. */
  readonly sum: Reduction;
  readonly mean: Reduction;
  readonly max: Reduction;
  readonly min: Reduction;
  /** The product of matrices in the last two axes. */
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  /** Axes in another order; reversed where none is given. */
  transpose(x: Tensor, axes?: readonly number[]): Tensor;
  expandDims(x: Tensor, axis: number): Tensor;
  concat(parts: readonly Tensor[], axis: number): Tensor;
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  /** Rows of `x` by number. */
  gather(x: Tensor, rows: Tensor): Tensor;
  /** `a` where the condition is not 0, else `b`, of one shape. */
  where(condition: Tensor, a: Tensor, b: Tensor): Tensor;
  /** Comparisons give 1 where they hold, else 0. */
  readonly greater: Binary;
  readonly less: Binary;
  readonly equal: Binary;
  /** Whole numbers as rows of zeros with a one. */
  oneHot(codes: Tensor, depth: number): Tensor;
  /** The same numbers, which gradients don't pass. */
  readonly stopGradient: Unary;
  /** Numbers as a tensor; of `int32` where they index rows. */
  tensor(values: ArrayLike<number>, shape?: readonly number[], dtype?: "float32" | "int32"): Tensor;
}

const { absolute, tensor, ...same } = core;
const comparison =
  (compare: (a: core.Tensor, b: core.Tensor) => core.Tensor): Binary =>
  (a, b) =>
    // Of numbers, since backends differ in the sums of booleans, and TensorFlow has none.
    detached((x, y) => core.cast(compare(x, y), "float32"), a as core.Tensor, b as core.Tensor);

export const ops = {
  ...pick(same, [
    "add",
    "sub",
    "mul",
    "div",
    "pow",
    "maximum",
    "minimum",
    "neg",
    "exp",
    "log",
    "sqrt",
    "square",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "softplus",
    "relu",
    "elu",
    "softmax",
    "logSoftmax",
    "sum",
    "mean",
    "max",
    "min",
    "matMul",
    "reshape",
    "transpose",
    "expandDims",
    "concat",
    "slice",
    "gather",
  ]),
  where: (condition: core.Tensor, a: core.Tensor, b: core.Tensor) =>
    core.where(core.cast(condition, "bool"), a, b),
  abs: absolute,
  greater: comparison(core.greater),
  less: comparison(core.less),
  equal: comparison(core.equal),
  oneHot: (codes: core.Tensor, depth: number) =>
    detached((x) => core.cast(core.oneHot(x as never, depth), "float32"), codes),
  stopGradient: (x: core.Tensor) => detached((y) => core.identity(y), x),
  tensor: (values: ArrayLike<number>, shape?: number[], dtype?: "float32" | "int32") =>
    tensor(
      dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values),
      shape,
      dtype ?? "float32",
    ),
} as unknown as Ops;

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}

import { cast, greaterEqual, less, lessEqual, greater, mul, sub, type Tensor, zeros } from "../../tensors.js";
import { type Gradient, summedTo } from "./gradient.js";

type Part = (dy: Tensor, a: Tensor, b: Tensor) => Tensor;

/** A gradient of two inputs that are broadcast: tfjs's own forgets to sum over the axes of that. */
const broadcasting = (name: string, ofA: Part, ofB: Part): Gradient => ({
  name,
  saves: ["a", "b"],
  run: (dy, [a, b]) => ({
    a: () => summedTo(ofA(dy, a, b), a.shape),
    b: () => summedTo(ofB(dy, a, b), b.shape),
  }),
});

const where = (dy: Tensor, condition: Tensor): Tensor => mul(dy, cast(condition, "float32"));

/** The gradient of a kernel that is flat wherever it has one: `FloorDiv`'s own is that of a division. */
const flat = (name: string, inputs: readonly string[]): Gradient => ({
  name,
  saves: inputs,
  run: (_, saved) =>
    Object.fromEntries(inputs.map((input, i) => [input, (): Tensor => zeros(saved[i].shape)])),
});

export const binaryGradients: readonly Gradient[] = [
  broadcasting(
    "Maximum",
    (dy, a, b) => where(dy, greaterEqual(a, b)),
    (dy, a, b) => where(dy, less(a, b)),
  ),
  broadcasting(
    "Minimum",
    (dy, a, b) => where(dy, lessEqual(a, b)),
    (dy, a, b) => where(dy, greater(a, b)),
  ),
  broadcasting(
    "SquaredDifference",
    (dy, a, b) => mul(dy, mul(2, sub(a, b))),
    (dy, a, b) => mul(dy, mul(2, sub(b, a))),
  ),
  flat("FloorDiv", ["a", "b"]),
  // Conditions of a selection; tfjs knows GreaterEqual's alone.
  ...["Equal", "NotEqual", "Less", "LessEqual", "Greater", "LogicalAnd", "LogicalOr"].map((name) =>
    flat(name, ["a", "b"]),
  ),
  flat("LogicalNot", ["x"]),
];

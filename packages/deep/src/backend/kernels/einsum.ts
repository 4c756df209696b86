import { NotSupportedError } from "@strata-ml/core";
import type { TensorInfo } from "../tensors.js";
import type { HostKernel } from "./host-kernel.js";
import type { HostMemory } from "./host-memory.js";

const sizeOf = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** A tensor with a letter an axis, and whether it is ours to release. */
interface Lettered {
  readonly info: TensorInfo;
  readonly letters: readonly string[];
  readonly held: boolean;
}

function replaced(
  memory: HostMemory,
  from: Lettered,
  info: TensorInfo,
  letters: readonly string[],
): Lettered {
  if (from.held) memory.release(from.info);
  return { info, letters, held: true };
}

/** Summed over the letters that nothing else has. */
function summed(memory: HostMemory, x: Lettered, kept: ReadonlySet<string>): Lettered {
  const axis = x.letters.flatMap((letter, i) => (kept.has(letter) ? [] : [i]));
  if (axis.length === 0) return x;
  const letters = x.letters.filter((letter) => kept.has(letter));
  return replaced(memory, x, memory.run("Sum", { x: x.info }, { axis, keepDims: false }), letters);
}

function ordered(memory: HostMemory, x: Lettered, letters: readonly string[]): Lettered {
  const perm = letters.map((letter) => x.letters.indexOf(letter));
  if (perm.every((axis, i) => axis === i)) return x;
  return replaced(memory, x, memory.run("Transpose", { x: x.info }, { perm }), letters);
}

/** Both operands as batches of matrices, multiplied. */
function multiplied(memory: HostMemory, a: Lettered, b: Lettered, out: ReadonlySet<string>): Lettered {
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => out.has(letter));
  const inner = shared.filter((letter) => !out.has(letter));
  const rows = a.letters.filter((letter) => !shared.includes(letter));
  const columns = b.letters.filter((letter) => !shared.includes(letter));
  const size = new Map(
    [a, b].flatMap(({ letters, info }) => letters.map((letter, i) => [letter, info.shape[i]] as const)),
  );
  const sizes = (letters: readonly string[]): number[] => letters.map((letter) => size.get(letter)!);
  const left = ordered(memory, a, [...batch, ...rows, ...inner]);
  const right = ordered(memory, b, [...batch, ...inner, ...columns]);
  const [count, height, depth, width] = [batch, rows, inner, columns].map((letters) =>
    sizeOf(sizes(letters)),
  );
  const product = memory.matMul(
    { ...left.info, shape: [count, height, depth] },
    { ...right.info, shape: [count, depth, width] },
  );
  for (const { info, held } of [left, right]) if (held) memory.release(info);
  const letters = [...batch, ...rows, ...columns];
  return { info: { ...product, shape: sizes(letters) }, letters, held: true };
}

function check(terms: readonly string[], inputs: readonly TensorInfo[], equation: string): void {
  const repeats = terms.some((term) => new Set(term).size !== term.length);
  if (terms.length > 2 || repeats) {
    throw new NotSupportedError(
      "einsum",
      `the equation must name one or two operands without a letter twice in one, received ${equation}`,
    );
  }
  const size = new Map<string, number>();
  terms.forEach((term, i) =>
    term.split("").forEach((letter, axis) => {
      const length = inputs[i].shape[axis];
      if ((size.get(letter) ?? length) !== length || term.length !== inputs[i].shape.length) {
        throw new RangeError(
          `einsum: shapes must fit ${equation}, received ${inputs.map((x) => `[${x.shape.join()}]`).join(" and ")}`,
        );
      }
      size.set(letter, length);
    }),
  );
}

/**
 * Sums of products by Einstein's notation, by one matrix product: wasm has none, and cpu's own writes out all products
 * before it sums them.
 */
export const einsumKernel: HostKernel = {
  name: "Einsum",
  run(memory, inputs, attrs): TensorInfo {
    const equation = (attrs.equation as string).replaceAll(" ", "");
    const [ins, out] = equation.split("->");
    const terms = ins.split(",");
    const given = Object.values(inputs);
    check(terms, given, equation);
    const operands = terms.map((term, i): Lettered => {
      const kept = new Set([out, ...terms.filter((_, other) => other !== i)].join(""));
      return summed(memory, { info: given[i], letters: term.split(""), held: false }, kept);
    });
    const [a, b] = operands;
    const all = b ? multiplied(memory, a, b, new Set(out)) : a;
    const result = ordered(memory, all, out.split(""));
    return result.held ? result.info : memory.run("Identity", { x: result.info });
  },
};

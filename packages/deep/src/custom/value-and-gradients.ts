import { describe, ParamError } from "@strata-ml/core";
import { gradientsOf, loadGradients } from "../backend/gradients.js";
import { currentBackend } from "../backend/select-backend.js";
import { dispose, tensor, type Tensor as HeldTensor, tidy } from "../backend/tensors.js";
import type { Tensor } from "./ops.js";

/** Numbers of a shape, row-major. */
export interface Values {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/**
 * A function of tensors, and its gradient for each of them: the way down to training loops of your own. No tensor outlives the
 * call.
 *
 * @param f gives one number, by {@link ops}.
 * @returns its value, and for each input the gradient, in the input's order.
 * @throws ParamError for values that don't fit their shape, and a function that gives several numbers.
 * @example
 * const weights = { w: { values: Float32Array.of(1, -2), shape: [2] } };
 * const { value, gradients } = await valueAndGradients(({ w }) => ops.sum(ops.square(w)), weights);
 * // 5, and gradients.w is [2, -4]
 */
export async function valueAndGradients<Name extends string>(
  f: (inputs: Readonly<Record<Name, Tensor>>) => Tensor,
  inputs: Readonly<Record<Name, Values>>,
): Promise<{ readonly value: number; readonly gradients: Readonly<Record<Name, Float32Array>> }> {
  const names = Object.keys(inputs) as Name[];
  for (const name of names) requireFits(name, inputs[name]);
  await currentBackend();
  await loadGradients();
  const { value, gradients } = tidy(() => {
    const held = names.map((name) => tensor(inputs[name].values, [...inputs[name].shape]));
    const named = Object.fromEntries(names.map((name, i) => [name, held[i]])) as unknown as Record<
      Name,
      Tensor
    >;
    const run = (): HeldTensor => {
      const out = f(named) as HeldTensor;
      if (out.size !== 1)
        throw new ParamError(
          "valueAndGradients",
          `the function must give one number, received ${out.shape.join(" x ")}`,
        );
      return out;
    };
    return gradientsOf(run, held) as never;
  }) as ReturnType<typeof gradientsOf>;
  try {
    const read = await Promise.all(
      names.map(async (name, i) => {
        const values = await gradients[i]?.data();
        return [name, (values as Float32Array) ?? new Float32Array(inputs[name].values.length)] as const;
      }),
    );
    return {
      value: (await value.data())[0],
      gradients: Object.fromEntries(read) as Record<Name, Float32Array>,
    };
  } finally {
    dispose([value, ...gradients.filter((gradient) => gradient !== undefined)]);
  }
}

function requireFits(name: string, { values, shape }: Values): void {
  const size = shape.reduce((a, b) => a * b, 1);
  if (!(values instanceof Float32Array) || values.length !== size)
    throw new ParamError(
      "valueAndGradients",
      `'${name}' must be a Float32Array of ${shape.join(" x ")} numbers, received ${describe(values)}`,
    );
}

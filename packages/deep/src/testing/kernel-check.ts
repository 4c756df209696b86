import { assertClose } from "@strata-ml/core/testing";
import { expect } from "vitest";
import { loadGradients } from "../backend/gradients.js";
import { cast, engine, memory, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { type Block, sizeOf } from "./block.js";
import { wave } from "./finite-difference.js";
import { taken } from "./taken.js";

/** One call of a kernel, beside plain loops in double precision that give the same. */
export interface KernelCase {
  readonly label: string;
  /** Uploaded as float32. */
  readonly inputs: readonly Block[];
  readonly run: (...inputs: Tensor[]) => Tensor;
  readonly reference: (...inputs: Block[]) => Block;
  /** Whether its gradient is checked too. */
  readonly gradient: boolean;
}

/** What both parts of a check stay within, relative to the largest number. */
const tolerance = 1e-5;

const upload = ({ shape, values }: Block): Tensor => tensor(Float32Array.from(values), [...shape], "float32");

/** The kernel, on the backend in use, gives the reference's shape and numbers, and leaves no tensor behind. */
export async function checkForward({ inputs, run, reference }: KernelCase): Promise<void> {
  const before = memory().numTensors;
  const out = tidy(() => cast(run(...inputs.map((input) => upload(input))), "float32"));
  const { shape } = out;
  const [values] = await taken([out]);
  expect(memory().numTensors).toBe(before);
  const expected = reference(...inputs);
  expect(shape).toEqual(expected.shape);
  close(Float64Array.from(values), expected.values, "output");
}

/**
 * The kernel's gradient, on the backend in use, agrees with central differences of the reference in double precision,
 * for every number of every input. Outputs are summed with fixed unequal weights.
 */
export async function checkGradient({ inputs, run, reference }: KernelCase): Promise<void> {
  await loadGradients();
  const probe = wave(sizeOf(reference(...inputs).shape), 9);
  const before = memory().numTensors;
  const held = tidy(() => {
    const xs = inputs.map((input) => upload(input));
    const { value, grads } = engine().gradients(
      () => run(...xs),
      xs,
      tensor(probe, [...reference(...inputs).shape]),
    );
    value.dispose();
    grads.forEach((gradient, i) => expect(gradient.shape).toEqual(inputs[i].shape));
    return grads;
  });
  const actual = (await taken(held)).map((values) => Float64Array.from(values));
  expect(memory().numTensors).toBe(before);
  inputs.forEach((_, i) => close(actual[i], differences(inputs, i, reference, probe), `gradient of ${i}`));
}

/** Central differences of the weighted sum of the reference's outputs, for each number of one input. */
function differences(
  inputs: readonly Block[],
  which: number,
  reference: KernelCase["reference"],
  probe: Float32Array,
): Float64Array {
  const step = 1e-5;
  const { shape, values } = inputs[which];
  return values.map((_, k) => {
    const loss = (by: number): number => {
      const moved = { shape, values: values.map((value, i) => (i === k ? value + by : value)) };
      const out = reference(...inputs.map((input, i) => (i === which ? moved : input)));
      return out.values.reduce((sum, value, i) => sum + value * probe[i], 0);
    };
    return (loss(step) - loss(-step)) / (2 * step);
  });
}

function close(actual: Float64Array, expected: Float64Array, label: string): void {
  const largest = expected.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );
  assertClose([...actual], [...expected], { absolute: tolerance * (largest || 1), label });
}

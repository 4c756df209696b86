import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { wave } from "../../testing/finite-difference.js";
import { selectBackend } from "../select-backend.js";
import { engine, memory, type Tensor, tensor, tidy } from "../tensors.js";
import { ADAM } from "./adam.js";
import { KEPT_SCALE, keptScale } from "./kept-scale.js";
import { STANDARDISE, STANDARDISE_GRADIENT } from "./standardise.js";

/** What a kernel gives on cpu, in plain loops, and on wasm, compiled. */
async function onBoth(
  name: string,
  inputs: Readonly<Record<string, readonly [Float32Array, number[]]>>,
  attributes: object,
): Promise<number[][][]> {
  const out: number[][][] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    // Backends are chosen one after the other.
    // oxlint-disable-next-line eslint/no-await-in-loop
    await selectBackend(backend);
    const before = memory();
    out.push(
      tidy(() => {
        const named = Object.fromEntries(
          Object.entries(inputs).map(([input, [values, shape]]) => [input, tensor(values, shape)]),
        );
        const given = engine().runKernel<Tensor | Tensor[]>(name, named, attributes as never);
        return [given].flat().map((one) => Array.from(one.dataSync())) as never;
      }) as number[][],
    );
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numDataBuffers).toBe(before.numDataBuffers);
  }
  return out;
}

describe("compiled kernels agree with plain loops", () => {
  // Widths that a step of four numbers does and doesn't divide.
  const layouts = [1, 3, 4, 6, 17].flatMap((width) => [
    { outer: 1, places: 9, groups: width, members: 1 },
    { outer: 5, places: 1, groups: 1, members: width },
    { outer: 3, places: 1, groups: 2, members: width },
  ]);
  test.each(layouts.flatMap((layout) => [true, false].map((centred) => ({ ...layout, centred }))))(
    "standardising %j",
    async (layout) => {
      const { outer, places, groups, members } = layout;
      const attributes = { ...layout, epsilon: 1e-3 };
      const size = outer * places * groups * members;
      // Far from zero: a variance by float32 sums of squares would be lost.
      const x = wave(size).map((value) => value + (layout.centred ? 50 : 0));
      const [plain, compiled] = await onBoth(STANDARDISE, { x: [x, [size]] }, attributes);
      plain.forEach((values, i) =>
        assertClose(compiled[i], values, { absolute: 2e-5, label: `output ${i}` }),
      );
      const [z, , variance] = plain.map((values) => Float32Array.from(values));
      const given = {
        dy: [wave(size, 3), [size]],
        z: [z, [size]],
        variance: [variance, [outer, groups]],
      } as const;
      const [dx, compiledDx] = await onBoth(STANDARDISE_GRADIENT, given as never, attributes);
      const largest = Math.max(1, ...dx[0].map(Math.abs));
      assertClose(compiledDx[0], dx[0], { absolute: 1e-5 * largest, label: "gradient" });
    },
  );

  test.each([1, 7, 8])("Adam over %i weights", async (size) => {
    const vector = (phase: number) => [wave(size, phase), [size]] as const;
    const inputs = { weights: vector(0), gradient: vector(1), mean: vector(2) };
    const square = [wave(size, 3).map((value) => value * value), [size]] as const;
    const attributes = {
      rate: 0.1,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-7,
      decay: 0.1,
      penalty: 0.2,
      decayed: 3,
    };
    const [plain, compiled] = await onBoth(ADAM, { ...inputs, square } as never, attributes);
    plain.forEach((values, i) => assertClose(compiled[i], values, { absolute: 1e-6 }));
  });

  test.each([1, 2, 3, 4, 5, 1023])("dropout of %i numbers draws the same", async (size) => {
    const random = new Random(size);
    const seeds = Array.from({ length: 4 }, () => random.uint32() | 1);
    const [plain, compiled] = await onBoth(KEPT_SCALE, {}, { shape: [size], rate: 0.3, seeds });
    expect(compiled).toEqual(plain);
  });

  test.each([
    [[3, 5, 7], 0],
    [[3, 5, 7], 1],
    [[3, 5, 7], 2],
    [[2, 16], 1],
    [[16, 8], 0],
  ] as const)("sums of %j over axis %i", async (shape, axis) => {
    const size = shape.reduce<number>((a, b) => a * b, 1);
    for (const name of ["Sum", "Mean"]) {
      // oxlint-disable-next-line eslint/no-await-in-loop
      const [plain, compiled] = await onBoth(
        name,
        { x: [wave(size), [...shape]] },
        { axis, keepDims: false },
      );
      assertClose(compiled[0], plain[0], { absolute: 1e-6 });
    }
  });
});

describe("dropout's numbers", () => {
  test("are dropped at the rate, independently of their neighbours, and in every lane", () => {
    const random = new Random(5);
    const drawn = Array.from({ length: 40 }, () =>
      keptScale({ shape: [4000], rate: 0.3, seeds: Array.from({ length: 4 }, () => random.uint32() | 1) }),
    );
    const all = drawn.flatMap((values) => Array.from(values, (value) => (value === 0 ? 1 : 0)));
    const share = (of: readonly number[]): number => of.reduce<number>((a, b) => a + b, 0) / of.length;
    // 160,000 draws: four standard errors are .0046.
    expect(Math.abs(share(all) - 0.3)).toBeLessThan(0.0046);
    for (let lane = 0; lane < 4; lane++)
      expect(Math.abs(share(all.filter((_, i) => i % 4 === lane)) - 0.3)).toBeLessThan(0.0092);
    for (const lag of [1, 4, 8]) {
      const both = all.slice(lag).map((value, i) => value * all[i]);
      expect(Math.abs(share(both) - 0.09)).toBeLessThan(0.0046);
    }
    expect(drawn[0].find((value) => value !== 0)).toBeCloseTo(1 / 0.7, 6);
  });
});

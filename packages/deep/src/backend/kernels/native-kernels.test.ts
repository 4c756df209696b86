import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { wave } from "../../testing/finite-difference.js";
import { selectBackend } from "../select-backend.js";
import { engine, memory, type Tensor, tensor, tidy } from "../tensors.js";
import { ADAM } from "./adam.js";
import { ATTENTION, ATTENTION_GRADIENT } from "./attention.js";
import { GRU, GRU_GRADIENT } from "./gru.js";
import { KEPT_SCALE, keptScale } from "./kept-scale.js";
import { LSTM, LSTM_GRADIENT } from "./lstm.js";
import { MAX_OVER_STEPS } from "./max-pool.js";
import { STANDARDISE, STANDARDISE_GRADIENT } from "./standardise.js";

/** What a kernel gives on cpu, in plain loops, and on wasm, compiled. */
async function onBoth(
  name: string,
  inputs: Readonly<Record<string, readonly [Float32Array | Int32Array, number[]]>>,
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
          Object.entries(inputs).map(([input, [values, shape]]) => [
            input,
            tensor(values, shape, values instanceof Int32Array ? "int32" : "float32"),
          ]),
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

  const shaped = (shape: number[], phase = 0): readonly [Float32Array, number[]] => [
    wave(
      shape.reduce((a, b) => a * b, 1),
      phase,
    ),
    shape,
  ];

  // Edges of tiles of 4 x 8, of blocks of 16 rows and of 256 terms and columns, and few rows.
  const products = [
    [1, 5, 3],
    [1, 300, 17],
    [4, 8, 8],
    [7, 3, 20],
    [16, 257, 9],
    [19, 4, 264],
    [33, 12, 40],
  ].flatMap((sizes) =>
    [false, true].flatMap((transposeA) =>
      [false, true].map((transposeB) => ({ sizes, transposeA, transposeB })),
    ),
  );
  test.each(products)("products: %j", async ({ sizes: [m, k, n], ...attributes }) => {
    const { transposeA, transposeB } = attributes;
    const a = shaped([2, ...(transposeA ? [k, m] : [m, k])], 1);
    const b = shaped([1, ...(transposeB ? [n, k] : [k, n])], 2);
    const [plain, compiled] = await onBoth("BatchMatMul", { a, b }, attributes);
    assertClose(compiled[0], plain[0], { absolute: 1e-4 });
    const bias = shaped([n], 3);
    const flat = ([values, [, ...shape]]: readonly [Float32Array, number[]]) =>
      [values.slice(0, values.length / (values === a[0] ? 2 : 1)), [1, ...shape]] as const;
    for (const activation of ["linear", "relu", "elu"]) {
      // oxlint-disable-next-line eslint/no-await-in-loop
      const [whole, own] = await onBoth("_FusedMatMul", { a: flat(a), b: flat(b), bias } as never, {
        ...attributes,
        activation,
        leakyreluAlpha: 0,
      });
      assertClose(own[0], whole[0], { absolute: 1e-4, label: activation });
    }
  });

  // A gap, padding at both ends, a row without steps.
  const steps = [1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
  const mask = [Float32Array.from(steps), [4, 5]] as const;
  const scans = [4, 12].flatMap((units) =>
    [false, true].flatMap((sequences) => [false, true].map((backwards) => ({ units, sequences, backwards }))),
  );
  test.each(scans)("recurrences: %j", async ({ units, ...order }) => {
    for (const [name, gradient, gates, kept] of [
      [LSTM, LSTM_GRADIENT, 4, ["states", "cells", "tanhs", "gates"]],
      [GRU, GRU_GRADIENT, 3, ["states", "gates"]],
    ] as const) {
      const recurrent = shaped([units, gates * units], 2);
      const biases = { bias: shaped([gates * units], 3), recurrentBias: shaped([gates * units], 4) };
      const given = { x: shaped([5, 4, gates * units], 1), recurrent, mask, ...(gates === 3 && biases) };
      // oxlint-disable-next-line eslint/no-await-in-loop
      const [plain, compiled] = await onBoth(name, given as never, order);
      assertClose(compiled[0], plain[0], { absolute: 1e-5, label: name });
      const block = (values: number[], width: number) => [Float32Array.from(values), [5, 4, width]] as const;
      const held = kept.map((part, i) => [part, block(plain[i + 1], part === "gates" ? 4 * units : units)]);
      const dy = shaped(order.sequences ? [5, 4, units] : [4, units], 5);
      const inputs = { dy, recurrent, mask, ...Object.fromEntries(held) };
      // oxlint-disable-next-line eslint/no-await-in-loop
      const [slopes, own] = await onBoth(gradient, inputs as never, order);
      slopes.forEach((values, i) =>
        assertClose(own[i], values, { absolute: 2e-5, label: `${gradient} ${i}` }),
      );
    }
  });

  const attentions = [1, 3, 8].flatMap((width) =>
    [false, true].flatMap((causal) => [false, true].map((drops) => ({ width, causal, drops }))),
  );
  test.each(attentions)("attention: %j", async ({ width, causal, drops }) => {
    const block = (phase: number) => shaped([4, 5, 2 * width], phase);
    const inputs = {
      query: block(1),
      key: block(2),
      value: block(3),
      mask,
      ...(drops && { kept: shaped([4, 2, 5, 5], 4) }),
    };
    const attributes = { heads: 2, causal };
    const [plain, compiled] = await onBoth(ATTENTION, inputs as never, attributes);
    plain.forEach((values, i) => assertClose(compiled[i], values, { absolute: 1e-5, label: `output ${i}` }));
    const shares = [Float32Array.from(plain[1]), [4, 2, 5, 5]];
    const given = { ...inputs, dy: block(5), shares } as never;
    const [slopes, own] = await onBoth(ATTENTION_GRADIENT, given, attributes);
    slopes.forEach((values, i) => assertClose(own[i], values, { absolute: 1e-5, label: `gradient ${i}` }));
  });

  test.each([1, 4, 7])("rows of width %i by index, and the largest over steps", async (width) => {
    const indices = [Int32Array.of(4, 0, 0, 3), [4]] as const;
    const table = shaped([5, width], 1);
    const [plain, compiled] = await onBoth("GatherV2", { x: table, indices } as never, {
      axis: 0,
      batchDims: 0,
    });
    expect(compiled).toEqual(plain);
    const segmentIds = [Int32Array.of(1, -1, 1, 0), [4]] as const;
    const [sums, own] = await onBoth(
      "UnsortedSegmentSum",
      { x: shaped([4, width], 2), segmentIds } as never,
      { numSegments: 3 },
    );
    assertClose(own[0], sums[0], { absolute: 1e-6 });
    const blocks = { x: shaped([4, 5, width], 3), mask } as never;
    const [largest, ownLargest] = await onBoth(MAX_OVER_STEPS, blocks, {});
    expect(ownLargest).toEqual(largest);
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

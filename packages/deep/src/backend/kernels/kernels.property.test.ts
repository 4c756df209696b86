import * as fc from "fast-check";
import { assertClose } from "@strata-ml/core/testing";
import { mean } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../select-backend.js";
import { concat, matMul, memory, slice, split, sum, tanh, type Tensor, tensor, tidy } from "../tensors.js";

beforeAll(() => selectBackend("wasm"));

const block = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    values: fc.array(fc.integer({ min: -50, max: 50 }), {
      minLength: shape.reduce((a, b) => a * b, 1),
      maxLength: shape.reduce((a, b) => a * b, 1),
    }),
    axes: fc.subarray(
      shape.map((_, axis) => axis),
      { minLength: 1 },
    ),
    axis: fc.nat(shape.length - 1),
  }),
);

/** What a function of tensors gives, read back, once it is sure that nothing else is left. */
function read(f: () => Tensor): { shape: number[]; values: number[] } {
  const before = memory().numDataBuffers;
  const out = tidy(f);
  const result = { shape: out.shape, values: Array.from(out.dataSync()) };
  out.dispose();
  expect(memory().numDataBuffers).toBe(before);
  return result;
}

/** Place in a row-major block. */
const indexOf = (at: readonly number[], shape: readonly number[]): number =>
  at.reduce((index, i, axis) => index * shape[axis] + i, 0);

function* places(shape: readonly number[]): Generator<number[]> {
  const total = shape.reduce((a, b) => a * b, 1);
  for (let k = 0; k < total; k++) {
    const at: number[] = [];
    for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
      at.unshift(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    yield at;
  }
}

describe("our kernels against plain loops, on wasm", () => {
  test("sums and means over any axes", () => {
    fc.assert(
      fc.property(block, ({ shape, values, axes }) => {
        const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
        const sums = Array.from({ length: kept.reduce((a, b) => a * b, 1) }, () => 0);
        for (const at of places(shape))
          sums[
            indexOf(
              at.map((i, axis) => (axes.includes(axis) ? 0 : i)),
              kept,
            )
          ] += values[indexOf(at, shape)];
        const total = read(() => sum(tensor(values, shape), axes, true));
        expect(total).toEqual({ shape: kept, values: sums });
        const count = values.length / sums.length;
        const average = read(() => mean(tensor(values, shape), axes));
        expect(average.shape).toEqual(shape.filter((_, axis) => !axes.includes(axis)));
        assertClose(
          average.values,
          sums.map((value) => value / count),
          { absolute: 1e-4 },
        );
      }),
    );
  });

  test("any slice", () => {
    fc.assert(
      fc.property(block, fc.infiniteStream(fc.nat()), ({ shape, values }, numbers) => {
        const draw = (below: number): number => numbers.next().value % below;
        const begin = shape.map((size) => draw(size));
        const size = shape.map((length, axis) => 1 + draw(length - begin[axis]));
        const expected = [...places(size)].map(
          (at) =>
            values[
              indexOf(
                at.map((i, axis) => begin[axis] + i),
                shape,
              )
            ],
        );
        expect(read(() => slice(tensor(values, shape), begin, size))).toEqual({
          shape: size,
          values: expected,
        });
      }),
    );
  });

  test("what is split and joined again is as before, along any axis", () => {
    fc.assert(
      fc.property(block, ({ shape, values, axis }) => {
        const first = Math.ceil(shape[axis] / 2);
        const sizes = shape[axis] > 1 ? [first, shape[axis] - first] : [1];
        const again = read(() => concat(split(tensor(values, shape), sizes, axis), axis));
        expect(again).toEqual({ shape, values });
      }),
    );
  });

  test("transposed products are those of transposed operands", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (rows, inner, columns) => {
          const left = Array.from({ length: rows * inner }, (_, i) => Math.sin(i));
          const right = Array.from({ length: inner * columns }, (_, i) => Math.cos(i));
          const flip = (values: number[], width: number): number[] => {
            const height = values.length / width;
            return values.map((_, k) => values[(k % height) * width + Math.floor(k / height)]);
          };
          const plain = read(() => matMul(tensor(left, [rows, inner]), tensor(right, [inner, columns])));
          const both = read(() =>
            matMul(
              tensor(flip(left, inner), [inner, rows]),
              tensor(flip(right, columns), [columns, inner]),
              true,
              true,
            ),
          );
          expect(both).toEqual(plain);
        },
      ),
    );
  });

  test("tanh, small arguments included", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (values) => {
          const all = [...values, ...values.map((value) => value / 1e4)];
          const expected = Array.from(Float32Array.from(all), Math.tanh);
          assertClose(read(() => tanh(tensor(all))).values, expected, { absolute: 3e-7, relative: 1e-5 });
        },
      ),
    );
  });
});

import { add, reverse, tile } from "@tensorflow/tfjs-core";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { at, type Block, block, zipped } from "../../testing/block.js";
import { selectBackend } from "../select-backend.js";
import { memory, type Tensor, tensor, tidy, transpose } from "../tensors.js";

/** Blocks of up to five axes, empty ones and single numbers among them. */
const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 5 });
const counted = (sizes: readonly number[]): Block => {
  let next = 0;
  return block(sizes, () => next++);
};
const upload = ({ shape: sizes, values }: Block): Tensor => tensor(Float32Array.from(values), [...sizes]);

/** That a function of tensors gives a block, and leaves nothing else behind. */
function expectBlock(f: () => Tensor, expected: Block): void {
  const before = memory().numDataBuffers;
  const out = tidy(f);
  const values = Float64Array.from(out.dataSync());
  out.dispose();
  expect(memory().numDataBuffers).toBe(before);
  expect({ shape: out.shape, values }).toEqual(expected);
}

describe.each(["cpu", "wasm"] as const)("kernels that step through blocks, on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test("any order of axes", () => {
    const ordered = shape.chain((sizes) =>
      fc.record({
        sizes: fc.constant(sizes),
        order: fc.shuffledSubarray([...sizes.keys()], { minLength: sizes.length }),
      }),
    );
    fc.assert(
      fc.property(ordered, ({ sizes, order }) => {
        const x = counted(sizes);
        const expected = block(
          order.map((axis) => sizes[axis]),
          (place) =>
            at(
              x,
              sizes.map((_, axis) => place[order.indexOf(axis)]),
            ),
        );
        expectBlock(() => transpose(upload(x), order), expected);
      }),
    );
  });

  test("any repetitions", () => {
    const repeated = shape
      .filter((sizes) => sizes.length > 0)
      .chain((sizes) =>
        fc.record({
          sizes: fc.constant(sizes),
          times: fc.array(fc.integer({ min: 1, max: 3 }), {
            minLength: sizes.length,
            maxLength: sizes.length,
          }),
        }),
      );
    fc.assert(
      fc.property(repeated, ({ sizes, times }) => {
        const x = counted(sizes);
        const expected = block(
          sizes.map((size, axis) => size * times[axis]),
          (place) =>
            at(
              x,
              place.map((i, axis) => i % sizes[axis]),
            ),
        );
        expectBlock(() => tile(upload(x), times), expected);
      }),
    );
  });

  test("any axes backwards", () => {
    const turned = shape
      .filter((sizes) => sizes.length > 0)
      .chain((sizes) =>
        fc.record({ sizes: fc.constant(sizes), axes: fc.subarray([...sizes.keys()], { minLength: 1 }) }),
      );
    fc.assert(
      fc.property(turned, ({ sizes, axes }) => {
        const x = counted(sizes);
        const expected = block(sizes, (place) =>
          at(
            x,
            place.map((i, axis) => (axes.includes(axis) ? sizes[axis] - 1 - i : i)),
          ),
        );
        expectBlock(() => reverse(upload(x), axes), expected);
      }),
    );
  });

  test("any broadcast of both sides", () => {
    const pairs = shape.chain((sizes) => {
      const side = fc
        .tuple(fc.nat({ max: sizes.length }), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }))
        .map(([drop, single]) => sizes.slice(drop).map((size, i) => (single[i] ? 1 : size)));
      return fc.tuple(side, side);
    });
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [x, y] = [counted(a), counted(b)];
        expectBlock(() => add(upload(x), upload(y)), zipped((p, q) => p + q)(x, y));
      }),
    );
  });
});

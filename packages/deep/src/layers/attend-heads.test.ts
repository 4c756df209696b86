import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { smallProduct } from "../backend/kernels/small-product.js";
import { selectBackend } from "../backend/select-backend.js";
import { engine, mul, sum, type Tensor, tensor, tidy } from "../backend/tensors.js";
import { gradientError, wave } from "../testing/finite-difference.js";
import { held } from "../testing/padding.js";
import { testBackends } from "../testing/test-backends.js";
import { attend, composedAttend } from "./attend-heads.js";
import { taken } from "../testing/taken.js";

const mask = (): Tensor => tensor([1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0], [3, 5]);
const kept = (): Tensor =>
  tensor(
    Float32Array.from({ length: 3 * 2 * 6 * 5 }, (_, i) => (i % 3 === 0 ? 0 : 1.5)),
    [3, 2, 6, 5],
  );
const shapes = [
  [3, 6, 4],
  [3, 5, 4],
  [3, 5, 10],
];
const cases = [
  ["all keys", { heads: 2, causal: false }, false],
  ["causal", { heads: 2, causal: true }, false],
  ["one head", { heads: 1, causal: false }, false],
  ["a part dropped", { heads: 2, causal: false }, true],
  ["causal, a part dropped", { heads: 2, causal: true }, true],
] as const;

describe.each(testBackends)("attention in heads on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(cases)("agrees with finite differences: %s", async (_, heads, drops) => {
    const error = await gradientError(shapes, (query, key, value) =>
      attend([query, key, value], mask(), heads, drops ? kept() : undefined),
    );
    expect(error).toBeLessThan(3e-3);
  });

  test.each(cases)("agrees with ordinary operations, gradients too: %s", async (_, heads, drops) => {
    const before = held();
    const both = [attend, composedAttend].map((each) =>
      tidy(() => {
        const inputs = shapes.map((shape, i) =>
          tensor(
            wave(
              shape.reduce((a, b) => a * b, 1),
              i,
            ),
            shape,
          ),
        );
        const [query, key, value] = inputs;
        const [real, scale] = [mask(), drops ? kept() : undefined];
        const loss = (): Tensor => {
          const out = each([query, key, value], real, heads, scale);
          return sum(mul(out, tensor(wave(out.size, 3), out.shape)));
        };
        const { value: total, grads } = engine().gradients(loss, inputs);
        const out = each([query, key, value], real, heads, scale);
        return [total, out, ...grads];
      }),
    );
    const [fused, composed] = [await taken(both[0]), await taken(both[1])];
    fused.forEach((values, i) => assertClose(values, composed[i], { absolute: 1e-5 }));
    // The third row has no real key.
    expect(fused[1].slice(120).every((value) => value === 0)).toBe(true);
    expect(held()).toEqual(before);
  });
});

test("small products agree with sums spelt out, whatever the sizes and layouts", () => {
  for (const [m, k, n] of [
    [4, 3, 8],
    [5, 1, 7],
    [3, 4, 2],
    [9, 6, 6],
  ]) {
    const [left, right] = [wave(m * k, 1), wave(k * n, 2)];
    const expected = Float32Array.from({ length: m * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return Array.from({ length: k }, (__, p) => left[i * k + p] * right[p * n + j]).reduce(
        (a, b) => a + b,
        0,
      );
    });
    const out = new Float32Array(m * n + 2);
    const plain = { start: 0, column: 1 };
    // The right side lies transposed, and the result starts at 2.
    const turned = Float32Array.from({ length: k * n }, (_, at) => right[(at % k) * n + Math.floor(at / k)]);
    smallProduct(
      { values: out, start: 2, row: n, column: 1 },
      { ...plain, values: left, row: k },
      { values: turned, start: 0, row: 1, column: k },
      m,
      k,
      n,
    );
    assertClose(out.slice(2), expected, { absolute: 1e-5 });
    expect(out.slice(0, 2)).toEqual(new Float32Array(2));
  }
});

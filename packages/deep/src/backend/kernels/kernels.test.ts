import { assertClose } from "@strata-ml/core/testing";
import { conv2d, depthwiseConv2d, matMul, mean, sum, type Tensor4D, transpose } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { gradientError, wave } from "../../testing/finite-difference.js";
import { hasKernel } from "../has-kernel.js";
import { selectBackend } from "../select-backend.js";
import {
  concat,
  gather,
  memory,
  mul,
  reshape,
  slice,
  split,
  square,
  type Tensor,
  tensor,
  tidy,
  unsortedSegmentSum,
} from "../tensors.js";
import { testBackends } from "../../testing/test-backends.js";

/** What a function of tensors gives, read back. */
function read(f: () => Tensor): Float32Array {
  const out = tidy(f);
  const values = out.dataSync() as Float32Array;
  out.dispose();
  return values;
}

const conv =
  (strides: number, pad: "same" | "valid" | number) =>
  (x: Tensor, filter: Tensor): Tensor =>
    conv2d(x as Tensor4D, filter as Tensor4D, strides, pad);
const depthwise =
  (strides: number, pad: "same" | "valid") =>
  (x: Tensor, filter: Tensor): Tensor =>
    depthwiseConv2d(x as Tensor4D, filter as Tensor4D, strides, pad);
const product =
  (transposeA: boolean, transposeB: boolean) =>
  (a: Tensor, b: Tensor): Tensor =>
    matMul(a, b, transposeA, transposeB);

const ids = tensorOf([2, 0, 2, 1, 0]);
function tensorOf(values: number[]): () => Tensor {
  return () => tensor(values, [values.length], "int32");
}

type Case = readonly [string, number[][], (...inputs: Tensor[]) => Tensor];
const cases: readonly Case[] = [
  [
    "conv2d same",
    [
      [2, 5, 4, 2],
      [3, 3, 2, 3],
    ],
    conv(1, "same"),
  ],
  [
    "conv2d valid, stride 2",
    [
      [2, 7, 6, 2],
      [3, 2, 2, 3],
    ],
    conv(2, "valid"),
  ],
  [
    "conv2d padded by 2",
    [
      [1, 4, 4, 1],
      [3, 3, 1, 2],
    ],
    conv(1, 2),
  ],
  [
    "depthwise same",
    [
      [2, 5, 4, 2],
      [3, 3, 2, 2],
    ],
    depthwise(1, "same"),
  ],
  [
    "depthwise valid, stride 2",
    [
      [2, 6, 5, 3],
      [2, 3, 3, 1],
    ],
    depthwise(2, "valid"),
  ],
  [
    "a b",
    [
      [5, 4],
      [4, 3],
    ],
    product(false, false),
  ],
  [
    "aT b",
    [
      [4, 5],
      [4, 3],
    ],
    product(true, false),
  ],
  [
    "a bT",
    [
      [5, 4],
      [3, 4],
    ],
    product(false, true),
  ],
  [
    "aT bT",
    [
      [4, 5],
      [3, 4],
    ],
    product(true, true),
  ],
  [
    "batched aT b",
    [
      [3, 4, 5],
      [3, 4, 2],
    ],
    product(true, false),
  ],
  ["gather", [[4, 3]], (x) => gather(x, ids())],
  ["segment sum", [[5, 3]], (x) => unsortedSegmentSum(x as never, ids() as never, 4)],
  [
    "concat, last axis",
    [
      [2, 3, 2],
      [2, 3, 4],
    ],
    (a, b) => concat([a, b], 2),
  ],
  [
    "concat, first axis",
    [
      [2, 3],
      [4, 3],
    ],
    (a, b) => concat([a, b], 0),
  ],
  ["slice of a middle axis", [[3, 5, 4]], (x) => slice(x, [1, 2, 0], [2, 2, 4])],
  ["sum of the first axis", [[4, 3, 2]], (x) => square(sum(x, 0))],
  ["sum of outer axes", [[4, 3, 2]], (x) => square(sum(x, [0, 2]))],
  ["mean of the last axis", [[4, 3, 2]], (x) => square(mean(x, -1, true))],
  ["mean of all", [[4, 3]], (x) => square(mean(x))],
];

describe.each(testBackends)("gradients on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each(cases)("%s agrees with finite differences", async (_, shapes, f) => {
    expect(await gradientError(shapes, f)).toBeLessThan(2e-3);
  });

  test("no kernel keeps memory", async () => {
    const before = memory();
    for (const [, shapes, f] of cases) await gradientError(shapes, f);
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});

describe("values on wasm", () => {
  beforeAll(() => selectBackend("wasm"));

  test("kernels that wasm lacks are there", () => {
    for (const name of [
      "UnsortedSegmentSum",
      "Conv2DBackpropFilter",
      "DepthwiseConv2dNativeBackpropFilter",
      "DepthwiseConv2dNativeBackpropInput",
    ])
      expect(hasKernel(name)).toBe(true);
  });

  test("sums do not lose small numbers beside large ones", () => {
    const values = Float32Array.from({ length: 100_000 }, (_, i) => 1e4 + (i % 2 === 0 ? 1 : -1));
    const variance = read(() => {
      const x = tensor(values);
      const centred = mul(1, tensor(values.map((value) => value - 1e4)));
      return concat([reshape(mean(x), [1]), reshape(mean(square(centred)), [1])], 0);
    });
    assertClose(variance, [1e4, 1], { absolute: 1e-6 });
  });

  test("segment sum leaves out negative ids and gives zeros for empty segments", () => {
    const sums = read(() =>
      unsortedSegmentSum(tensor([1, 2, 3, 4], [2, 2]) as never, tensor([-1, 2], [2], "int32") as never, 3),
    );
    expect([...sums]).toEqual([0, 0, 0, 0, 3, 4]);
  });

  test("gather refuses an index outside the table", () => {
    const table = tensor(wave(6), [3, 2]);
    expect(() => tidy(() => gather(table, tensor([3], [1], "int32")))).toThrow(
      "index must be in 0..2, received 3",
    );
    table.dispose();
  });

  test("integer tensors go to the backend's own kernels", () => {
    const whole = (values: number[], shape: number[]): Tensor => tensor(values, shape, "int32");
    expect([...read(() => sum(whole([1, 2, 3, 4], [2, 2]), 0))]).toEqual([4, 6]);
    expect([...read(() => concat([whole([1], [1]), whole([2], [1])], 0))]).toEqual([1, 2]);
    expect([...read(() => slice(whole([1, 2, 3], [3]), [1], [2]))]).toEqual([2, 3]);
    expect([...read(() => split(whole([1, 2], [2]), 2)[1])]).toEqual([2]);
    expect([...read(() => gather(whole([5, 6, 7], [3]), whole([2, 0], [2])))]).toEqual([7, 5]);
    expect([...read(() => transpose(whole([1, 2, 3, 4], [2, 2])))]).toEqual([1, 3, 2, 4]);
  });
});

test("cpu and wasm agree on every case", async () => {
  const results: Float32Array[][] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    await selectBackend(backend);
    results.push(
      cases.map(([, shapes, f]) =>
        read(() =>
          f(
            ...shapes.map((shape, i) =>
              tensor(
                wave(
                  shape.reduce((a, b) => a * b, 1),
                  i,
                ),
                shape,
              ),
            ),
          ),
        ),
      ),
    );
  }
  cases.forEach(([label], i) => assertClose(results[1][i], results[0][i], { absolute: 1e-5, label }));
});

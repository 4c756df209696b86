import { beforeAll, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { ones, tensor, tidy, zeros } from "../backend/tensors.js";
import { evaluate } from "../network/evaluate.js";
import { unnamed } from "../network/graph.js";
import type { Steps } from "../network/node.js";
import { concatSteps } from "./concat-steps.js";

beforeAll(() => selectBackend("cpu"));

const steps = (count: number, width: number, value: number, mask: number): Steps =>
  unnamed("steps", width, [], () => ({
    tensor: tensor(new Float32Array(2 * count * width).fill(value), [2, count, width]),
    mask: mask === 1 ? ones([2, count]) : zeros([2, count]),
  }));

test("steps and masks follow one another", () => {
  const pass = { feeds: new Map(), weights: new Map() };
  const joined = concatSteps("test", [steps(1, 3, 7, 1), steps(2, 3, 9, 0)]);
  const [values, mask] = tidy(() => {
    const value = evaluate(joined, pass);
    return [[...value.tensor.dataSync()], [...value.mask!.dataSync()]] as never;
  }) as unknown as [number[], number[]];
  const row = [7, 7, 7, 9, 9, 9, 9, 9, 9];
  expect(values).toEqual([...row, ...row]);
  expect(mask).toEqual([1, 0, 0, 1, 0, 0]);
});

test("widths that differ, and no inputs, are refused", () => {
  expect(() => concatSteps("test", [steps(1, 3, 0, 1), steps(1, 2, 0, 1)])).toThrow(
    "of one width, received 3, 2",
  );
  expect(() => concatSteps("test", [])).toThrow("at least one input");
});

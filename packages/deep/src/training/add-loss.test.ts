import { fromColumns, Random } from "@strata-ml/core";
import { beforeAll, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { ops, type Tensor } from "../custom/ops.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { defineNetwork } from "../network/define-network.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

/** The input itself, which adds something to the loss. */
const pulled = (name: string, term: (x: Tensor) => Tensor | undefined) =>
  defineNetwork(name, (n) => {
    const hidden = n.dense("hidden", n.inputs.numeric!, { units: 4, activation: "tanh" });
    const same = n.layer("same", [hidden], {
      kind: "vector",
      width: 4,
      run: ([x], { addLoss }) => {
        const added = term(x);
        if (added) addLoss(added);
        return ops.add(x, 0);
      },
    });
    return n.dense("output", same, { units: n.outputs });
  });
const networks = [
  pulled("plain", () => undefined),
  pulled("constant", () => ops.tensor([0.25], [])),
  pulled("by row", (x) => ops.mul(ops.sum(ops.square(x), 1), 30)),
];

const random = new Random(5);
const x = Array.from({ length: 80 }, () => random.normal());
const data = fromColumns({ x, y: x.map((value) => 3 * value) }, { target: "y" });
const fit = (network: string) =>
  new NeuralRegressor({ network, epochs: 20, learningRate: 0.02, patience: null }, { networks }).fit(
    data.slice(0, 60),
    { validation: data.slice(60, 80) },
  );

test("what a layer adds counts in training and validation losses", async () => {
  const alive = aliveTensors();
  const [plain, constant] = [await fit("plain"), await fit("constant")];
  for (const part of ["loss", "validationLoss"] as const)
    expect(constant.history[part][0] - plain.history[part][0]).toBeCloseTo(0.25, 5);
  // A constant has no gradient.
  expect(constant.fitted.weights).toEqual(plain.fitted.weights);
  expect(aliveTensors()).toBe(alive);
});

test("its gradient reaches the weights", async () => {
  const size = async (network: string): Promise<number> => {
    const { data: values } = await (await fit(network)).embed(data, { layer: "same" });
    return values.reduce((sum, value) => sum + value * value, 0);
  };
  expect(await size("by row")).toBeLessThan(0.1 * (await size("plain")));
});

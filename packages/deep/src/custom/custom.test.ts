import { decodeArtifact, encodeArtifact, fromColumns, ParamError, Random, Registry } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { type Tensor as HeldTensor, tidy } from "../backend/tensors.js";
import { NeuralClassifier, neuralClassifierCodec } from "../estimators/neural-classifier.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { defineNetwork } from "../network/define-network.js";
import { initializers } from "../network/initializer.js";
import { gradientError } from "../testing/finite-difference.js";
import { taken } from "../testing/taken.js";
import { testBackends } from "../testing/test-backends.js";
import { defineLoss } from "./define-loss.js";
import { ops, type Tensor } from "./ops.js";
import { valueAndGradients } from "./value-and-gradients.js";

type Case = readonly [string, number[][], (...inputs: Tensor[]) => Tensor];
/** Rows and columns whose greatest and least number a small change doesn't change. */
const apart = (x: Tensor): Tensor => ops.add(x, ops.tensor([0, 4, 8, 12, 8, 4], [2, 3]));
const positive = (x: Tensor): Tensor => ops.add(ops.square(x), 0.5);
const unary = [
  "neg",
  "exp",
  "square",
  "sin",
  "cos",
  "tanh",
  "sigmoid",
  "softplus",
  "elu",
  "softmax",
  "logSoftmax",
] as const;
const cases: readonly Case[] = [
  ...unary.map((name): Case => [name, [[2, 3]], (x) => ops[name](x)]),
  ...(["log", "sqrt"] as const).map((name): Case => [name, [[2, 3]], (x) => ops[name](positive(x))]),
  ...(["abs", "relu"] as const).map((name): Case => [name, [[2, 3]], (x) => ops[name](ops.add(x, 3))]),
  ...(["add", "sub", "mul"] as const).map((name): Case => [name, [[2, 3], [3]], (a, b) => ops[name](a, b)]),
  ["div", [[2, 3], [3]], (a, b) => ops.div(a, positive(b))],
  ["pow", [[2, 3]], (x) => ops.pow(positive(x), 1.5)],
  [
    "maximum and minimum",
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => ops.add(ops.maximum(a, ops.add(b, 9)), ops.minimum(a, 5)),
  ],
  ...(["sum", "mean"] as const).map((name): Case => [name, [[2, 3, 2]], (x) => ops[name](x, [0, 2])]),
  ["max and min", [[2, 3]], (x) => ops.sub(ops.max(apart(x), 1, true), ops.min(apart(x), 0, true))],
  [
    "matMul",
    [
      [2, 3],
      [4, 3],
    ],
    (a, b) => ops.matMul(a, b, false, true),
  ],
  [
    "layout",
    [[2, 3]],
    (x) => ops.concat([ops.transpose(x), ops.slice(ops.reshape(x, [3, 2]), [1, 0], [2, 2])], 0),
  ],
  ["expandDims", [[2, 3]], (x) => ops.mul(ops.expandDims(x, 1), ops.expandDims(x, 2))],
  ["gather", [[4, 2]], (x) => ops.gather(x, ops.tensor([3, 0, 3], [3], "int32"))],
  ["where with a comparison", [[2, 3]], (x) => ops.where(ops.greater(ops.mul(x, 2), 0.4), ops.square(x), x)],
  ["comparisons pass no gradient", [[2, 3]], (x) => ops.mul(x, ops.add(ops.less(x, 0.1), ops.equal(x, 7)))],
  ["oneHot", [[2, 3]], (x) => ops.mul(x, ops.oneHot(ops.tensor([2, 0], [2], "int32"), 3))],
];

describe.each(testBackends)("operations on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test("comparisons are numbers: their difference is a sign", async () => {
    const signs = tidy(() => {
      const x = ops.tensor([-2, 0, 3, Number.NaN]);
      return ops.sub(ops.greater(x, 0), ops.less(x, 0)) as HeldTensor;
    });
    expect([...(await taken([signs]))[0]]).toEqual([-1, 0, 1, 0]);
  });

  test.each(cases)("%s: the gradient agrees with finite differences", async (_, shapes, f) => {
    const given = (...inputs: HeldTensor[]): HeldTensor => f(...inputs) as HeldTensor;
    expect(await gradientError(shapes, given)).toBeLessThan(5e-3);
  });

  test("stopGradient passes the numbers and no gradient", async () => {
    const inputs = { x: { values: Float32Array.of(2, 3), shape: [2] } };
    const before = aliveTensors();
    const result = await valueAndGradients(({ x }) => ops.sum(ops.mul(x, ops.stopGradient(x))), inputs);
    expect(result.value).toBe(13);
    expect([...result.gradients.x]).toEqual([2, 3]);
    expect(aliveTensors()).toBe(before);
  });
});

describe("valueAndGradients", () => {
  const two = { values: Float32Array.of(1, -2), shape: [2] };

  test("trains by a loop of one's own: least squares", async () => {
    const random = new Random(2);
    const x = Float32Array.from({ length: 60 }, () => random.normal());
    const y = Float32Array.from({ length: 30 }, (_, i) => 3 * x[2 * i] - x[2 * i + 1]);
    let w = new Float32Array(2);
    for (let step = 0; step < 200; step++) {
      const { gradients } = await valueAndGradients(
        (inputs) => {
          const error = ops.sub(ops.matMul(inputs.x, inputs.w), inputs.y);
          return ops.mean(ops.square(error));
        },
        {
          x: { values: x, shape: [30, 2] },
          y: { values: y, shape: [30, 1] },
          w: { values: w, shape: [2, 1] },
        },
      );
      w = w.map((value, i) => value - 0.1 * gradients.w[i]);
    }
    assertClose(w, [3, -1], { absolute: 1e-4 });
  });

  test("gives zeros for what the value doesn't depend on", async () => {
    const { gradients } = await valueAndGradients(({ a }) => ops.sum(ops.exp(a)), { a: two, b: two });
    expect([...gradients.b]).toEqual([0, 0]);
  });

  test("says what doesn't fit, and leaves no tensor", async () => {
    const before = aliveTensors();
    await expect(valueAndGradients(({ a }) => ops.square(a), { a: two })).rejects.toThrow(
      "valueAndGradients: the function must give one number, received 2",
    );
    await expect(
      valueAndGradients(
        () => {
          throw new Error("mine");
        },
        { a: two },
      ),
    ).rejects.toThrow("mine");
    await expect(valueAndGradients(({ a }) => ops.sum(a), { a: { ...two, shape: [3] } })).rejects.toThrow(
      "'a' must be a Float32Array of 3 numbers",
    );
    expect(aliveTensors()).toBe(before);
  });
});

const random = new Random(6);
const a = Float64Array.from({ length: 400 }, () => random.normal());
const rings = fromColumns({ a, y: a.map((value) => (Math.abs(value) > 0.7 ? 1 : 0)) }, { target: "y" });
const quick = { epochs: 15, dropout: 0, patience: null, batchSize: 32, learningRate: 0.03 };

describe("a layer of one's own", () => {
  const squared = defineNetwork("squared", (n) => {
    const x = n.inputs.numeric!;
    const hidden = n.layer("square", [x], {
      kind: "vector",
      width: x.width,
      weights: { scale: { shape: [x.width], initializer: initializers.ones } },
      run: ([values], { weights: { scale } }) => ops.mul(ops.square(values), scale),
    });
    return n.dense("output", hidden, { units: n.outputs });
  });

  test("is trained, embeds, and comes back from an artifact", async () => {
    const model = await new NeuralClassifier({ ...quick, network: "squared" }, { networks: [squared] }).fit(
      rings,
    );
    const labels = await model.predict(rings);
    const right = labels.filter((label, i) => label === rings.column("y", "numeric").values[i]).length;
    expect(right / labels.length).toBeGreaterThan(0.97);
    expect(model.layers).toContain("square");
    expect(Math.min(...(await model.embed(rings, { layer: "square" })).data)).toBeGreaterThanOrEqual(0);
    const registry = new Registry([neuralClassifierCodec({ networks: [squared] })]);
    const again = (await decodeArtifact(await encodeArtifact(model, registry), registry)) as typeof model;
    expect((await again.predictProba(rings)).data).toEqual((await model.predictProba(rings)).data);
  });

  test("that gives another shape is an error with both", async () => {
    const wrong = defineNetwork("wrong", (n) => {
      const run = ([values]: readonly Tensor[]): Tensor => ops.sum(values, 1);
      const hidden = n.layer("sum", [n.inputs.numeric!], { kind: "vector", width: 1, run });
      return n.dense("output", hidden, { units: n.outputs });
    });
    const estimator = new NeuralClassifier({ ...quick, network: "wrong" }, { networks: [wrong] });
    const before = aliveTensors();
    await expect(estimator.fit(rings)).rejects.toThrow(
      "network 'wrong': layer 'sum': run must give 32 x 1 numbers, received 32",
    );
    expect(aliveTensors()).toBe(before);
  });

  test("in a network without any weight is an error", async () => {
    const bare = defineNetwork("bare", (n) => n.inputs.numeric!);
    const estimator = new NeuralClassifier({ ...quick, network: "bare" }, { networks: [bare] });
    await expect(estimator.fit(rings)).rejects.toThrow(
      "network 'bare': there must be a weight to train, received none",
    );
  });
});

describe("a loss of one's own", () => {
  const line = fromColumns({ a, y: a.map((value) => 2 * value) }, { target: "y" });

  test("that is one of ours gives the same model", async () => {
    const mine = defineLoss("mine", (z, y) => ops.mean(ops.square(ops.sub(z, y)), 1));
    const own = await new NeuralRegressor({ ...quick, epochs: 3, loss: "mine" }, { losses: [mine] }).fit(
      line,
    );
    const ours = await new NeuralRegressor({ ...quick, epochs: 3 }).fit(line);
    assertClose(own.fitted.weights, ours.fitted.weights, { absolute: 1e-6 });
  });

  test("that is not passed, or gives another shape, is an error", async () => {
    expect(() => new NeuralRegressor({ loss: "mine" })).toThrow(ParamError);
    expect(() => new NeuralClassifier({ loss: "mine" })).toThrow(
      `NeuralClassifier: loss must be one of 'crossEntropy', 'focal', 'hinge', 'squaredHinge', 'categoricalHinge', 'generalizedCrossEntropy', received "mine": pass its definition`,
    );
    const total = defineLoss("total", (z, y) => ops.sum(ops.square(ops.sub(z, y))));
    const estimator = new NeuralRegressor({ ...quick, loss: "total" }, { losses: [total] });
    await expect(estimator.fit(line)).rejects.toThrow(
      "NeuralRegressor: loss 'total' must give 32 numbers, one a row, received one",
    );
    expect(() => defineLoss("", () => ops.tensor([1]))).toThrow("name must be a string that is not empty");
  });
});

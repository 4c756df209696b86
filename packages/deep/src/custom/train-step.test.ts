import { decodeArtifact, encodeArtifact, fromColumns, Random, Registry } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { identity, keep, memory, type Tensor as HeldTensor } from "../backend/tensors.js";
import { deepCodecs } from "../codecs.js";
import { NeuralClassifier } from "../estimators/neural-classifier.js";
import { NeuralRegressor } from "../estimators/neural-regressor.js";
import { defineNetwork } from "../network/define-network.js";
import { mixedData } from "../testing/example-data.js";
import { taken } from "../testing/taken.js";
import { testBackend, testBackends } from "../testing/test-backends.js";
import { defineTrainStep, type StepResult, type TrainStep } from "./define-train-step.js";
import { ops, type Tensor } from "./ops.js";

const mixed = mixedData(90, 3);
const small = {
  epochs: 2,
  batchSize: 16,
  hiddenUnits: [8],
  normalization: "batch",
  dropout: 0.3,
  patience: null,
  validationFraction: null,
  maxTokens: 32,
  sequenceUnits: 4,
  seed: 2,
} as const;

const random = new Random(8);
const x = Float64Array.from({ length: 24 }, () => random.normal());
const line = fromColumns({ x, y: x.map((value) => 3 * value - 1) }, { target: "y" });
const linear = defineNetwork("linear", (n) => n.dense("out", n.inputs.numeric!, { units: 1 }));
const normed = defineNetwork("normed", (n) =>
  n.dense(
    "out",
    n.dropout("drop", n.batchNorm("norm", n.inputs.numeric!, { momentum: 0.5 }), { rate: 0.5 }),
    {
      units: 1,
    },
  ),
);
const sgd = {
  network: "linear",
  epochs: 3,
  batchSize: 8,
  optimizer: "sgd",
  weightDecay: 0,
  learningRate: 0.02,
  clipNorm: null,
  patience: null,
  validationFraction: null,
} as const;

/** A regression over the line by a step of this plan. */
function regress(run: (step: TrainStep) => StepResult, change: object = {}) {
  const options = { networks: [linear, normed], trainSteps: [defineTrainStep("mine", run)] };
  return new NeuralRegressor({ ...sgd, trainStep: "mine", ...change }, options).fit(line);
}
const plain = (step: TrainStep): StepResult => step.valueAndGradients(() => step.loss(step.forward()));

describe.each(testBackends)("a training step of one's own on %s", (backend) => {
  beforeAll(() => selectBackend(backend));

  test.each([{}, { accumulationSteps: 3, batchSize: 8 }])(
    "that is the usual one gives the same weights: %j",
    async (change) => {
      const usual = new NeuralClassifier({ ...small, ...change });
      const own = new NeuralClassifier(
        { ...small, ...change, trainStep: "mine" },
        { trainSteps: [defineTrainStep("mine", plain)] },
      );
      const before = aliveTensors();
      const model = await own.fit(mixed);
      expect(aliveTensors()).toBe(before);
      const expected = await usual.fit(mixed);
      expect([...model.fitted.weights]).toEqual([...expected.fitted.weights]);
      expect(model.history).toEqual(expected.history);
    },
  );

  test("has the gradient by inputs, of a line 2 (f(x) - y) w / rows", async () => {
    const held: HeldTensor[] = [];
    await regress(
      (step) => {
        const numeric = step.inputs.numeric!;
        const [slope] = step.gradients((inputs) => step.loss(step.forward({ numeric: inputs })), [numeric]);
        const [one, none] = [ops.add(ops.mul(numeric, 0), 1), ops.mul(numeric, 0)].map((inputs) =>
          step.forward({ numeric: inputs }),
        );
        const distance = ops.sub(step.forward(), step.targets);
        const expected = ops.div(ops.mul(ops.mul(distance, ops.sub(one, none)), 2), step.rows);
        for (const x of [slope, expected]) held.push(keep(identity(x as HeldTensor)));
        return plain(step);
      },
      { epochs: 1 },
    );
    const numbers = await taken(held);
    expect(numbers).toHaveLength(6);
    for (let i = 0; i < numbers.length; i += 2) assertClose(numbers[i], numbers[i + 1], { absolute: 1e-6 });
  });

  test("may change the gradients: twice as long is twice the learning rate", async () => {
    const twice = await regress((step) => {
      const { loss, gradients } = plain(step);
      const longer = Object.entries(gradients).map(([name, gradient]) => [name, ops.mul(gradient, 2)]);
      return { loss, gradients: Object.fromEntries(longer) as StepResult["gradients"] };
    });
    const faster = await regress(plain, { learningRate: 0.04 });
    assertClose(twice.fitted.weights, faster.fitted.weights, { absolute: 1e-6 });
  });
});

describe("a training step of one's own", () => {
  beforeAll(() => selectBackend(testBackend));

  test("mixes rows: the mean of each row and all others has no gradient but to the mean", async () => {
    const model = await regress(
      (step) => {
        // Every row is the batch's mean, so the slope can't be told, and stays as it began.
        const mean = (values: Tensor): Tensor => ops.add(ops.mul(values, 0), ops.mean(values, 0, true));
        return step.valueAndGradients(() =>
          step.loss(step.forward({ numeric: mean(step.inputs.numeric!) }), mean(step.targets)),
        );
      },
      { batchSize: 24, epochs: 400, learningRate: 0.1 },
    );
    const [slope, bias] = model.fitted.weights;
    const first = model.fitted.network.layout.initial(0);
    // Inputs and targets are standardised: their means are 0.
    assertClose([slope, bias], [first[0], 0], { absolute: 1e-4 });
  });

  test("drops other units in each pass, and none without training; statistics move a pass", async () => {
    const held: HeldTensor[] = [];
    const model = await regress(
      (step) => {
        for (const training of [true, true, false])
          held.push(keep(identity(step.forward({}, { training }) as HeldTensor)));
        return plain(step);
      },
      { network: "normed", batchSize: 24, epochs: 1 },
    );
    const outputs = await taken(held);
    expect(outputs[0]).not.toEqual(outputs[1]);
    expect(outputs[2].every((value) => value !== 0)).toBe(true);
    const views = model.fitted.network.layout.views(model.fitted.weights);
    // From a variance of 1 towards the batch's, half the way in each of three passes.
    const { mean, scale } = model.fitted.encoder.numeric!.scaling;
    const z = Array.from(x, (value) => (value - mean[0]) / scale[0]);
    const variance = z.reduce((sum, value) => sum + value ** 2, 0) / 24;
    assertClose(views.get("norm.movingVariance")!, [1 / 8 + (7 / 8) * variance], { absolute: 1e-5 });
  });

  test("draws the same random numbers in every fit of a seed, others in another", async () => {
    const noisy = (step: TrainStep): StepResult => {
      const numeric = ops.add(step.inputs.numeric!, step.random.normal());
      return step.valueAndGradients(() => step.loss(step.forward({ numeric })));
    };
    const [a, b, c] = [await regress(noisy), await regress(noisy), await regress(noisy, { seed: 1 })];
    expect([...b.fitted.weights]).toEqual([...a.fitted.weights]);
    expect([...c.fitted.weights]).not.toEqual([...a.fitted.weights]);
  });

  test("has images and sequences among its inputs, and categories as they are", async () => {
    const seen: string[] = [];
    const step = defineTrainStep("mine", (own) => {
      const { numeric, images, sequences } = own.inputs;
      seen.push(`${numeric?.shape[1]} ${Object.keys(images!).join()} ${Object.keys(sequences!).join()}`);
      const history = ops.mul(sequences!.history, 2);
      return own.valueAndGradients(() => own.loss(own.forward({ sequences: { history } })));
    });
    await new NeuralClassifier({ ...small, epochs: 1, trainStep: "mine" }, { trainSteps: [step] }).fit(mixed);
    expect(new Set(seen)).toEqual(new Set(["4  history"]));
  });

  test.each<[string, (step: TrainStep) => StepResult, string]>([
    [
      "throws",
      (step) => {
        step.forward();
        throw new Error("mine");
      },
      "mine",
    ],
    [
      "throws within its gradient",
      (step) =>
        step.valueAndGradients(() => {
          step.forward();
          throw new Error("mine");
        }),
      "mine",
    ],
    [
      "gives nothing",
      () => undefined as never,
      "train step 'mine': run must give { loss, gradients } with one number as loss, received undefined",
    ],
    ["is asynchronous", (async (step: TrainStep) => plain(step)) as never, "received a promise"],
    ["gives losses", (step) => ({ ...plain(step), loss: step.targets }), "with one number as loss"],
    [
      "gives gradients of another shape",
      (step) => ({ ...plain(step), gradients: { "out.kernel": step.targets } }),
      "train step 'mine': the gradient of 'out.kernel' must be 1 x 1 numbers, received 8 x 1",
    ],
    [
      "gives too few gradients",
      (step) => ({ ...plain(step), gradients: {} }),
      "the gradient of 'out.kernel' must be 1 x 1 numbers, received undefined",
    ],
    [
      "changes an input's shape",
      (step) => step.valueAndGradients(() => step.loss(step.forward({ numeric: step.weights }))),
      "train step 'mine': forward: numeric must be 8 x 1, received 8",
    ],
    [
      "names an input that is none",
      (step) => step.valueAndGradients(() => step.loss(step.forward({ images: { a: step.weights } }))),
      "forward: image 'a' must be left out: there is none, received 8",
    ],
    [
      "has gradients of gradients",
      (step) => step.valueAndGradients(() => plain(step).loss),
      "valueAndGradients must be called outside of another one's function",
    ],
    [
      "has a loss of several numbers",
      (step) => step.valueAndGradients(() => step.rowLosses(step.forward())),
      "the function must give one number, received 8",
    ],
  ])("that %s is an error, and leaves no tensor", async (_, run, message) => {
    const before = [aliveTensors(), memory().numBytes];
    await expect(regress(run)).rejects.toThrow(message);
    expect([aliveTensors(), memory().numBytes]).toEqual(before);
  });

  test("that is not passed, or none, is an error at once", () => {
    expect(() => new NeuralClassifier({ trainStep: "mine" })).toThrow(
      'NeuralClassifier: trainStep must be null, received "mine": pass its definition, as in new NeuralClassifier(params, { trainSteps: [...] })',
    );
    expect(() => defineTrainStep("", plain)).toThrow("name must be a string that is not empty");
    expect(() => defineTrainStep("mine", 3 as never)).toThrow("run must be a function, received 3");
  });

  test("is a name in an artifact", async () => {
    const options = { trainSteps: [defineTrainStep("mine", plain)] };
    const model = await new NeuralClassifier({ ...small, trainStep: "mine" }, options).fit(mixed);
    const registry = new Registry(deepCodecs(options));
    const bytes = await encodeArtifact(model, registry);
    const again = (await decodeArtifact(bytes, registry)) as typeof model;
    expect((await again.predictProba(mixed)).data).toEqual((await model.predictProba(mixed)).data);
    await expect(decodeArtifact(bytes, new Registry(deepCodecs()))).rejects.toThrow("trainStep must be null");
  });
});

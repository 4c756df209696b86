import { accuracy, fromColumns, type LabelledDataset, Random } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { rocAuc } from "../testing/example-data.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { NeuralRegressor } from "./neural-regressor.js";

const random = new Random(3);
const x = Float64Array.from({ length: 600 }, () => 2 * random.uniform() - 1);
/** Noise that is larger above than below, so that quantiles differ from the mean. */
const skewed: LabelledDataset = fromColumns(
  { x, y: x.map((value) => 2 * value - Math.log(random.uniform())) },
  { target: "y" },
);
const bits = x.map((value) => (value + 0.2 * random.normal() > 0 ? 1 : 0));
const labelled: LabelledDataset = fromColumns({ x, y: bits }, { target: "y" });
const quick = { hiddenUnits: [8], dropout: 0, patience: null, batchSize: 32, epochs: 12, learningRate: 0.01 };

describe("what is minimised", () => {
  test.each([0.2, 0.9])(
    "the quantile loss of %d leaves that share of the targets below",
    async (quantile) => {
      const estimator = new NeuralRegressor({ ...quick, epochs: 40, loss: { name: "quantile", quantile } });
      const predicted = await (await estimator.fit(skewed)).predict(skewed);
      const targets = skewed.column("y", "numeric").values;
      const below = targets.filter((y, i) => y < predicted[i]).length / targets.length;
      expect(Math.abs(below - quantile)).toBeLessThan(0.06);
    },
  );

  test("focal loss ranks as cross entropy does, with probabilities nearer to the middle", async () => {
    const [plain, focal] = await Promise.all(
      (["crossEntropy", "focal"] as const).map(async (loss) => {
        const model = await new NeuralClassifier({ ...quick, loss }).fit(labelled);
        return (await model.predictProba(labelled)).column(1);
      }),
    );
    expect(rocAuc(bits, focal)).toBeGreaterThan(rocAuc(bits, plain) - 0.01);
    const spread = (scores: ArrayLike<number>): number =>
      Array.from(scores, (p) => Math.abs(p - 0.5)).reduce((a, b) => a + b, 0);
    expect(spread(focal)).toBeLessThan(0.9 * spread(plain));
  });
});

test.each(["hinge", "squaredHinge", "generalizedCrossEntropy"] as const)(
  "%s tells the classes apart",
  async (loss) => {
    const model = await new NeuralClassifier({ ...quick, loss }).fit(labelled);
    expect(rocAuc(bits, (await model.decisionFunction(labelled)).column(0))).toBeGreaterThan(0.97);
  },
);

test("categoricalHinge tells three classes apart, and is refused for two", async () => {
  const y = Array.from(x, (value) => (value < -0.4 ? "low" : value > 0.4 ? "high" : "middle"));
  const three = fromColumns({ x, y }, { target: "y" });
  const estimator = new NeuralClassifier({ ...quick, loss: "categoricalHinge", epochs: 30 });
  const predicted = await (await estimator.fit(three)).predict(three);
  expect(accuracy(y, predicted)).toBeGreaterThan(0.9);
  await expect(estimator.fit(labelled)).rejects.toThrow("must be of more than two classes");
});

describe("how it is minimised", () => {
  test.each([
    { optimizer: "sgd", learningRate: 0.1 },
    { optimizer: { name: "sgd", momentum: 0.9, nesterov: true }, learningRate: 0.03 },
    { optimizer: "rmsprop" },
    { optimizer: "lion", learningRate: 0.003 },
    { optimizer: { name: "adam", beta1: 0.8 } },
    { schedule: { name: "cosine" }, warmupSteps: 20, learningRate: 0.03 },
    { schedule: { name: "reduceOnPlateau", patience: 1 } },
    { accumulationSteps: 3, batchSize: 11 },
    { clipValue: 0.05 },
  ] as const)("%j learns", async (change) => {
    const model = await new NeuralClassifier({ ...quick, ...change }).fit(labelled);
    expect(rocAuc(bits, (await model.predictProba(labelled)).column(1))).toBeGreaterThan(0.97);
  });

  test("the progress tells the rate of each epoch, as the schedule sets it", async () => {
    const rates: number[] = [];
    const estimator = new NeuralClassifier({
      ...quick,
      epochs: 4,
      batchSize: 150,
      learningRate: 0.1,
      schedule: { name: "exponential", decaySteps: 4, decayFactor: 0.5 },
    });
    await estimator.fit(labelled, {
      onProgress: ({ stage, metrics }) => stage === "epoch" && rates.push(metrics!.learningRate),
    });
    expect(rates.map((rate) => Number(rate.toFixed(6)))).toEqual(
      [3, 7, 11, 15].map((step) => Number((0.1 * 0.5 ** (step / 4)).toFixed(6))),
    );
  });
});

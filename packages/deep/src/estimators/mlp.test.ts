import { readFileSync } from "node:fs";
import { fromColumns, Random, tensor } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { loadGradients } from "../backend/gradients.js";
import { selectBackend } from "../backend/select-backend.js";
import { feedKey } from "../network/feed-key.js";
import { Network } from "../network/network.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { stepGradients } from "../testing/step-gradients.js";
import { testBackend, testBackends } from "../testing/test-backends.js";
import { classesOf, classRows } from "./class-task.js";
import { mlpNetwork } from "./mlp/mlp-network.js";
import { MlpRule } from "./mlp/mlp-rule.js";
import { logLoss, MlpClassifier } from "./mlp-classifier.js";
import { halfSquares, MlpRegressor } from "./mlp-regressor.js";

interface Gradients {
  readonly params: Pick<MlpClassifier["params"], "hiddenLayerSizes" | "activation" | "alpha">;
  readonly x: number[][];
  readonly y: number[] | number[][];
  readonly loss: number;
  readonly kernels: number[][];
  readonly biases: number[][];
  readonly kernelGradients: number[][];
  readonly biasGradients: number[][];
}
type Table = Readonly<{ x: number[][]; label: number[]; height: number[] }>;
type Spread = readonly [mean: number, deviation: number];
const golden = JSON.parse(readFileSync(new URL("../../golden/mlp.json", import.meta.url), "utf8")) as {
  readonly gradients: Record<string, Gradients>;
  readonly train: Table;
  readonly test: Table;
  readonly quality: Record<string, Readonly<Record<"accuracy" | "r2" | "epochs", Spread>>>;
};

const block = (rows: number[][]) => tensor(Float64Array.from(rows.flat()), [rows[0].length]);

describe.each(testBackends)("loss and gradients are scikit-learn's, on %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
    await loadGradients();
  });

  test.each(Object.keys(golden.gradients))("%s", async (name) => {
    const held = golden.gradients[name];
    const { params } = new MlpClassifier(held.params);
    const target = Array.isArray(held.y[0]) ? block(held.y as number[][]) : (held.y as number[]);
    const data = fromColumns({ x: block(held.x), y: target }, { target: "y" });
    const classes = name === "a number" ? undefined : classesOf("test", data, null).classes;
    const outputs = classes?.lists.logits ?? 1;
    const layout = { numericWidth: 3, categorical: new Map(), text: new Map(), sequence: new Map() };
    const network = Network.build(mlpNetwork(params), layout, outputs, {} as NetworkSettings);
    const named = (kernels: number[][], biases: number[][]): Record<string, number[]> =>
      Object.fromEntries(
        kernels.flatMap((kernel, i) => {
          const layer = i === kernels.length - 1 ? "output" : `hidden${i + 1}`;
          return [
            [`${layer}.kernel`, kernel],
            [`${layer}.bias`, biases[i]],
          ];
        }),
      );
    const { loss, gradients } = await stepGradients(network, {
      loss: classes ? logLoss("test", classes.lists) : halfSquares("test", 1),
      feeds: new Map([[feedKey("numeric"), { data: Float32Array.from(held.x.flat()), shape: [12, 3] }]]),
      targets: classes ? classRows("test", data, classes).targets : Float32Array.from(held.y as number[]),
      outputs,
      rows: 12,
      weights: named(held.kernels, held.biases),
    });
    assertClose([loss], [held.loss], { relative: 1e-5 });
    for (const [weight, expected] of Object.entries(named(held.kernelGradients, held.biasGradients)))
      assertClose(gradients.get(weight)!, expected, { absolute: 1e-5, relative: 1e-5, label: weight });
  });
});

describe("what perceptrons reach is what scikit-learn's reach, within the spread of seeds", () => {
  beforeAll(() => selectBackend(testBackend));
  const seeds = [0, 1, 2];
  const solvers = {
    adam: { solver: "adam", learningRateInit: 0.01 },
    "sgd, constant": { solver: "sgd", learningRateInit: 0.1 },
    "sgd, invscaling": { solver: "sgd", learningRateInit: 0.2, learningRate: "invscaling", powerT: 0.25 },
    "sgd, adaptive": { solver: "sgd", learningRateInit: 0.1, learningRate: "adaptive" },
    lbfgs: { solver: "lbfgs", alpha: 0.1 },
  } as const;
  // L-BFGS says that it has not converged, as scikit-learn's does.
  const onWarning = (): void => {};
  const common = { hiddenLayerSizes: [20], maxIter: 120, batchSize: 50 };
  const meanOf = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  /** Within four standard errors of a difference of means over 8 and 3 seeds, and a floor where seeds hardly differ. */
  const near = (value: number, [mean, deviation]: Spread, floor: number): void => {
    expect(Math.abs(value - mean)).toBeLessThan(4 * deviation * Math.sqrt(1 / 8 + 1 / seeds.length) + floor);
  };

  test.each(Object.keys(solvers) as (keyof typeof solvers)[])("%s", { timeout: 60_000 }, async (name) => {
    const expected = golden.quality[name];
    const of = ({ x, label, height }: Table) => ({
      labels: fromColumns({ x: block(x), y: label }, { target: "y" }),
      heights: fromColumns({ x: block(x), y: height }, { target: "y" }),
    });
    const [train, unseen] = [of(golden.train), of(golden.test)];
    const [accuracies, r2s, epochs] = [[], [], []] as number[][];
    for (const seed of seeds) {
      const params = { ...common, ...solvers[name], seed };
      const classifier = await new MlpClassifier(params).fit(train.labels, { onWarning });
      const labels = await classifier.predict(unseen.labels);
      accuracies.push(meanOf(labels.map((label, i) => Number(label === golden.test.label[i]))));
      epochs.push(classifier.history.loss.length);
      const numbers = await (await new MlpRegressor(params).fit(train.heights, { onWarning })).predict(
        unseen.heights,
      );
      const truth = golden.test.height;
      const center = meanOf(truth);
      const squares = (from: (i: number) => number) => meanOf(truth.map((y, i) => (y - from(i)) ** 2));
      r2s.push(1 - squares((i) => numbers[i]) / squares(() => center));
    }
    near(meanOf(accuracies), expected.accuracy, 0.005);
    near(meanOf(r2s), expected.r2, 0.01);
    near(meanOf(epochs), expected.epochs, 10);
  });
});

describe("how perceptrons end", () => {
  const params = (change: ConstructorParameters<typeof MlpClassifier>[0]) => new MlpClassifier(change).params;
  const run = (rule: MlpRule, losses: number[]) =>
    losses.map((loss) => [rule.ends(loss, undefined), rule.learningRate] as const);

  test("after more epochs than nIterNoChange without a loss lower by tol", () => {
    const rule = new MlpRule(params({ nIterNoChange: 2, tol: 0.1 }), 10);
    const ended = run(rule, [1, 0.5, 0.45, 0.44, 0.43]).map(([end]) => end);
    expect(ended).toEqual([false, false, false, false, true]);
  });

  test("adaptive steps are divided by 5 instead, until they are too small", () => {
    const given = {
      solver: "sgd",
      learningRate: "adaptive",
      nIterNoChange: 1,
      learningRateInit: 4e-6,
    } as const;
    const rule = new MlpRule(params(given), 10);
    expect(run(rule, [1, 1, 1, 1, 1])).toEqual([
      [false, 4e-6],
      [false, 4e-6],
      [false, 4e-6 / 5],
      [false, 4e-6 / 5],
      [true, 4e-6 / 5],
    ]);
  });

  test("invscaling goes by rows seen, and adam knows no schedule", () => {
    const given = { learningRate: "invscaling", learningRateInit: 0.2, powerT: 0.5 } as const;
    expect(run(new MlpRule(params({ ...given, solver: "sgd" }), 8), [1])[0][1]).toBeCloseTo(0.2 / 3, 12);
    expect(run(new MlpRule(params(given), 8), [1])[0][1]).toBe(0.2);
  });

  test("early stopping keeps the weights of the lowest loss of held-out rows", async () => {
    await selectBackend("wasm");
    const random = new Random(4);
    const x = Array.from({ length: 60 }, () => [random.normal(), random.normal(), random.normal()]);
    const noise = fromColumns({ x: block(x), y: x.map(() => random.integer(2)) }, { target: "y" });
    const given = { earlyStopping: true, learningRateInit: 0.05, maxIter: 100 };
    const model = await new MlpClassifier(given).fit(noise.slice(0, 40), { validation: noise.slice(40, 60) });
    const { loss, validationLoss } = model.history;
    expect(loss.length).toBeLessThan(100);
    expect(validationLoss.length).toBe(loss.length);
    const shares = await model.predictProba(noise.slice(40, 60));
    const labels = noise.slice(40, 60).column("y", "numeric").values;
    const own = -meanLog(Array.from(labels, (label, i) => shares.row(i)[label]));
    expect(own).toBeCloseTo(Math.min(...validationLoss), 4);
  });
});

function meanLog(values: number[]): number {
  return values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
}

test("missing numbers and other columns are refused, numbers beyond a million count as that", async () => {
  await selectBackend("wasm");
  const data = fromColumns({ x: [1, 2, 3, 2e6], y: [0, 1, 0, 1] }, { target: "y" });
  const model = await new MlpClassifier({ maxIter: 2 }).fit(data);
  const [far, farther] = [1e6, 1e12].map((x) => fromColumns({ x: [x] }));
  expect((await model.predictProba(far)).data).toEqual((await model.predictProba(farther)).data);
  await expect(model.predict(fromColumns({ x: [Number.NaN] }))).rejects.toThrow(
    "column 'x' must be finite, received NaN at row 0",
  );
  const words = fromColumns({ x: ["a", "b"], y: [0, 1] }, { target: "y" });
  await expect(new MlpClassifier().fit(words)).rejects.toThrow("MlpClassifier: ");
});

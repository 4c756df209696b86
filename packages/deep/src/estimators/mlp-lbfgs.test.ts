import { readFileSync } from "node:fs";
import {
  type FitOptions,
  FitRun,
  fromColumns,
  type LabelledDataset,
  ParamError,
  Random,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { loadGradients } from "../backend/gradients.js";
import { selectBackend } from "../backend/select-backend.js";
import { lossObjective } from "../training/minimise-loss.js";
import { testBackend, testBackends } from "../testing/test-backends.js";
import { classesOf, classRows } from "./class-task.js";
import { lbfgsPlan } from "./mlp/lbfgs-plan.js";
import { logLoss, MlpClassifier, MlpClassifierModel } from "./mlp-classifier.js";
import { halfSquares, MlpRegressor, type MlpRegressorModel } from "./mlp-regressor.js";

interface Arrays {
  readonly kernels: number[][];
  readonly biases: number[][];
}
interface Case {
  readonly params: Pick<MlpClassifier["params"], "hiddenLayerSizes" | "activation" | "alpha">;
  readonly start?: Arrays;
  /** Loss and gradient there. */
  readonly first?: Arrays & { readonly loss: number };
  /** Where scikit-learn ends. */
  readonly loss: number;
  readonly predicted: number[];
}
type Table = Readonly<{ x: number[][]; label: number[]; height: number[] }>;
const golden = JSON.parse(readFileSync(new URL("../../golden/mlp.json", import.meta.url), "utf8")) as {
  readonly train: Table;
  readonly test: Table;
  readonly lbfgs: {
    readonly weights: number[];
    readonly three: number[];
    readonly cases: Record<string, Case>;
  };
};
const { cases, weights: rowWeights, three } = golden.lbfgs;

const quiet = { onWarning: () => {} } satisfies FitOptions;
const block = (rows: number[][]) => tensor(Float64Array.from(rows.flat()), [rows[0].length]);
const few = (values: number[]): number[] => values.slice(0, rowWeights.length);
const x = block(golden.train.x.slice(0, rowWeights.length));
const unseen = fromColumns({ x: block(golden.test.x.slice(0, 20)) });
const labels = fromColumns({ x, y: few(golden.train.label) }, { target: "y" });
const heights = fromColumns({ x, y: few(golden.train.height) }, { target: "y" });

/** The rows that a case is about. */
function dataOf(name: string): LabelledDataset {
  const y = name.includes("three") ? three : undefined;
  const data = name.includes("number") ? heights : labels;
  const named = y ? fromColumns({ x, y }, { target: "y" }) : data;
  return name.includes("weights") ? named.with({ w: rowWeights }, { weight: "w" }) : named;
}

const namedArrays = ({ kernels, biases }: Arrays): [string, number[]][] =>
  kernels.flatMap((kernel, i): [string, number[]][] => {
    const layer = i === kernels.length - 1 ? "output" : `hidden${i + 1}`;
    return [
      [`${layer}.kernel`, kernel],
      [`${layer}.bias`, biases[i]],
    ];
  });

/** Makes a model's weights those of a golden case. */
function putWeights({ fitted }: MlpClassifierModel | MlpRegressorModel, start: Arrays): void {
  const views = fitted.network.layout.views(fitted.weights);
  for (const [name, values] of namedArrays(start)) views.get(name)!.set(values);
}

describe.each(testBackends)("L-BFGS beside scikit-learn's, on %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
    await loadGradients();
  });

  const seeded = Object.keys(cases).filter((name) => cases[name].start);
  test.each(seeded)("has its loss and gradient at given weights: %s", async (name) => {
    const { params, start, first } = cases[name];
    const estimator = name.includes("number") ? new MlpRegressor(params) : new MlpClassifier(params);
    const data = dataOf(name);
    const model = await estimator.with({ solver: "lbfgs", maxIter: 1 }).fit(data, quiet);
    putWeights(model, start!);
    const { network, encoder, weights } = model.fitted;
    const { classes } = classesOf("test", labels, null);
    const train = name.includes("number")
      ? {
          data,
          targets: Float32Array.from(few(golden.train.height)),
          weights: Float64Array.from(rowWeights),
        }
      : classRows("test", data, classes);
    const loss = name.includes("number") ? halfSquares("test", 1) : logLoss("test", classes.lists);
    const run = new FitRun("test");
    const features = data.featureSchema;
    const task = { network, encoder, features, loss, train, validation: undefined, start: undefined };
    const objective = lossObjective(await lbfgsPlan(estimator.params, task, run), weights, run);
    const gradient = new Float64Array(weights.length);
    assertClose([await objective(Float64Array.from(weights), gradient)], [first!.loss], { relative: 1e-6 });
    const views = network.layout.views(Float32Array.from(gradient));
    for (const [weight, expected] of namedArrays(first!))
      assertClose(views.get(weight)!, expected, { absolute: 1e-6, relative: 1e-5, label: weight });
  });

  test.each(Object.keys(cases))("ends where it does: %s", async (name) => {
    const { params, start, loss, predicted } = cases[name];
    const given = { ...params, solver: "lbfgs", tol: 1e-6, maxIter: 2000 } as const;
    const estimator = name.includes("number") ? new MlpRegressor(given) : new MlpClassifier(given);
    const data = dataOf(name);
    let model = await estimator.fit(data, quiet);
    if (start) {
      putWeights(model, start);
      model = await estimator.update(model as never, data, quiet);
    }
    assertClose([model.history.loss.at(-1)!], [loss], { absolute: 1e-6 });
    const own =
      model instanceof MlpClassifierModel
        ? (await model.predictProba(unseen)).data
        : await model.predict(unseen);
    // Losses in float32 can't tell nearer places apart where hidden layers make a valley flat.
    assertClose(own, predicted, { absolute: start ? 1e-4 : 1e-5 });
  });
});

describe("L-BFGS", () => {
  beforeAll(() => selectBackend(testBackend));

  test.each([
    ["MlpClassifier", new MlpClassifier({ hiddenLayerSizes: [12] }), labels],
    ["MlpRegressor", new MlpRegressor({ hiddenLayerSizes: [12] }), heights],
  ] as const)("ends at a lower loss than adam: %s", async (_, estimator, data) => {
    const adam = await estimator.with({ learningRateInit: 0.01, maxIter: 300 }).fit(data, quiet);
    const lbfgs = await estimator.with({ solver: "lbfgs" }).fit(data, quiet);
    expect(lbfgs.history.loss.at(-1)).toBeLessThan(Math.min(...adam.history.loss));
  });

  test("gives the same bits again, and others by another seed", async () => {
    const estimator = new MlpClassifier({ solver: "lbfgs", maxIter: 50 });
    const [model, again, other] = [
      await estimator.fit(labels, quiet),
      await estimator.fit(labels, quiet),
      await estimator.with({ seed: 1 }).fit(labels, quiet),
    ];
    expect(again.fitted.weights).toEqual(model.fitted.weights);
    expect(again.history).toEqual(model.history);
    expect(other.fitted.weights).not.toEqual(model.fitted.weights);
  });

  test("takes a row of weight 3 as three rows, and the penalty with it", async () => {
    const estimator = new MlpRegressor({ solver: "lbfgs", activation: "tanh", alpha: 3, tol: 1e-6 });
    const data = dataOf("a number, weights");
    const rows = rowWeights.flatMap((weight, row) => Array<number>(weight).fill(row));
    const weighted = await (await estimator.fit(data, quiet)).predict(unseen);
    const repeated = await (await estimator.fit(heights.take(rows), quiet)).predict(unseen);
    assertClose(weighted, repeated, { absolute: 1e-4 });
    const lighter = data.with({ w: rowWeights.map((weight) => weight / 100) }, { weight: "w" });
    const penalised = await (await estimator.fit(lighter, quiet)).predict(unseen);
    expect(Math.max(...penalised.map((value, i) => Math.abs(value - weighted[i])))).toBeGreaterThan(0.1);
  });

  test("update goes on from the weights, whatever solver made them", async () => {
    const lbfgs = new MlpClassifier({ solver: "lbfgs", maxIter: 10, hiddenLayerSizes: [8] });
    const model = await lbfgs.fit(labels, quiet);
    const before = model.fitted.weights.slice();
    const updated = await lbfgs.update(model, labels, quiet);
    expect(model.fitted.weights).toEqual(before);
    const { loss } = updated.history;
    expect(loss).toHaveLength(20);
    expect(loss.slice(0, 10)).toEqual(model.history.loss);
    expect(loss[10]).toBeLessThan(loss[9]);
    const adam = await lbfgs.with({ solver: "adam" }).fit(labels);
    const { history } = await lbfgs.update(adam, labels, quiet);
    expect(history.loss[10]).toBeLessThan(adam.history.loss[9]);
    expect(history.learningRate).toHaveLength(20);
    expect((await lbfgs.with({ solver: "adam" }).update(updated, labels)).history.loss).toHaveLength(30);
  });

  test("a model that has converged stays, with a history that stays", async () => {
    const estimator = new MlpClassifier({ solver: "lbfgs", hiddenLayerSizes: [], alpha: 1 });
    const model = await estimator.fit(labels);
    const updated = await estimator.update(model, labels);
    expect(updated.fitted.weights).toEqual(model.fitted.weights);
    expect(updated.history).toEqual(model.history);
  });

  test("measures validation rows, which change nothing else", async () => {
    const estimator = new MlpClassifier({ solver: "lbfgs", maxIter: 15 });
    const plain = await estimator.fit(labels, quiet);
    const { fitted, history } = await estimator.fit(labels, { ...quiet, validation: labels });
    expect(fitted.weights).toEqual(plain.fitted.weights);
    expect(history.loss).toEqual(plain.history.loss);
    // The training loss has the penalty besides.
    history.validationLoss.forEach((loss, i) => {
      expect(loss).toBeLessThan(history.loss[i]);
      expect(loss).toBeGreaterThan(history.loss[i] - 1e-3);
    });
  });

  test("aborts at any iteration with the signal's reason, and leaves no tensor", async () => {
    const reason = new Error("enough");
    const alive = aliveTensors();
    for (const at of [1, 4]) {
      const controller = new AbortController();
      const onProgress: FitOptions["onProgress"] = ({ done }) => {
        if (done === at) controller.abort(reason);
      };
      const { signal } = controller;
      const options = { ...quiet, signal, onProgress };
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after another, to count tensors
      await expect(new MlpRegressor({ solver: "lbfgs" }).fit(heights, options)).rejects.toBe(reason);
      expect(aliveTensors()).toBe(alive);
    }
  });

  test("refuses early stopping, which it would not heed", () => {
    for (const Estimator of [MlpClassifier, MlpRegressor]) {
      const message = `${Estimator.name}: earlyStopping must be false where solver is 'lbfgs', which ends by the gradient of the training rows' loss, received true`;
      expect(() => new Estimator({ solver: "lbfgs", earlyStopping: true })).toThrow(ParamError);
      expect(() => new Estimator({ earlyStopping: true }).with({ solver: "lbfgs" })).toThrow(message);
    }
  });

  test("learns from targets and features of any size", async () => {
    const random = new Random(2);
    const far = Array.from({ length: 60 }, () => 1e5 * random.normal());
    const data = fromColumns({ x: far, y: far.map((value) => 1e9 * value) }, { target: "y" });
    const { history, fitted } = await new MlpRegressor({ solver: "lbfgs" }).fit(data, quiet);
    expect(history.loss.every(Number.isFinite)).toBe(true);
    expect(fitted.weights.every(Number.isFinite)).toBe(true);
  });
});

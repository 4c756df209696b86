import { FitRun, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { loadGradients } from "../backend/gradients.js";
import { selectBackend } from "../backend/select-backend.js";
import { div, log, mean, mul, square, sub, sum } from "../backend/tensors.js";
import { defineNetwork } from "../network/define-network.js";
import { feedKey } from "../network/feed-key.js";
import { Network } from "../network/network.js";
import type { NetworkSettings } from "../network/network-settings.js";
import type { EncodedRows } from "../preprocessing/feature-encoder.js";
import { stepGradients } from "../testing/step-gradients.js";
import { testBackends } from "../testing/test-backends.js";
import type { RowLoss } from "./losses/row-loss.js";
import { lossObjective, type MinimisePlan, minimiseLoss } from "./minimise-loss.js";
import { noHistory } from "./progress.js";
import type { TrainingRows } from "./training-rows.js";

const definition = defineNetwork("two", (n) =>
  n.dense("output", n.dense("hidden", n.inputs.numeric!, { units: 3, activation: "tanh" }), {
    units: n.outputs,
  }),
);
const layout = { numericWidth: 2, categorical: new Map(), text: new Map(), sequence: new Map() };
const network = Network.build(definition, layout, 1, {} as NetworkSettings);
const squares: RowLoss = (outputs, targets) => mean(square(sub(outputs, targets)), 1);
const quiet = (options: ConstructorParameters<typeof FitRun>[1] = {}): FitRun =>
  new FitRun("Test", { onWarning: () => {}, ...options });

/** More than a chunk. */
const count = 5000;
function rowsOf(seed: number, rows = count): TrainingRows {
  const random = new Random(seed);
  const x = Float32Array.from({ length: 2 * rows }, () => random.normal());
  const batch = (taken: Int32Array) => {
    const data = Float32Array.from({ length: 2 * taken.length }, (_, i) => x[2 * taken[i >> 1] + (i % 2)]);
    return new Map([[feedKey("numeric"), { data, shape: [taken.length, 2] }]]);
  };
  return {
    encoded: { rows, batch } as unknown as EncodedRows,
    targets: Float32Array.from({ length: rows }, (_, i) => Math.sin(x[2 * i]) + x[2 * i + 1] ** 2),
    weights: new Float32Array(rows).fill(1),
  };
}
const train = rowsOf(1);

const planOf = (change: Partial<MinimisePlan> = {}): MinimisePlan => ({
  network,
  judge: { loss: squares, offset: new Float32Array(1) },
  train,
  validation: undefined,
  penalty: { strength: 0, of: [] },
  tol: 1e-4,
  maxIter: 10,
  seed: 3,
  start: undefined,
  ...change,
});

describe.each(testBackends)("the loss of all rows on %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
    await loadGradients();
  });

  test("of several chunks, and its gradient, are those of one batch", async () => {
    const weights = network.layout.initial(1);
    const views = network.layout.views(weights);
    const all = Int32Array.from({ length: count }, (_, i) => i);
    const expected = await stepGradients(network, {
      loss: squares,
      feeds: train.encoded.batch(all),
      targets: train.targets,
      outputs: 1,
      rows: count,
      weights: Object.fromEntries(views),
    });
    const gradient = new Float64Array(weights.length);
    const alive = aliveTensors();
    const at = Float64Array.from(weights);
    const loss = await lossObjective(planOf(), weights, quiet())(at, gradient);
    expect(aliveTensors()).toBe(alive);
    assertClose([loss], [expected.loss], { relative: 1e-5 });
    for (const [name, values] of network.layout.views(Float32Array.from(gradient)))
      assertClose(values, expected.gradients.get(name)!, { absolute: 1e-5, label: name });
  });

  test("counts the penalty once, of the weights that it names", async () => {
    const weights = network.layout.initial(1);
    const [plain, penalised] = [new Float64Array(weights.length), new Float64Array(weights.length)];
    const at = Float64Array.from(weights);
    const loss = await lossObjective(planOf(), weights, quiet())(at, plain);
    const penalty = { strength: 0.5, of: ["hidden.kernel"] };
    const more = await lossObjective(planOf({ penalty }), weights, quiet())(at, penalised);
    const { offset, size } = network.layout.weights.find(({ name }) => name === "hidden.kernel")!;
    const squared = at.slice(offset, offset + size).reduce((total, w) => total + w * w, 0);
    expect(more - loss).toBeCloseTo(0.25 * squared, 12);
    const expected = at.map((w, i) => plain[i] + (i >= offset && i < offset + size ? 0.5 * w : 0));
    assertClose(penalised, expected, { absolute: 1e-12 });
  });
});

describe("minimising it", () => {
  beforeAll(() => selectBackend(testBackends[0]));

  test("lowers it with every iteration, and tells them as epochs", async () => {
    const events: (readonly [number, number, number | undefined])[] = [];
    const run = quiet({
      onProgress: ({ stage, done, total, metrics }) => {
        expect(stage).toBe("epoch");
        events.push([done, total, metrics?.loss]);
      },
    });
    const validation = rowsOf(2, 50);
    const { history, weights } = await minimiseLoss(planOf({ validation, maxIter: 12 }), run);
    expect(events).toEqual(history.loss.map((loss, i) => [i + 1, 12, loss]));
    expect(history.validationLoss).toHaveLength(12);
    expect(history.learningRate).toHaveLength(12);
    for (let i = 1; i < 12; i++) expect(history.loss[i]).toBeLessThan(history.loss[i - 1] + 1e-6);
    const loss = await lossObjective(
      planOf(),
      new Float32Array(weights),
      quiet(),
    )(Float64Array.from(weights), new Float64Array(weights.length));
    expect(loss).toBe(history.loss[11]);
  });

  test("ends by the gradient, and says where it could not", async () => {
    const warnings: string[] = [];
    const events: (readonly [number, number])[] = [];
    const run = quiet({
      onWarning: (line) => warnings.push(line),
      onProgress: ({ done, total }) => events.push([done, total]),
    });
    const few = rowsOf(1, 40);
    const plan = planOf({ train: few, tol: 0.02, maxIter: 500 });
    const { history } = await minimiseLoss(plan, run);
    expect(warnings).toEqual([]);
    const { length } = history.loss;
    expect(length).toBeLessThan(500);
    expect(events.slice(-2)).toEqual([
      [length, 500],
      [length, length],
    ]);
    await minimiseLoss({ ...plan, maxIter: 2 }, run);
    expect(warnings).toEqual([
      expect.stringMatching(/^Test: no convergence after 2 iterations: the gradient is .*, tol 0\.02 /),
    ]);
  });

  test("refuses a loss that is not finite to begin with, and steps back from one later", async () => {
    const judged = (loss: RowLoss): MinimisePlan =>
      planOf({ judge: { loss, offset: new Float32Array(1) }, train: rowsOf(1, 40) });
    const alive = aliveTensors();
    const never: RowLoss = (outputs) => sum(log(sub(mul(outputs, 0), 1)), 1);
    await expect(minimiseLoss(judged(never), quiet())).rejects.toThrow(
      "Test: the loss must stay finite, received NaN at step 1: scale the features and the target",
    );
    // Undefined from 0.9 on, where the first steps would lead.
    const wall: RowLoss = (outputs) => sum(log(div(1, sub(0.9, outputs))), 1);
    const start = { weights: new Float32Array(network.layout.size), history: noHistory };
    const pushed: RowLoss = (outputs, targets) => sub(wall(outputs, targets), mul(5, mean(outputs, 1)));
    const { history } = await minimiseLoss({ ...judged(pushed), start, maxIter: 30 }, quiet());
    expect(history.loss.every(Number.isFinite)).toBe(true);
    // Its minimum is at 0.7.
    expect(history.loss.at(-1)).toBeCloseTo(Math.log(5) - 3.5, 4);
    expect(aliveTensors()).toBe(alive);
  });

  test("validation rows whose loss is not finite are refused", async () => {
    const broken = rowsOf(2, 20);
    broken.targets.fill(Number.NaN);
    const alive = aliveTensors();
    await expect(minimiseLoss(planOf({ validation: broken }), quiet())).rejects.toThrow(
      "Test: the validation loss must stay finite, received NaN at step 1: ",
    );
    expect(aliveTensors()).toBe(alive);
  });

  test("an abort between chunks ends it", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let batches = 0;
    const encoded = {
      rows: count,
      batch: (rows: Int32Array) => {
        if (++batches === 2) controller.abort(reason);
        return train.encoded.batch(rows);
      },
    } as unknown as EncodedRows;
    const alive = aliveTensors();
    const plan = planOf({ train: { ...train, encoded } });
    await expect(minimiseLoss(plan, quiet({ signal: controller.signal }))).rejects.toBe(reason);
    expect(batches).toBe(2);
    expect(aliveTensors()).toBe(alive);
  });
});

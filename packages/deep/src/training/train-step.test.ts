import { Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { loadGradients } from "../backend/gradients.js";
import { selectBackend } from "../backend/select-backend.js";
import { memory } from "../backend/tensors.js";
import { defineNetwork } from "../network/define-network.js";
import { Network } from "../network/network.js";
import type { NetworkSettings } from "../network/network-settings.js";
import { feedKey } from "../network/feed-key.js";
import { wave } from "../testing/finite-difference.js";
import { testBackends } from "../testing/test-backends.js";
import { regressionLoss } from "./losses/regression-loss.js";
import { optimizerSchema, optimizerSettings } from "./optimizers/optimizer-settings.js";
import { type Batch, type StepSettings, trainStep } from "./train-step.js";
import { disposeState, readWeights, startState } from "./training-state.js";
import { taken } from "../testing/taken.js";

const plan = defineNetwork("plan", (n) =>
  n.dense("out", n.batchNorm("norm", n.dense("in", n.inputs.numeric!, { units: 3, activation: "tanh" })), {
    units: 1,
  }),
);
const layout = { numericWidth: 2, categorical: new Map(), text: new Map(), sequence: new Map() };
const network = Network.build(plan, layout, 1, {} as NetworkSettings);

/** Rows `from..to` of one table. */
function batch(from: number, to: number): Batch {
  const rows = to - from;
  return {
    feeds: new Map([[feedKey("numeric"), { data: wave(16).subarray(2 * from, 2 * to), shape: [rows, 2] }]]),
    targets: wave(8, 2).subarray(from, to),
    weights: Float32Array.from({ length: rows }, (_, i) => 1 + ((from + i) % 2)),
  };
}

const plain: StepSettings = {
  optimizer: optimizerSettings(optimizerSchema.parse("sgd")),
  weightDecay: 0,
  loss: regressionLoss("test", "squaredError"),
  clipNorm: null,
  clipValue: null,
  offset: Float32Array.of(0),
};

/** Weights after one step from the same first ones, how far each moved, and the loss. */
async function step(batches: readonly Batch[], change: Partial<StepSettings> = {}) {
  const settings = { ...plain, ...change };
  const first = network.layout.initial(4);
  const before = memory().numTensors;
  const state = startState(network.layout, first, settings.optimizer);
  const next = trainStep(network, settings, state, { batches, learningRate: 1, random: () => new Random(1) });
  disposeState(state, next.state);
  const weights = await readWeights(network.layout, next.state);
  const [[loss]] = await taken([next.loss]);
  disposeState(next.state);
  expect(memory().numTensors).toBe(before);
  return {
    weights,
    moves: weights.map((value, i) => value - first[i]).subarray(0, network.layout.trained),
    loss,
  };
}

describe.each(testBackends)("a training step on %s", (backend) => {
  beforeAll(async () => {
    await selectBackend(backend);
    await loadGradients();
  });

  test("of several parts is the mean over the rows of all of them", async () => {
    const ones = [await step([batch(0, 2)]), await step([batch(2, 8)])];
    const both = await step([batch(0, 2), batch(2, 8)]);
    const mean = ones[0].moves.map((move, i) => (2 * move + 6 * ones[1].moves[i]) / 8);
    // Batch statistics are those of a part, so its gradient is what it would be alone.
    assertClose(both.moves, mean, { absolute: 1e-5 });
    expect(both.loss).toBeCloseTo((2 * ones[0].loss + 6 * ones[1].loss) / 8, 5);
  });

  test("of several parts moves the running statistics once for each", async () => {
    const { trained, size } = network.layout;
    const alone = (await step([batch(0, 2)])).weights.subarray(trained, size);
    const twice = (await step([batch(0, 2), batch(0, 2)])).weights.subarray(trained, size);
    const start = network.layout.initial(4).subarray(trained, size);
    twice.forEach((value, i) => {
      const target = start[i] + (alone[i] - start[i]) / 0.01;
      expect(value).toBeCloseTo(target + (start[i] - target) * 0.99 ** 2, 5);
    });
  });

  test("cuts the numbers of a gradient, and then its length", async () => {
    const { moves } = await step([batch(0, 8)]);
    const most = Math.max(...moves.map(Math.abs));
    const cut = (await step([batch(0, 8)], { clipValue: most / 2 })).moves;
    cut.forEach((move, i) =>
      expect(move).toBeCloseTo(Math.sign(moves[i]) * Math.min(Math.abs(moves[i]), most / 2), 5),
    );
    const short = (await step([batch(0, 8)], { clipValue: most / 2, clipNorm: 0.01 })).moves;
    expect(Math.hypot(...short)).toBeCloseTo(0.01, 5);
    const length = Math.hypot(...cut);
    assertClose(
      short.map((move) => (move * length) / 0.01),
      cut,
      { absolute: 1e-4 * length },
    );
  });
});

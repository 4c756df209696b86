import { fc, test } from "@fast-check/vitest";
import {
  categorical,
  DataError,
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  type ProgressEvent,
  Random,
  Registry,
} from "@strata-ml/core";
import { describe, expect } from "vitest";
import { KernelTeam } from "../kernels/team.js";
import { binFeatures } from "./bin-features.js";
import { Derivatives } from "./derivatives.js";
import { BinaryLogLoss } from "./log-losses.js";
import { featureColumns } from "./feature-columns.js";
import { free } from "./fixtures/free-features.js";
import { Grower } from "./grower.js";
import {
  HistGradientBoostingClassifier,
  histGradientBoostingClassifierCodec,
} from "./hist-gradient-boosting-classifier.js";
import { HistGradientBoostingRegressor } from "./hist-gradient-boosting-regressor.js";
import { TreesBuilder } from "./trees-builder.js";

/** A class, or a number, that depends on two features and some noise. */
function noisy(rows: number, seed: number): LabelledDataset {
  const random = new Random(seed);
  const a = Array.from({ length: rows }, () => random.normal());
  const b = Array.from({ length: rows }, () => random.normal());
  const z = a.map((value, i) => value - b[i] * b[i] + 0.7 * random.normal());
  return fromColumns({ a, b, z, y: z.map((value) => (value > -0.8 ? 1 : 0)) }, { target: "y", id: "z" });
}
const regression = (data: LabelledDataset): LabelledDataset =>
  data.withRoles({ target: "z" }).drop(["y"]).labelled("test");

describe("loss", () => {
  test.prop(
    [
      fc.nat(),
      fc.constantFrom("squaredError", "absoluteError", "quantile", "huber", "poisson", "gamma", "tweedie"),
    ],
    { numRuns: 12 },
  )("of the training rows falls at every iteration", async (seed, loss) => {
    const data = regression(noisy(200, seed));
    const shifted = data.with({
      z: data.column("z", "numeric").values.map((value) => Math.max(0.1, value + 5)),
    });
    const model = await new HistGradientBoostingRegressor({ loss, maxIter: 20 }).fit(shifted);
    expect(model.trainLoss.length).toBe(21);
    for (let i = 1; i < model.trainLoss.length; i++)
      expect(model.trainLoss[i]).toBeLessThanOrEqual(model.trainLoss[i - 1] + 1e-12);
  });

  test("history is what the predictions give", async () => {
    const data = noisy(300, 1);
    const validation = noisy(200, 2);
    const model = await new HistGradientBoostingClassifier({ maxIter: 15, nIterNoChange: 15 }).fit(data, {
      validation,
    });
    const logLoss = (rows: LabelledDataset): number => {
      const p = model.predictProba(rows);
      const y = Array.from(rows.column("y", "numeric").values);
      return -y.reduce((sum, label, i) => sum + Math.log(p.at(i, label)), 0) / y.length;
    };
    expect(model.trainLoss.at(-1)).toBeCloseTo(logLoss(data), 10);
    expect(model.validationLoss.at(-1)).toBeCloseTo(logLoss(validation), 10);
    const staged = [...model.stagedPredictProba(data)];
    expect(staged.length).toBe(15);
    expect(staged[14]).toEqual(model.predictProba(data));
  });
});

describe("early stopping", () => {
  const params = { maxIter: 400, nIterNoChange: 3 };

  test("by validation data, whether 'auto' or true; never when false", async () => {
    const data = noisy(300, 3);
    const options = { validation: noisy(300, 4) };
    const auto = await new HistGradientBoostingClassifier(params).fit(data, options);
    expect(auto.iterations).toBeLessThan(100);
    const losses = auto.validationLoss;
    expect(losses.length).toBe(auto.iterations + 1);
    expect(Math.min(...losses.slice(-3))).toBeGreaterThanOrEqual(losses[losses.length - 4] - 1e-7);
    const forced = await new HistGradientBoostingClassifier({ ...params, earlyStopping: true }).fit(
      data,
      options,
    );
    expect(forced.validationLoss).toEqual(losses);
    const never = await new HistGradientBoostingClassifier({ maxIter: 60, earlyStopping: false }).fit(
      data,
      options,
    );
    expect([never.iterations, never.validationLoss.length]).toEqual([60, 61]);
  });

  test("by rows held out, which no tree learns from; 'auto' above 10,000 rows only", async () => {
    const small = await new HistGradientBoostingRegressor({ maxIter: 5 }).fit(regression(noisy(500, 5)));
    expect(small.validationLoss.length).toBe(0);
    const data = regression(noisy(10_001, 6));
    const large = await new HistGradientBoostingRegressor({ ...params, maxIter: 8 }).fit(data);
    expect(large.validationLoss.length).toBe(9);
    expect(large.boosted.trees.nodes.count[0]).toBe(9000);
  });

  test("by the training loss where no share is held out", async () => {
    const data = fromColumns({ x: [0, 0, 1, 1], y: [0, 0, 1, 1] }, { target: "y" });
    const model = await new HistGradientBoostingRegressor({
      earlyStopping: true,
      validationFraction: null,
      minSamplesLeaf: 1,
      maxIter: 1000,
    }).fit(data);
    expect(model.iterations).toBeLessThan(200);
    expect(model.trainLoss.at(-1)).toBeLessThan(1e-6);
    expect(model.validationLoss.length).toBe(0);
  });

  test("progress counts iterations and ends with done equal to total", async () => {
    const events: ProgressEvent[] = [];
    const model = await new HistGradientBoostingClassifier(params).fit(noisy(300, 3), {
      validation: noisy(300, 4),
      onProgress: (event) => events.push(event),
    });
    expect(events.map(({ done }) => done)).toEqual(Array.from({ length: model.iterations }, (_, i) => i + 1));
    expect(events.at(-1)).toEqual({
      owner: "HistGradientBoostingClassifier",
      stage: "iteration",
      done: model.iterations,
      total: model.iterations,
      metrics: { loss: model.trainLoss.at(-1), validationLoss: model.validationLoss.at(-1) },
    });
  });

  test("validation labels that fit did not see are refused", async () => {
    const validation = fromColumns({ a: [1, 2], b: [1, 2], y: [1, 7] }, { target: "y" });
    const fit = new HistGradientBoostingClassifier().fit(noisy(100, 7), { validation });
    await expect(fit).rejects.toThrow(DataError);
    await expect(fit).rejects.toThrow("validation labels must be among those seen in fit (0, 1), received 7");
  });

  test("class weights count in the validation loss as in the training loss", async () => {
    const data = noisy(300, 8);
    const balanced = new HistGradientBoostingClassifier({ classWeight: "balanced", maxIter: 5 });
    const model = await balanced.fit(data, { validation: data });
    expect(model.validationLoss.every((loss, i) => Math.abs(loss - model.trainLoss[i]) < 1e-10)).toBe(true);
  });
});

describe("missing values", () => {
  test("go the way that was better in fit", async () => {
    const x = Array.from({ length: 90 }, (_, i) => (i % 3 === 2 ? Number.NaN : i % 3));
    for (const side of [0, 1]) {
      const y = x.map((value) => (Number.isNaN(value) ? side : value));
      const model = await new HistGradientBoostingClassifier({ maxIter: 30 }).fit(
        fromColumns({ x, y }, { target: "y" }),
      );
      expect(model.predict(fromColumns({ x: [0, 1, Number.NaN] }))).toEqual([0, 1, side]);
    }
  });

  test("can be told from all others", async () => {
    const x = Array.from({ length: 90 }, (_, i) => (i % 3 === 0 ? Number.NaN : i));
    const y = x.map((value) => (Number.isNaN(value) ? 1 : 0));
    const model = await new HistGradientBoostingClassifier({ maxIter: 30 }).fit(
      fromColumns({ x, y }, { target: "y" }),
    );
    expect(model.predict(fromColumns({ x: [-100, 45.5, 1e9, Number.NaN] }))).toEqual([0, 0, 0, 1]);
  });
});

describe("categories", () => {
  const names = Array.from({ length: 400 }, (_, i) => `c${(i * 7) % 20}`);
  const isOdd = (name: string): number => Number(name.slice(1)) % 2;
  const data = fromColumns({ c: categorical(names), y: names.map(isOdd) }, { target: "y" });

  test("are split by sets, whatever the order of the dictionary", async () => {
    const model = await new HistGradientBoostingClassifier({ maxIter: 20 }).fit(data);
    const [root] = model.boosted.trees.nodes.roots;
    const [left] = model.boosted.trees.nodes.left.slice(root);
    expect(model.boosted.trees.nodes.count[left]).toBe(200); // one split is enough
    const other: Dataset = fromColumns({ c: categorical(["c3", "c4", "c13"]) });
    expect(model.predict(other)).toEqual([1, 0, 1]);
    const turned = fromColumns(
      {
        c: { kind: "categorical", codes: Int32Array.of(1, 0), categories: ["c3", "c4"] },
      },
      {},
    );
    expect(model.predict(turned)).toEqual([0, 1]);
    const reversed = [...new Set(names)].sort().reverse();
    const codes = Int32Array.from(names, (name) => reversed.indexOf(name));
    const same = await new HistGradientBoostingClassifier({ maxIter: 20 }).fit(
      data.with({ c: { kind: "categorical", codes, categories: reversed } }),
    );
    expect(same.predictProba(other)).toEqual(model.predictProba(other));
  });

  test("that fit did not see, and missing ones, go the same way; both survive an artifact", async () => {
    const model = await new HistGradientBoostingClassifier({ maxIter: 20 }).fit(data);
    const unseen = fromColumns({ c: categorical(["other", null, "c3"]) });
    const p = model.predictProba(unseen);
    expect([...p.row(0)]).toEqual([...p.row(1)]);
    const registry = new Registry([histGradientBoostingClassifierCodec]);
    const loaded = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect((loaded as typeof model).predictProba(unseen)).toEqual(p);
  });
});

test("too few histograms for all open nodes change no tree", async () => {
  const data = noisy(600, 9);
  const columns = featureColumns("test", data.selectFeatures(["a", "b"]), data.featureSchema);
  const y = data.column("y", "numeric").values as Float64Array;
  const options = {
    learningRate: 1,
    maxDeltaStep: null,
    colsampleByTree: 1,
    samplesRows: false,
    maxLeafNodes: 31,
    maxDepth: null,
    minSamplesLeaf: 5,
    minHessianLeaf: 1e-3,
    minGain: 0,
    l1Regularization: 0,
    l2Regularization: 0,
    maxSplitCategories: null,
    growth: "leafWise" as const,
    constraints: free(2),
    maxFeatures: 1,
  };
  const team = await KernelTeam.start(4e6, 1);
  const { featureBins, data: binned } = binFeatures(
    team,
    columns,
    undefined,
    data.rows,
    255,
    "quantile",
    new Random(0),
  );
  const derivatives = new Derivatives(team, new BinaryLogLoss(), y, undefined, true);
  derivatives.raw[0].fill(0);
  derivatives.update();
  const units = derivatives.quantise(0, 1);
  const grown = [undefined, 6].map((histograms) => {
    const builder = new TreesBuilder();
    const grower = new Grower(team, binned, featureBins, options, true, histograms);
    grower.grow(builder, derivatives.quanta, units, new Random(0));
    return builder.build().nodes;
  });
  team.close();
  expect(grown[0].roots.length).toBe(1);
  expect(grown[1].feature).toEqual(grown[0].feature);
  expect(grown[1].threshold).toEqual(grown[0].threshold);
  expect(grown[0].feature.length).toBe(61);
});

test("importances and counts say what was split on", async () => {
  const model = await new HistGradientBoostingClassifier({ maxIter: 10 }).fit(
    noisy(300, 10).with({ constant: new Float64Array(300) }),
  );
  const [a, b, constant] = model.featureImportances;
  expect(a + b).toBeCloseTo(1, 12);
  expect(constant).toBe(0);
  const { feature } = model.boosted.trees.nodes;
  expect([...model.splitCounts]).toEqual([0, 1, 2].map((f) => feature.filter((at) => at === f).length));
});

test("the seed draws the features of a split", async () => {
  const data = noisy(300, 11);
  const lossOf = async (seed: number): Promise<number | undefined> =>
    (await new HistGradientBoostingClassifier({ maxIter: 5, maxFeatures: 0.5, seed }).fit(data)).trainLoss.at(
      -1,
    );
  expect(await lossOf(1)).toBe(await lossOf(1));
  expect(await lossOf(1)).not.toBe(await lossOf(2));
});

test("targets that Poisson loss can't take are refused", async () => {
  const poisson = new HistGradientBoostingRegressor({ loss: "poisson" });
  const fit = (y: number[]): Promise<unknown> => poisson.fit(fromColumns({ x: [1, 2], y }, { target: "y" }));
  await expect(fit([1, -1])).rejects.toThrow("the target of Poisson loss must be >= 0, received -1 at row 1");
  await expect(fit([0, 0])).rejects.toThrow("must not be all zero");
});

describe("constraints", () => {
  /** Predictions along a feature, the other one held at several values. */
  async function along(params: Record<string, unknown>, feature: "a" | "b"): Promise<Float64Array[]> {
    const model = await new HistGradientBoostingRegressor({ maxIter: 40, minSamplesLeaf: 2, ...params }).fit(
      regression(noisy(400, 21)),
    );
    const grid = Float64Array.from({ length: 61 }, (_, i) => (i - 30) / 10);
    return [-1, 0, 1.5].map((held) => {
      const other = grid.map(() => held);
      return model.predict(fromColumns(feature === "a" ? { a: grid, b: other } : { a: other, b: grid }));
    });
  }
  const steps = (curve: Float64Array): number[] =>
    Array.from(curve.subarray(1), (value, i) => value - curve[i]);

  test.each(["leafWise", "depthWise"])("a monotone feature never turns back (%s)", async (growth) => {
    const free = await along({ growth }, "b");
    expect(free.some((curve) => steps(curve).some((step) => step > 0))).toBe(true);
    expect(free.some((curve) => steps(curve).some((step) => step < 0))).toBe(true);
    for (const [sign, feature] of [
      [1, "a"],
      [1, "b"],
      [-1, "b"],
    ] as const) {
      for (const curve of await along({ growth, monotonicConstraints: { [feature]: sign } }, feature))
        for (const step of steps(curve)) expect(sign * step).toBeGreaterThanOrEqual(0);
    }
  });

  test("features that may not interact add up", async () => {
    const gap = async (params: Record<string, unknown>): Promise<number> => {
      const [low, , high] = await along(params, "a");
      const differences = Array.from(high, (value, i) => value - low[i]);
      return Math.max(...differences) - Math.min(...differences);
    };
    expect(await gap({})).toBeGreaterThan(0.1);
    expect(await gap({ interactionConstraints: [["a"], ["b"]] })).toBeLessThan(1e-9);
    expect(await gap({ interactionConstraints: [["a"]] })).toBeLessThan(1e-9);
    expect(await gap({ interactionConstraints: [["a", "b"]] })).toBe(await gap({}));
  });

  test("name features", async () => {
    const fit = (params: Record<string, unknown>): Promise<unknown> =>
      new HistGradientBoostingClassifier(params).fit(
        noisy(40, 1).with({ c: categorical(Array(40).fill("x")) }),
      );
    await expect(fit({ monotonicConstraints: { z: 1 } })).rejects.toThrow(
      "must name features ('a', 'b', 'c'), received",
    );
    await expect(fit({ monotonicConstraints: { c: 1 } })).rejects.toThrow(
      'must name numeric features, received "c"',
    );
    await expect(fit({ interactionConstraints: [["a", "q"]] })).rejects.toThrow('received "q"');
  });
});

test("depth-wise trees fill a level before the next", async () => {
  // A step of twice the height on one side: the greatest gain stays there, level after level.
  const x = Float64Array.from({ length: 512 }, (_, i) => i);
  const y = x.map((value) => (value < 256 ? value : 10 * value));
  const depths = async (growth: "depthWise" | "leafWise"): Promise<number[]> => {
    const params = { maxIter: 1, growth, maxLeafNodes: 8, maxBins: 64 };
    const model = await new HistGradientBoostingRegressor(params).fit(fromColumns({ x, y }, { target: "y" }));
    const { left, right } = model.boosted.trees.nodes;
    const depth = new Int32Array(left.length);
    left.forEach((child, node) => {
      if (child >= 0) depth[child] = depth[right[node]] = depth[node] + 1;
    });
    return Array.from(depth.filter((_, node) => left[node] < 0));
  };
  expect(await depths("depthWise")).toEqual(Array(8).fill(3));
  expect(Math.max(...(await depths("leafWise")))).toBeGreaterThan(3);
});

import {
  categorical,
  DataError,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  type LabelledDataset,
  ParamError,
  Random,
  Registry,
} from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { HistGradientBoostingClassifier } from "./hist-gradient-boosting-classifier.js";
import {
  HistGradientBoostingRegressor,
  histGradientBoostingRegressorCodec,
} from "./hist-gradient-boosting-regressor.js";

const random = new Random(11);
const rows = 600;
const draw = (): Float64Array => Float64Array.from({ length: rows }, () => random.normal());
const a = draw();
const b = draw();
b.fill(Number.NaN, 30, 90);
const wood = Array.from({ length: rows }, () => random.choice(["oak", "ash", "elm"]));
const signal = a.map((value, i) => value + 0.5 * (b[i] || 0) ** 2 + (wood[i] === "oak" ? 1 : 0));
const table = (y: ArrayLike<number>): LabelledDataset =>
  fromColumns({ a, b, wood: categorical(wood), y: Float64Array.from(y) }, { target: "y" });
const numbers = table(signal);
const classes = table(signal.map((value) => (value < 0.4 ? 0 : value < 1.2 ? 1 : 2)));
const small = { maxLeafNodes: 7, minSamplesLeaf: 5, earlyStopping: false };

describe("update", () => {
  test.each([
    {},
    { subsample: 0.5, colsampleByTree: 0.7, maxFeatures: 0.7 },
    { goss: { topRate: 0.2, otherRate: 0.2 }, learningRate: 0.3 },
  ])("on the rows of fit gives what more iterations would have given, bit for bit: %o", async (more) => {
    const make = (maxIter: number) => new HistGradientBoostingClassifier({ ...small, ...more, maxIter });
    const whole = await make(12).fit(classes);
    const half = await make(6).fit(classes);
    const before = JSON.stringify(half.boosted);
    const updated = await make(6).update(half, classes);
    expect(updated.boosted).toEqual(whole.boosted);
    expect(JSON.stringify(half.boosted)).toBe(before);
    expect(updated.iterations).toBe(12);
  });

  test("learns from other rows, whose unseen categories count as missing", async () => {
    const estimator = new HistGradientBoostingRegressor({ ...small, maxIter: 10 });
    const first = await estimator.fit(numbers.slice(0, 300));
    const later = numbers.slice(300).with({
      wood: categorical(wood.slice(300).map((name) => (name === "elm" ? "yew" : name))),
    });
    const updated = await estimator.update(first, later.labelled("test"));
    const error = (model: typeof first): number => {
      const { values } = later.column("y", "numeric");
      return model.predict(later).reduce((sum, value, i) => sum + (value - values[i]) ** 2, 0);
    };
    expect(error(updated)).toBeLessThan(0.7 * error(first));
    expect(updated.trainLoss).toHaveLength(21);
  });

  test("validation losses begin where there are rows to judge by", async () => {
    const estimator = new HistGradientBoostingClassifier({ ...small, maxIter: 3 });
    const first = await estimator.fit(classes);
    const judged = await estimator.update(first, classes, { validation: classes.slice(0, 100) });
    expect([...judged.validationLoss].map(Number.isNaN)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    const again = await estimator.update(judged, classes);
    expect([...again.validationLoss].map(Number.isNaN).slice(4)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  test("labels and losses that the model does not have are refused", async () => {
    const estimator = new HistGradientBoostingClassifier({ ...small, maxIter: 2 });
    const two = await estimator.fit(table(signal.map((value) => (value < 0 ? 0 : 1))));
    await expect(estimator.update(two, classes)).rejects.toThrow(DataError);
    await expect(estimator.update(two, classes)).rejects.toThrow(
      "labels must be among those seen in fit (0, 1), received 2",
    );
    const squared = await new HistGradientBoostingRegressor({ maxIter: 2 }).fit(numbers);
    const absolute = new HistGradientBoostingRegressor({ loss: "absoluteError" });
    await expect(absolute.update(squared, numbers)).rejects.toThrow(ParamError);
  });
});

test.each([
  { subsample: 0.3 },
  { subsample: 0.3, maxLeafNodes: null, minSamplesLeaf: 2 },
  { goss: { topRate: 0.1, otherRate: 0.1 }, learningRate: 0.5 },
])("rows that a tree did not learn from get its values too: %o", async (sampling) => {
  const model = await new HistGradientBoostingRegressor({ ...small, maxIter: 30, ...sampling }).fit(numbers);
  const losses = Array.from(
    model.stagedPredict(numbers),
    (predicted) => predicted.reduce((sum, value, i) => sum + 0.5 * (value - signal[i]) ** 2, 0) / rows,
  );
  losses.forEach((loss, i) => expect(model.trainLoss[i + 1]).toBeCloseTo(loss, 10));
  expect(losses.at(-1)).toBeLessThan(0.5 * model.trainLoss[0]);
});

test("a tree splits by the features drawn for it alone", async () => {
  const model = await new HistGradientBoostingRegressor({ ...small, maxIter: 20, colsampleByTree: 0.34 }).fit(
    numbers,
  );
  const { roots, feature } = model.boosted.trees.nodes;
  const used = Array.from(roots, (root, t) => {
    const own = feature.subarray(root, roots[t + 1] ?? feature.length);
    return [...new Set(own.filter((f) => f >= 0))];
  });
  for (const features of used) expect(features.length).toBeLessThanOrEqual(1);
  expect(new Set(used.flat())).toEqual(new Set([0, 1, 2]));
});

describe("a loss of one's own", () => {
  const half = {
    value: (y: number, raw: number) => 0.5 * (raw - y) ** 2,
    gradient: (y: number, raw: number) => raw - y,
    hessian: () => 1,
  };
  const poisson = {
    value: (y: number, raw: number) => Math.exp(raw) - y * raw,
    gradient: (y: number, raw: number) => Math.exp(raw) - y,
    hessian: (_y: number, raw: number) => Math.exp(raw),
  };
  const estimator = new HistGradientBoostingRegressor({ ...small, maxIter: 10 });
  const registry = new Registry([histGradientBoostingRegressorCodec]);

  test("that is one of ours gives the same model", async () => {
    const own = await estimator.fitLoss(numbers, half);
    const ours = await estimator.fit(numbers);
    own.predict(numbers).forEach((value, i) => expect(value).toBeCloseTo(ours.predict(numbers)[i], 10));
    const counts = table(signal.map((value) => Math.max(0, Math.round(value))));
    const raw = (await estimator.fitLoss(counts, poisson)).predict(counts);
    const logs = (await estimator.with({ loss: "poisson" }).fit(counts)).predict(counts);
    raw.forEach((value, i) => expect(Math.exp(value)).toBeCloseTo(logs[i], 8));
  });

  test("begins at the baseline that it is given", async () => {
    const { boosted } = await estimator.fitLoss(numbers, { ...half, baseline: 3 });
    expect([...boosted.baseline]).toEqual([3]);
  });

  test("goes on by updateLoss as more iterations would, and is no model of update", async () => {
    const ten = await estimator.fitLoss(numbers, half);
    const saved = await decodeArtifact(await encodeArtifact(ten, registry), registry);
    const twenty = await estimator.updateLoss(saved as typeof ten, numbers, half);
    const atOnce = await estimator.with({ maxIter: 20 }).fitLoss(numbers, half);
    expect([...twenty.predict(numbers)]).toEqual([...atOnce.predict(numbers)]);
    await expect(estimator.update(ten, numbers)).rejects.toThrow(
      "HistGradientBoostingRegressor: update: model must be one of fit, received one of fitLoss: use updateLoss",
    );
    await expect(estimator.updateLoss(await estimator.fit(numbers), numbers, half)).rejects.toThrow(
      "updateLoss: model must be one of fitLoss, received one of the squaredError loss: use update",
    );
  });

  test("that gives what can't be is refused", async () => {
    const bad = (change: Partial<typeof half>) => estimator.fitLoss(numbers, { ...half, ...change });
    await expect(bad({ gradient: () => Number.NaN })).rejects.toThrow(
      "HistGradientBoostingRegressor: the gradient of the loss must be finite, received NaN",
    );
    await expect(bad({ hessian: () => -1 })).rejects.toThrow(
      "the hessian of the loss must be >= 0, received -1",
    );
  });
});

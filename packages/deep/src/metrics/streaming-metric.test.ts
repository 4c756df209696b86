import { DataError, ParamError, Random, rocAuc } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { streamingMetric } from "./metric-factory.js";
import type { MetricInput } from "./metric-settings.js";
import type { MetricTask } from "./streaming-metric.js";

const four: MetricTask = { kind: "categorical", outputs: 4 };
const numbers: MetricTask = { kind: "regression", outputs: 1 };

describe("a metric", () => {
  const random = new Random(4);
  const targets = Array.from({ length: 400 }, () => random.integer(2));
  const scores = targets.map((y) => 1 / (1 + Math.exp(-random.normal() - y)));
  const weights = targets.map(() => random.integer(3));

  const names = [
    "auc",
    "prAuc",
    "precision",
    "recall",
    "f1",
    "accuracy",
    "logLoss",
    "meanSquaredError",
  ] as const;

  test.each(names)(
    "%s doesn't depend on how rows are cut into batches, nor on rows that weigh nothing",
    (name) => {
      const whole = streamingMetric(name);
      whole.update(scores, targets, weights);
      const parts = streamingMetric(name);
      for (let from = 0; from < 400; from += 37) {
        const cut = <T>(values: readonly T[]) => values.slice(from, from + 37);
        parts.update(cut(scores), cut(targets), cut(weights));
      }
      const kept = streamingMetric(name);
      const some = <T>(values: readonly T[]) => values.filter((_, i) => weights[i] > 0);
      kept.update(some(scores), some(targets), some(weights));
      expect(parts.result()).toBeCloseTo(whole.result(), 12);
      expect(kept.result()).toBeCloseTo(whole.result(), 12);
    },
  );

  test("auc comes near the exact area with more thresholds", () => {
    const metric = streamingMetric({ name: "auc", numThresholds: 100_000 });
    metric.update(scores, targets, weights);
    const exact = rocAuc(targets, scores, { weights });
    expect(metric.result()).toBeCloseTo(exact, 4);
  });

  test("F scores have one of each class, whose mean is macro", () => {
    const metric = streamingMetric({ name: "fBeta", beta: 2 }, { kind: "categorical", outputs: 3 });
    metric.update([0.8, 0.1, 0.1, 0.2, 0.5, 0.3], [1, 0, 0, 0, 0, 1]);
    metric.update([0.1, 0.6, 0.3], [0, 1, 0]);
    // Class 1: precision 1/2, recall 1, so 5 (1/2) / (4/2 + 1).
    const each = [1, 5 / 6, 0];
    metric.perClass().forEach((score, j) => expect(score).toBeCloseTo(each[j], 5));
    expect(metric.result()).toBeCloseTo((1 + 5 / 6) / 3, 5);
  });

  test("r2Score keeps its digits for targets far from zero", () => {
    const metric = streamingMetric("r2Score", numbers);
    metric.update([1e8 + 1, 1e8 + 2, 1e8 + 4], [1e8 + 1, 1e8 + 2, 1e8 + 3]);
    expect(metric.result()).toBeCloseTo(0.5, 9);
  });

  test.each([...names, "r2Score", "rootMeanSquaredError"] as const)("%s of no rows is 0", (name) => {
    const task: MetricTask =
      name.startsWith("r") && name !== "recall" ? numbers : { kind: "binary", outputs: 1 };
    expect(streamingMetric(name, task).result()).toBe(0);
  });

  test("r2Score of targets that don't vary, and areas of one class, are 0", () => {
    const r2 = streamingMetric("r2Score", numbers);
    r2.update([1, 2], [3, 3]);
    expect(r2.result()).toBe(0);
    for (const name of ["auc", "prAuc"] as const) {
      const area = streamingMetric(name);
      area.update([0.2, 0.7], [0, 0]);
      expect(area.result()).toBe(0);
    }
  });
});

describe("what a metric refuses", () => {
  test.each([
    [
      [0.1, 0.2, 0.3],
      [1, 0, 0, 1],
      undefined,
      "scores and targets must both be rows x 1, received 3 and 4 numbers",
    ],
    [[0.1, 0.2], [1, 0], [1], "weights must be 2, one a row, received 1"],
    [[0.1, Number.NaN], [1, 0], undefined, "scores must be finite numbers, received NaN at 1"],
    [
      [0.1, 0.2],
      [1, 0],
      [1, Number.POSITIVE_INFINITY],
      "weights must be finite numbers, received Infinity at 1",
    ],
  ])("%j, %j, %j", (scores, targets, weights, message) => {
    const metric = streamingMetric("auc");
    expect(() => metric.update(scores, targets, weights)).toThrow(DataError);
    expect(() => metric.update(scores, targets, weights)).toThrow(`streamingMetric, metric auc: ${message}`);
  });

  test.each<[MetricInput, MetricTask, string]>([
    ["auc", numbers, "metrics of numbers must be among meanSquaredError"],
    ["topK", { kind: "binary", outputs: 1 }, "the metric topK must be of more than two classes"],
    [{ name: "accuracy", threshold: 0.3 }, four, "the threshold of accuracy must be null"],
    [
      { name: "recall", classId: 4 },
      four,
      "the class of metric recall must be < 4, the number of outputs, received 4",
    ],
    [{ name: "f1", average: 9 }, four, "the class of metric f1 must be < 4"],
    ["auc", { kind: "binary", outputs: 2 }, "outputs of binary predictions must be 1, received 2"],
    [{ name: "recallAtPrecision", precision: 2 }, four, "precision must be <= 1, received 2"],
    ["gini" as "auc", four, "metric must be"],
    ["recallAtPrecision" as "auc", four, "metric must be"],
  ])("%j of %j", (given, task, message) => {
    expect(() => streamingMetric(given, task)).toThrow(ParamError);
    expect(() => streamingMetric(given, task)).toThrow(message);
  });
});

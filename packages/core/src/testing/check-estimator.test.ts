import { describe, expect, test } from "vitest";
import { inlineExecutor } from "../executor/executor.js";
import type { AnyEstimator } from "../estimator/estimator.js";
import { checkEstimator, estimatorChecks } from "./check-estimator.js";
import { checkNames } from "./check-list.js";
import { smallRegistry } from "./fixtures/registry.js";
import { SmallClassifier } from "./fixtures/small-classifier.js";
import { SmallClusterer } from "./fixtures/small-clusterer.js";
import { SmallOutlierDetector } from "./fixtures/small-outlier-detector.js";
import { SmallPipeline } from "./fixtures/small-pipeline.js";
import { SmallRegressor } from "./fixtures/small-regressor.js";
import { SmallScaler } from "./fixtures/small-scaler.js";
import { SmallTargetEncoder } from "./fixtures/small-target-encoder.js";
import { SmallTasks } from "./fixtures/small-tasks.js";

const correct: readonly (() => AnyEstimator)[] = [
  () => new SmallClassifier(),
  () => new SmallRegressor(),
  () => new SmallScaler(),
  () => new SmallTargetEncoder(),
  () => new SmallClusterer(),
  () => new SmallOutlierDetector(),
  () => new SmallPipeline(),
  () => new SmallTasks({ label: "taskLabel", number: "taskNumber" }),
];
const options = { registry: smallRegistry, executors: [inlineExecutor], aliveTensors: () => 0 };

describe("correct estimators", () => {
  test.each(correct.map((make) => ({ name: make().owner, make })))(
    "$name passes every check",
    async ({ make }) => {
      const report = await checkEstimator(make, options);
      expect(report.estimator).toBe(make().owner);
      expect(report.skipped).toEqual({});
      expect([...report.passed, ...Object.keys(report.notApplicable)].sort()).toEqual([...checkNames].sort());
    },
  );

  test("between them every check is run", () => {
    const run = new Set(correct.flatMap((make) => estimatorChecks(make, options).map(({ name }) => name)));
    expect(checkNames.filter((name) => !run.has(name))).toEqual([]);
  });
});

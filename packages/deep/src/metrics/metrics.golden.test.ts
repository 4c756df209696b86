import { assertClose } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import { readGolden } from "../testing/layer-probe.js";
import { streamingMetric } from "./metric-factory.js";
import type { MetricInput } from "./metric-settings.js";
import type { MetricKind } from "./streaming-metric.js";

interface GoldenBatch {
  readonly scores: readonly number[];
  readonly targets: readonly number[];
  readonly weights: readonly number[] | null;
}
interface GoldenMetric {
  readonly kind: MetricKind;
  readonly metric: MetricInput;
  /** After each batch. */
  readonly results: readonly number[];
}
const golden = readGolden("metrics") as {
  readonly batches: Readonly<Record<MetricKind, readonly GoldenBatch[]>>;
  readonly cases: readonly GoldenMetric[];
};
const outputs = { binary: 1, categorical: 4, multiLabel: 3, regression: 2 };

test.each(golden.cases.map((one) => [`${JSON.stringify(one.metric)} of ${one.kind}`, one] as const))(
  "%s is Keras's after every batch",
  (_, { kind, metric: given, results }) => {
    const metric = streamingMetric(given, { kind, outputs: outputs[kind] });
    const actual = golden.batches[kind].map(({ scores, targets, weights }) => {
      metric.update(Float32Array.from(scores), Float32Array.from(targets), weights ?? undefined);
      return metric.result();
    });
    assertClose(actual, results, { absolute: 1e-6 });
  },
);

test("every metric is compared", () => {
  const names = new Set(
    golden.cases.map(({ metric }) => (typeof metric === "string" ? metric : metric.name)),
  );
  const known =
    "accuracy auc cosineSimilarity f1 fBeta logLoss meanAbsoluteError meanSquaredError prAuc precision precisionAtRecall r2Score recall recallAtPrecision rootMeanSquaredError sensitivityAtSpecificity specificityAtSensitivity topK";
  expect([...names].sort().join(" ")).toBe(known);
});

import {
  HistGradientBoostingClassifier,
  LogisticRegression,
  OneHotEncoder,
  Pipeline,
  StandardScaler,
  TargetEncoder,
  ColumnTransformer,
} from "@strata-ml/classical";
// The built package: worker threads can't import TypeScript.
import { hybrid, keepKinds, strataRegistry, TensorInput } from "@strata-ml/bridge";
import {
  averagePrecision,
  crossValidate,
  decodeArtifact,
  encodeArtifact,
  rocAuc,
  withParams,
} from "@strata-ml/core";
import { workerExecutor } from "@strata-ml/core/node";
import { NeuralClassifier } from "@strata-ml/deep";
import { describe, expect, test } from "vitest";
import { mixedData } from "./fixtures/mixed-data.js";

const network = new NeuralClassifier({
  epochs: 12,
  hiddenUnits: [16, 8],
  sequenceUnits: 8,
  validationFraction: null,
  learningRate: 0.01,
});
const small = (seed = 0) =>
  hybrid({
    network: network.with({ seed }),
    tabular: keepKinds(["numeric", "categorical"]),
    head: new HistGradientBoostingClassifier({ maxIter: 30, minSamplesLeaf: 10, seed }),
    folds: 2,
    seed,
  });

describe("hybrid", () => {
  test("joins what the table tells with what only the network reads", async () => {
    const [train, test] = [mixedData(400, 1), mixedData(300, 2)];
    const table = new Pipeline({
      steps: [
        ["tabular", keepKinds(["numeric", "categorical"])],
        ["model", new HistGradientBoostingClassifier({ maxIter: 30 })],
      ],
    });
    const truth = test.column("y", "numeric").values;
    const joint = (await (await small().fit(train)).predictProba(test)).column(1);
    const alone = (await table.fit(train)).predictProba(test).column(1);
    expect(averagePrecision(truth, joint)).toBeGreaterThan(averagePrecision(truth, alone) + 0.03);
    expect(rocAuc(truth, joint)).toBeGreaterThan(0.85);
  });

  test("is one artifact, and repeats bit for bit by its seed, here and on workers", async () => {
    const [train, test] = [mixedData(150, 3), mixedData(40, 4)];
    const model = await small(7).fit(train);
    const proba = await model.predictProba(test);
    const bytes = await encodeArtifact(model, strataRegistry);
    const again = (await decodeArtifact(bytes, strataRegistry)) as typeof model;
    expect((await again.predictProba(test)).data).toEqual(proba.data);
    expect(await encodeArtifact(again, strataRegistry)).toEqual(bytes);
    const executor = workerExecutor({ workers: 2 });
    try {
      const elsewhere = await small(7).fit(train, { executor });
      expect((await elsewhere.predictProba(test)).data).toEqual(proba.data);
    } finally {
      await executor.close();
    }
  });

  test("takes params by path, deep into its parts", () => {
    const changed = withParams(small(), { "features.network.network.epochs": 3, "head.maxIter": 9 });
    expect(changed.parts.features.parts.network.parts.network.params.epochs).toBe(3);
    expect(changed.parts.head.params.maxIter).toBe(9);
  });
});

describe("random labels score chance", () => {
  const encoders = new ColumnTransformer({
    transformers: [
      ["scale", new StandardScaler(), ["amount"]],
      ["target", new TargetEncoder(), ["shop", "level"]],
    ],
  });
  const oneHot = new ColumnTransformer({
    transformers: [
      ["scale", new StandardScaler(), ["amount"]],
      ["shop", new OneHotEncoder({ handleUnknown: "ignore" }), ["shop", "level"]],
    ],
  });
  const pipelines = {
    "the hybrid": small(1),
    "a target encoder before logistic regression": new Pipeline({
      steps: [
        ["encode", encoders],
        ["model", new LogisticRegression()],
      ],
    }),
    "a target encoder before boosting": new Pipeline({
      steps: [
        ["encode", encoders],
        ["model", new HistGradientBoostingClassifier({ maxIter: 30 })],
      ],
    }),
    "one-hot columns before logistic regression": new Pipeline({
      steps: [
        ["encode", oneHot],
        ["model", new LogisticRegression()],
      ],
    }),
    "classical preprocessing before a network": new Pipeline({
      steps: [
        ["input", new TensorInput({ preprocessing: oneHot })],
        ["network", network.with({ epochs: 4 })],
      ],
    }),
  };

  // A category of many levels is what a leaking encoder would learn by heart.
  const withLevels = (rows: number, seed: number) => {
    const data = mixedData(rows, seed, []);
    return data.with({ level: Array.from({ length: rows }, (_, i) => `level${(i * 7919) % 300}`) });
  };

  test.each(Object.entries(pipelines))("%s", { timeout: 240_000 }, async (_, pipeline) => {
    const aucs: number[] = [];
    for (const seed of [11, 12, 13]) {
      const { scores } = await crossValidate(pipeline, withLevels(1000, seed), { cv: 3, scoring: "rocAuc" });
      aucs.push(...scores.rocAuc);
    }
    const mean = aucs.reduce((sum, value) => sum + value, 0) / aucs.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });
});

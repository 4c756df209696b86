import { describe, expect, it } from "vitest";
import golden from "../../golden/splits.json" with { type: "json" };
import { fromColumns } from "../dataset/from-columns.js";
import { StrataError } from "../errors.js";
import type { ProgressEvent } from "../estimator/fit-options.js";
import type { Executor } from "../executor/executor.js";
import { crossValidate } from "./cross-validate.js";
import { crossValPredict } from "./cross-val-predict.js";
import { cloningExecutor } from "./fixtures/cloning-executor.js";
import { MeanRegressor } from "./fixtures/mean-regressor.js";
import { NearestMean } from "./fixtures/nearest-mean.js";
import type { Scorer } from "./scorer.js";
import { GridSearch } from "./search/grid-search.js";

const [a, b] = golden.x;
const flowers = fromColumns(
  { a, b, label: golden.three, w: a.map((x) => Math.abs(x)) },
  { target: "label", weight: "w" },
);
const numbers = fromColumns({ row: a.map((_, row) => row), y: a }, { target: "y" });
const module = new URL("./fixtures/registry.ts", import.meta.url).href;
const elsewhere = { executor: cloningExecutor, registry: { module, exportName: "fixtureRegistry" } };
const scoring = ["accuracy", "negLogLoss", "rocAucOvr"] as const;

describe("folds on an executor", () => {
  it("give what they give here", async () => {
    const options = { scoring, cv: 4, returnTrainScores: true, returnPredictions: true } as const;
    const here = await crossValidate(new NearestMean(), flowers, options);
    const there = await crossValidate(new NearestMean(), flowers, { ...options, ...elsewhere });
    expect(there.scores).toEqual(here.scores);
    expect(there.folds.map(({ trainScores }) => trainScores)).toEqual(
      here.folds.map(({ trainScores }) => trainScores),
    );
    expect(there.folds.map(({ predictions }) => predictions)).toEqual(
      here.folds.map(({ predictions }) => predictions),
    );
  });

  it("bring their models back, validation rows and all", async () => {
    const options = { scoring: "r2", cv: 3, validation: { fraction: 0.2 }, returnModels: true } as const;
    const here = await crossValidate(new MeanRegressor(), numbers, options);
    const there = await crossValidate(new MeanRegressor(), numbers, { ...options, ...elsewhere });
    expect(there.folds.map(({ model }) => model!.seen)).toEqual(here.folds.map(({ model }) => model!.seen));
    const asksModel: Scorer = {
      name: "mean",
      needs: "model",
      greaterIsBetter: true,
      score: (model) => (model as unknown as { mean: number }).mean,
    };
    const asked = await crossValidate(new MeanRegressor(), numbers, {
      ...elsewhere,
      scoring: asksModel,
      cv: 3,
    });
    expect(Object.values(asked.folds[0].scores)[0]).not.toBeNaN();
    expect(asked.folds[0].model).toBeUndefined();
  });

  it("predict, and search with validation data from outside", async () => {
    const proba = { method: "predictProba", cv: 3 } as const;
    expect(await crossValPredict(new NearestMean(), flowers, { ...proba, ...elsewhere })).toEqual(
      await crossValPredict(new NearestMean(), flowers, proba),
    );
    const search = new GridSearch({
      estimator: new MeanRegressor(),
      paramGrid: { factor: [0, 0.5, 1] },
      scoring: "negMeanSquaredError",
      cv: 3,
    });
    const validation = numbers.slice(0, 7);
    const here = await search.fit(numbers, { validation });
    const there = await search.fit(numbers, { validation, ...elsewhere });
    expect(there.results.map(({ scores }) => scores)).toEqual(here.results.map(({ scores }) => scores));
    expect(there.bestModel.seen.validation).toHaveLength(7);
  });

  it("report each fold once, and end with the last", async () => {
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): number => events.push(event);
    await crossValidate(new NearestMean(), flowers, { scoring, cv: 3, ...elsewhere, onProgress });
    expect(events.map(({ owner, stage, done }) => [owner, stage, done])).toEqual(
      [0, 1, 2, 3].map((done) => ["crossValidate", "fold", done]),
    );
    events.length = 0;
    const mute: Executor = { ...cloningExecutor, map: (task, shards) => cloningExecutor.map(task, shards) };
    await crossValidate(new NearestMean(), flowers, {
      scoring,
      cv: 3,
      ...elsewhere,
      executor: mute,
      onProgress,
    });
    expect(events.map(({ done }) => done)).toEqual([0, 3]);
  });

  it("pass warnings and errors on, naming the fold", async () => {
    const warnings: string[] = [];
    await crossValidate(new NearestMean({ warn: true }), flowers, {
      scoring,
      cv: 2,
      ...elsewhere,
      onWarning: (message) => warnings.push(message),
    });
    expect(warnings).toEqual(
      [1, 2].map((fold) => `crossValidate: fold ${fold} of 2: NearestMean: told to warn`),
    );
    const failing = crossValidate(new MeanRegressor({ failAbove: -100 }), numbers, {
      scoring: "r2",
      ...elsewhere,
    });
    await expect(failing).rejects.toThrow(StrataError);
    await expect(failing).rejects.toThrow(/^crossValidate: fold 1 of 5: MeanRegressor: the mean must be/);
    const foreign = { module, exportName: "notARegistry" };
    await expect(
      crossValidate(new MeanRegressor(), numbers, { scoring: "r2", ...elsewhere, registry: foreign }),
    ).rejects.toThrow(/registry must name a Registry that .* exports, received an object for 'notARegistry'/);
  });

  it("stop when aborted, with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = crossValidate(new NearestMean(), flowers, {
      scoring,
      ...elsewhere,
      signal: controller.signal,
      onProgress: ({ done }) => done === 1 && controller.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
  });
});

import { describe, expect, it } from "vitest";
import golden from "../../../golden/splits.json" with { type: "json" };
import { decodeArtifact, encodeArtifact } from "../../artifact/artifact.js";
import { fromColumns } from "../../dataset/from-columns.js";
import { ArtifactError, DataError, NotSupportedError, ParamError } from "../../errors.js";
import {
  canClassify,
  canDecide,
  canFitTransform,
  canRegress,
  canTransform,
} from "../../estimator/capabilities.js";
import { withParams } from "../../estimator/composite.js";
import type { ProgressEvent } from "../../estimator/fit-options.js";
import { crossValidate } from "../cross-validate.js";
import { Centred } from "../fixtures/centred.js";
import { Chain } from "../fixtures/chain.js";
import { MeanRegressor } from "../fixtures/mean-regressor.js";
import { NearestMean } from "../fixtures/nearest-mean.js";
import { fixtureRegistry } from "../fixtures/registry.js";
import type { Scorer } from "../scorer.js";
import { GroupKFold } from "../splits/group-k-fold.js";
import { KFold } from "../splits/k-fold.js";
import { TimeSeriesSplit } from "../splits/time-series-split.js";
import { GridSearch, type GridSearchParams } from "./grid-search.js";

const [a, b] = golden.x;
const flowers = fromColumns({ a, b, label: golden.three }, { target: "label" });
const numbers = fromColumns({ row: a.map((_, row) => row), y: a.map((x) => x + 5) }, { target: "y" });
const factors = new GridSearch({
  estimator: new MeanRegressor(),
  paramGrid: { factor: [0.5, 1, 2] },
  scoring: "negMeanSquaredError",
  cv: 4,
});

describe("GridSearch", () => {
  it("cross-validates every combination and fits the best on all rows", async () => {
    const model = await factors.fit(numbers);
    expect(model.bestParams).toEqual({ factor: 1 });
    expect(model.bestModel.seen.train).toHaveLength(numbers.rows);
    expect(model.predict(numbers)).toEqual(model.bestModel.predict(numbers));
    expect(model.results.map(({ params, rank }) => [params, rank])).toEqual([
      [{ factor: 0.5 }, 2],
      [{ factor: 1 }, 1],
      [{ factor: 2 }, 3],
    ]);
    for (const { params, scores, mean, std } of model.results) {
      const plain = await crossValidate(new MeanRegressor(params), numbers, {
        scoring: "negMeanSquaredError",
        cv: 4,
      });
      expect(scores).toEqual(plain.scores);
      expect(mean).toEqual(plain.mean);
      expect(std).toEqual(plain.std);
    }
    expect(model.bestScore).toBe(model.results[1].mean.negMeanSquaredError);
  });

  it("tries every combination of each grid, the last param changing fastest", () => {
    const candidates = (paramGrid: GridSearchParams<NearestMean>["paramGrid"]) =>
      new GridSearch({ estimator: new NearestMean(), paramGrid, scoring: "accuracy" }).candidates;
    expect(candidates({ shrinkage: [0, 1], metric: ["euclidean", "manhattan"] })).toEqual([
      { shrinkage: 0, metric: "euclidean" },
      { shrinkage: 0, metric: "manhattan" },
      { shrinkage: 1, metric: "euclidean" },
      { shrinkage: 1, metric: "manhattan" },
    ]);
    expect(candidates([{ shrinkage: [0.5] }, { metric: ["manhattan"] }])).toEqual([
      { shrinkage: 0.5 },
      { metric: "manhattan" },
    ]);
    expect(candidates({})).toEqual([{}]);
  });

  it("chooses by the scoring that refit names, smaller where that is better; equals share a rank", async () => {
    const loss: Scorer = {
      name: "loss",
      needs: "predict",
      greaterIsBetter: false,
      score: (_, predicted) => Math.round(predicted[0] as number) % 3,
    };
    const search = new GridSearch({
      estimator: new MeanRegressor(),
      paramGrid: { factor: [0.4, 1, 0.6, 2 / 5] },
      scoring: ["r2", loss],
      refit: "loss",
      cv: 3,
    });
    const model = await search.fit(numbers);
    const worth = model.results.map(({ mean }) => mean.loss);
    expect(model.bestScore).toBe(Math.min(...worth));
    expect(model.results[0].rank).toBe(model.results[3].rank);
    const byR2 = await search.with({ refit: null }).fit(numbers);
    expect(byR2.bestParams).toEqual({ factor: 1 });
  });

  it("puts NaN last, and refuses NaN alone", async () => {
    const scoring = (bad: number): Scorer => ({
      name: "odd",
      needs: "model",
      greaterIsBetter: true,
      score: (model) => ((model.estimator as MeanRegressor).params.factor < bad ? Number.NaN : -1),
    });
    const model = await factors.with({ scoring: scoring(1) }).fit(numbers);
    expect(model.bestParams).toEqual({ factor: 1 });
    expect(model.results[0].rank).toBe(3);
    await expect(factors.with({ scoring: scoring(9) }).fit(numbers)).rejects.toThrow(DataError);
  });

  it("is of the kind of what it searches for, and can do what that can", async () => {
    const classifier = new GridSearch({
      estimator: new NearestMean(),
      paramGrid: { shrinkage: [0, 0.9] },
      scoring: "accuracy",
    });
    expect(classifier.tags).toEqual(new NearestMean().tags);
    const model = await classifier.fit(flowers);
    expect(canClassify(model) && canDecide(model)).toBe(true);
    expect(canTransform(model) || canRegress(model)).toBe(false);
    expect(model.classes).toEqual(["blue", "green", "red"]);
    expect(model.predictProba(flowers)).toEqual(model.bestModel.predictProba(flowers));
    expect(canRegress(await factors.fit(numbers))).toBe(true);
  });

  it("hands validation rows to every fold and the last fit, from inside or outside", async () => {
    const estimator = new MeanRegressor();
    const given: [train: number, validation: number | undefined][] = [];
    class Noting extends MeanRegressor {
      override async fit(...[data, options]: Parameters<MeanRegressor["fit"]>) {
        given.push([data.rows, options?.validation?.rows]);
        return super.fit(data, options);
      }
    }
    const cv = new TimeSeriesSplit({ nSplits: 2, testSize: 10 });
    const settings = { paramGrid: { factor: [1] }, scoring: "r2", cv } as const;
    const noting = new GridSearch({ estimator: new Noting(), ...settings, validation: { fraction: 0.5 } });
    await noting.fit(numbers);
    expect(given).toEqual([
      [16, 17],
      [21, 22],
      [26, 27],
    ]);
    given.length = 0;
    await noting.fit(numbers, { validation: numbers.slice(0, 4) });
    expect(given).toEqual([
      [16, 17],
      [21, 22],
      [53, 4],
    ]);
    given.length = 0;
    await noting.with({ validation: null }).fit(numbers, { validation: numbers.slice(0, 4) });
    expect(given).toEqual([
      [33, 4],
      [43, 4],
      [53, 4],
    ]);
    const { bestModel } = await new GridSearch({ estimator, ...settings }).fit(numbers);
    expect(bestModel.seen.validation).toBeUndefined();
  });

  it("refuses bad params before anything is fitted", () => {
    const make =
      (paramGrid: object, more: object = {}) =>
      () =>
        new GridSearch({ estimator: new MeanRegressor(), paramGrid, scoring: "r2", ...more });
    expect(make({ factor: [1, -1] })).toThrow(ParamError);
    expect(make({ factor: [1, -1] })).toThrow(
      "GridSearch: candidate { factor: -1 }: MeanRegressor: factor must be >= 0, received -1",
    );
    expect(make({ facto: [1] })).toThrow(/there is no param "facto", did you mean 'factor'/);
    expect(make({ "model.factor": [1] })).toThrow(/a param path must begin with/);
    expect(make({ factor: [] })).toThrow(/paramGrid/);
    expect(make({ factor: 1 })).toThrow(ParamError);
    expect(make({ factor: [1] }, { scoring: "r3" })).toThrow(/scoring/);
    expect(make({ factor: [1] }, { refit: "accuracy" })).toThrow(
      /refit must be one of the scorings r2, received "accuracy"/,
    );
    expect(make({ factor: [1] }, { cv: 1 })).toThrow(ParamError);
    expect(make({ factor: [1] }, { validation: { fraction: 1 } })).toThrow(ParamError);
    expect(make({ factor: [1] }, { estimator: {} })).toThrow(/estimator must be an estimator/);
    const values = Array.from({ length: 400 }, (_, i) => i);
    expect(make({ factor: values, failAbove: values })).toThrow(/at most 100000 candidates, received 160000/);
  });

  it("names candidate and fold in errors, and keeps their kind", async () => {
    const search = new GridSearch({
      estimator: new MeanRegressor(),
      paramGrid: { failAbove: [100, -100] },
      scoring: "r2",
      cv: 3,
    });
    await expect(search.fit(numbers)).rejects.toThrow(DataError);
    await expect(search.fit(numbers)).rejects.toThrow(
      /^GridSearch: candidate { failAbove: -100 }, fold 1 of 3: MeanRegressor: the mean must be at most -100/,
    );
  });

  it("reports progress that never falls, and stops when aborted", async () => {
    const events: ProgressEvent[] = [];
    const search = new GridSearch({
      estimator: new NearestMean(),
      paramGrid: { shrinkage: [0, 0.5] },
      scoring: "accuracy",
      cv: 2,
    });
    await search.fit(flowers, { onProgress: (event) => events.push(event) });
    const own = events.filter(({ owner }) => owner === "GridSearch");
    expect(own.map(({ done, total }) => [done, total])).toEqual([0, 1, 2, 3, 4].map((done) => [done, 4]));
    expect(new Set(events.map(({ owner }) => owner))).toEqual(
      new Set([
        "GridSearch",
        "GridSearch.candidate1.fold1",
        "GridSearch.candidate2.fold1",
        "GridSearch.candidate1.fold2",
        "GridSearch.candidate2.fold2",
        "GridSearch.best",
      ]),
    );
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = ({ owner }: ProgressEvent) => owner === "GridSearch.best" && controller.abort(reason);
    await expect(search.fit(flowers, { onProgress, signal: controller.signal })).rejects.toBe(reason);
  });
});

describe("GridSearch among other estimators", () => {
  it("searches the params of a pipeline's steps", async () => {
    const chain = new Chain({ before: new Centred(), model: new MeanRegressor() });
    const search = new GridSearch({
      estimator: chain,
      paramGrid: { "model.factor": [1, 3], "before.shift": [0, 1] },
      scoring: "negMeanSquaredError",
      cv: 3,
    });
    const model = await search.fit(numbers);
    expect(model.bestParams["model.factor"]).toBe(1);
    expect(model.results).toHaveLength(4);
  });

  it("stands in a pipeline, and is cross-validated itself", async () => {
    const chain = new Chain({ before: new Centred(), model: factors });
    const { folds } = await crossValidate(chain, numbers, { scoring: "r2", cv: 2, returnModels: true });
    for (const { model } of folds) expect(canRegress(model!)).toBe(true);
    const deeper = withParams(chain, { "model.estimator.factor": 7 });
    expect(deeper.parts.model.parts.estimator.params.factor).toBe(7);
  });

  it("transforms training rows as what it searches for does", async () => {
    const score: Scorer = {
      name: "offset",
      needs: "model",
      greaterIsBetter: true,
      score: (model) => (model as unknown as { offset: number }).offset,
    };
    const search = new GridSearch({
      estimator: new Centred(),
      paramGrid: { shift: [0, -1] },
      scoring: score,
      cv: 2,
    });
    expect(canFitTransform(factors)).toBe(false);
    expect(canFitTransform(search)).toBe(true);
    const { model, data } = await search.fitTransform!(numbers);
    expect(canTransform(model)).toBe(true);
    const { values } = (await model.transform(numbers)).column("row", "numeric");
    expect(data.column("row", "numeric").values).toEqual(values.map((value) => value + 1000));
  });
});

describe("GridSearch saved", () => {
  const saved = new GridSearch({
    estimator: new Chain({ before: new Centred(), model: new MeanRegressor() }),
    paramGrid: [
      { "model.factor": [0.5, 1] },
      { "model.rounds": [null, 3], before: [new Centred({ shift: 2 })] },
    ] as const,
    scoring: ["r2", "negMeanAbsoluteError"],
    cv: new KFold({ nSplits: 3, shuffle: true, seed: 5 }),
    validation: new TimeSeriesSplit({ nSplits: 1, testSize: 4 }),
    refit: "negMeanAbsoluteError",
  });

  it("survives JSON and a registry", () => {
    const restored = fixtureRegistry.estimator(JSON.parse(JSON.stringify(saved))) as typeof saved;
    expect(JSON.stringify(restored)).toBe(JSON.stringify(saved));
    expect(restored.candidates).toEqual(saved.candidates);
    expect(JSON.stringify(restored.with({}))).toBe(JSON.stringify(saved));
  });

  it("comes out of an artifact as it went in", async () => {
    const model = await saved.fit(numbers);
    const file = await encodeArtifact(model, fixtureRegistry);
    const restored = (await decodeArtifact(file, fixtureRegistry)) as typeof model;
    expect(restored.predict(numbers)).toEqual(model.predict(numbers));
    expect(restored.results).toEqual(model.results);
    expect([restored.bestIndex, restored.bestScore, restored.bestParams]).toEqual([
      model.bestIndex,
      model.bestScore,
      model.bestParams,
    ]);
    expect(restored.features).toEqual(model.features);
  });

  it("refuses scorers, splitters and values that can't be saved, saying what to do", () => {
    const scorer = { name: "mine", needs: "predict", greaterIsBetter: true, score: () => 0 } as const;
    expect(() => factors.with({ scoring: scorer }).toJSON()).toThrow(NotSupportedError);
    expect(() => factors.with({ scoring: scorer }).toJSON()).toThrow(/'mine' \(save bestModel instead\)/);
    const cv = { split: () => [] };
    expect(() => factors.with({ cv }).toJSON()).toThrow(/splitters must be of the library/);
    expect(() => factors.with({ validation: cv }).toJSON()).toThrow(/splitters must be of the library/);
    const infinite = { paramGrid: { failAbove: [() => 1] as unknown as number[] } };
    expect(() => factors.with(infinite)).toThrow(ParamError);
    expect(() => factors.with({ cv: new GroupKFold() }).toJSON()).not.toThrow();
  });

  it("refuses artifacts whose parts don't fit each other", async () => {
    const model = await factors.fit(numbers);
    const tampered = (changes: object) =>
      encodeArtifact(
        Object.assign(Object.create(Object.getPrototypeOf(model)), model, changes),
        fixtureRegistry,
      );
    const refuse = async (changes: object, message: RegExp) => {
      const file = await tampered(changes);
      await expect(decodeArtifact(file, fixtureRegistry)).rejects.toThrow(ArtifactError);
      await expect(decodeArtifact(file, fixtureRegistry)).rejects.toThrow(message);
    };
    const { table } = model;
    await refuse(
      { estimator: factors.with({ paramGrid: { factor: [1] } }) },
      /must be 1 x any, received 3 x 4/,
    );
    await refuse({ table: { ...table, fitSeconds: new Float64Array(2) } }, /must have 3 values, received 2/);
    await refuse({ table: { ...table, scores: [] } }, /tensor 'scores0' must be in the artifact/);
    await refuse(
      { bestModel: await new NearestMean().fit(flowers) },
      /the best model must be fixture\/mean-regressor/,
    );
    const nothing = table.scores[0].data.map(() => Number.NaN);
    const scores = [
      Object.assign(Object.create(Object.getPrototypeOf(table.scores[0])), table.scores[0], {
        data: nothing,
      }),
    ];
    await refuse({ table: { ...table, scores } }, /received NaN for all/);
  });
});

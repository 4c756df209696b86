import { describe, expect, it } from "vitest";
import golden from "../../golden/splits.json" with { type: "json" };
import { fromColumns } from "../dataset/from-columns.js";
import { DataError, NotSupportedError, ParamError, StrataError } from "../errors.js";
import type { ProgressEvent } from "../estimator/fit-options.js";
import { accuracy } from "../metrics/accuracy.js";
import { logLoss } from "../metrics/log-loss.js";
import { Random } from "../random.js";
import { assertClose } from "../testing/assert-close.js";
import { crossValPredict } from "./cross-val-predict.js";
import { crossValidate, crossValScore } from "./cross-validate.js";
import { Centred } from "./fixtures/centred.js";
import { Chain } from "./fixtures/chain.js";
import { cloningExecutor } from "./fixtures/cloning-executor.js";
import { MeanRegressor } from "./fixtures/mean-regressor.js";
import { NearestMean } from "./fixtures/nearest-mean.js";
import { NearestNeighbour } from "./fixtures/nearest-neighbour.js";
import { fixtureRegistry } from "./fixtures/registry.js";
import type { Scorer } from "./scorer.js";
import { KFold } from "./splits/k-fold.js";
import { TimeSeriesSplit } from "./splits/time-series-split.js";

const [a, b] = golden.x;
const flowers = fromColumns({ a, b, label: golden.three }, { target: "label" });
const numbers = fromColumns({ row: Float64Array.from(a.keys()), y: Float64Array.from(a) }, { target: "y" });
const close = { absolute: 1e-12 };

describe("crossValidate", () => {
  it("scores a classifier as scikit-learn does, on its default folds", async () => {
    const scoring = ["accuracy", "f1Macro", "balancedAccuracy"] as const;
    const result = await crossValidate(new NearestMean(), flowers, { scoring, returnTrainScores: true });
    for (const name of scoring) assertClose(result.scores[name], golden.nearestMean[name], close);
    assertClose(
      result.folds.map((fold) => fold.trainScores!.accuracy),
      golden.nearestMean.trainAccuracy,
      close,
    );
    const accuracies = golden.nearestMean.accuracy;
    expect(result.mean.accuracy).toBeCloseTo(accuracies.reduce((x, y) => x + y) / 5, 12);
    const spread = accuracies.reduce((sum, x) => sum + (x - result.mean.accuracy) ** 2, 0) / 5;
    expect(result.std.accuracy).toBeCloseTo(Math.sqrt(spread), 12);
  });

  it("scores a regressor as scikit-learn does", async () => {
    const scoring = ["r2", "negMeanAbsoluteError"] as const;
    const { scores } = await crossValidate(new MeanRegressor(), numbers, { scoring, cv: 4 });
    for (const name of scoring) assertClose(scores[name], golden.mean[name], close);
  });

  it("scores chance on random labels, however flexible the estimator", async () => {
    const random = new Random(11);
    const noise = Array.from({ length: 1500 }, () => random.normal());
    const labels = noise.map(() => random.integer(2));
    const data = fromColumns({ a: noise, b: noise.map(() => random.normal()), y: labels }, { target: "y" });
    const { mean, folds } = await crossValidate(new NearestNeighbour(), data, {
      scoring: ["accuracy", "rocAuc"],
      cv: new KFold({ shuffle: true }),
      returnTrainScores: true,
    });
    expect(folds[0].trainScores!.accuracy).toBe(1);
    expect(Math.abs(mean.accuracy - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(mean.rocAuc - 0.5)).toBeLessThan(0.03);
  });

  it("fits anew in every fold, and says what it is asked for", async () => {
    const { folds } = await crossValidate(new MeanRegressor(), numbers, {
      scoring: "r2",
      cv: 3,
      returnModels: true,
      returnPredictions: true,
    });
    expect(new Set(folds.map(({ model }) => model)).size).toBe(3);
    for (const { split, model, predictions, fitSeconds } of folds) {
      expect(model!.seen.train).toEqual(Array.from(split.train));
      expect(predictions!.predict).toEqual(new Float64Array(split.test.length).fill(model!.mean));
      expect(fitSeconds).toBeGreaterThanOrEqual(0);
    }
    const plain = await crossValidate(new MeanRegressor(), numbers, { scoring: "r2", cv: 3 });
    expect(plain.folds[0].model).toBeUndefined();
    expect(plain.folds[0].predictions).toBeUndefined();
  });

  it("takes splits as they are", async () => {
    const splits = [{ train: Int32Array.of(0, 1, 2), test: Int32Array.of(3, 4) }];
    const { folds } = await crossValidate(new MeanRegressor(), numbers, { scoring: "r2", cv: splits });
    expect(folds).toHaveLength(1);
    expect(folds[0].split).toEqual(splits[0]);
  });

  it("weights fits and scores by the weight column", async () => {
    const data = fromColumns(
      { x: [0, 0, 0, 0], y: [0, 2, 8, 4], w: [1, 3, 1, 0] },
      { target: "y", weight: "w" },
    );
    const splits = [{ train: Int32Array.of(0, 1), test: Int32Array.of(2, 3) }];
    const scores = await crossValScore(new MeanRegressor(), data, {
      scoring: "negMeanAbsoluteError",
      cv: splits,
    });
    expect(scores).toEqual(Float64Array.of(-6.5)); // trained on 1.5, tested on 8 alone
  });

  it("takes scorers of the user's own, whatever they need", async () => {
    const scoring = [
      { name: "loss", needs: "proba", greaterIsBetter: false, score: logLoss },
      { name: "right", needs: "predict", greaterIsBetter: true, score: accuracy },
      {
        name: "nClasses",
        needs: "model",
        greaterIsBetter: true,
        score: async (model) => (model as unknown as { classes: unknown[] }).classes.length,
      },
    ] as const satisfies Scorer[];
    const { mean, scores } = await crossValidate(new NearestMean(), flowers, { scoring });
    assertClose(scores.right, golden.nearestMean.accuracy, close);
    expect(mean.loss).toBeGreaterThan(0);
    expect(mean.nClasses).toBe(3);
    const named = await crossValidate(new NearestMean(), flowers, { scoring: "negLogLoss" });
    expect(named.mean.negLogLoss).toBe(-mean.loss);
  });

  it("scores what has no target by asking the model", async () => {
    const data = numbers.drop(["y"]);
    const scoring: Scorer = {
      name: "offset",
      needs: "model",
      greaterIsBetter: true,
      score: (model, test) => (model as unknown as { offset: number }).offset + test.rows,
    };
    const { folds } = await crossValidate(new Centred(), data, { scoring, cv: 3 });
    const [{ train, test }] = new KFold({ nSplits: 3 }).split(data);
    const mean = train.reduce((sum, row) => sum + row, 0) / train.length;
    expect(Object.values(folds[0].scores)).toEqual([mean + test.length]);
    await expect(crossValidate(new Centred(), data, { scoring: "r2", cv: 3 })).rejects.toThrow(
      NotSupportedError,
    );
  });
});

describe("validation data", () => {
  const seen = async (options: object) => {
    const { folds } = await crossValidate(new MeanRegressor(), numbers, {
      scoring: "r2",
      cv: 4,
      returnModels: true,
      ...options,
    });
    return folds.map(({ split, model }) => ({ split, ...model!.seen }));
  };

  it("comes from the training part, never from the test part", async () => {
    const folds = await seen({ validation: { fraction: 0.25 } });
    for (const { split, train, validation } of folds) {
      expect(validation).toHaveLength(Math.ceil(0.25 * (numbers.rows - split.test.length)));
      expect([...train, ...validation!, ...split.test].sort((x, y) => x - y)).toEqual(
        Array.from({ length: numbers.rows }, (_, row) => row),
      );
      expect(train).toEqual(train.toSorted((x, y) => x - y));
      expect(Array.from(split.train)).toEqual(train);
    }
    expect((await seen({ validation: { fraction: 0.25, seed: 1 } }))[0].validation).not.toEqual(
      folds[0].validation,
    );
  });

  it("can be the last split of a splitter, within the training part", async () => {
    const [{ split, train, validation }] = await seen({
      cv: new TimeSeriesSplit({ nSplits: 1, testSize: 10 }),
      validation: new TimeSeriesSplit({ nSplits: 1, testSize: 5 }),
    });
    const end = numbers.rows - 10;
    expect(Array.from(split.test)).toEqual(Array.from({ length: 10 }, (_, i) => end + i));
    expect(validation).toEqual(Array.from({ length: 5 }, (_, i) => end - 5 + i));
    expect(train).toEqual(Array.from({ length: end - 5 }, (_, i) => i));
  });

  it("passes through pipelines, transformed by their fitted steps", async () => {
    const chain = new Chain({ before: new Centred({ shift: 0.5 }), model: new MeanRegressor() });
    const { folds } = await crossValidate(chain, numbers, {
      scoring: "r2",
      cv: new TimeSeriesSplit({ nSplits: 1, testSize: 10 }),
      validation: new TimeSeriesSplit({ nSplits: 1, testSize: 3 }),
      returnModels: true,
    });
    const { first, last } = folds[0].model!;
    const { offset } = first as unknown as { offset: number };
    const { seen: rows } = last as unknown as { seen: { train: number[]; validation: number[] } };
    const end = numbers.rows - 10;
    expect(rows.validation).toEqual([end - 3 - offset, end - 2 - offset, end - 1 - offset]);
    expect(rows.train[0]).toBe(1000 - offset); // its fitTransform ran
  });

  it("is stratified for classifiers unless told otherwise, and errors name the fold", async () => {
    const rare = flowers.with({ label: golden.three.map((_, row) => (row % 13 === 0 ? "rare" : "usual")) });
    const run = (stratified?: boolean) =>
      crossValidate(new NearestMean(), rare, {
        scoring: "accuracy",
        cv: 5,
        validation: { fraction: 0.02, ...(stratified !== undefined && { stratified }) },
      });
    await expect(run()).rejects.toThrow(DataError);
    await expect(run()).rejects.toThrow(/crossValidate: fold 1 of 5: StratifiedShuffleSplit: .* 2 classes/);
    await expect(run(false)).resolves.toBeDefined();
  });
});

describe("runs", () => {
  it("report folds in order, and the fits within them under their names", async () => {
    const events: ProgressEvent[] = [];
    await crossValidate(new NearestMean(), flowers, {
      scoring: "accuracy",
      cv: 3,
      onProgress: (event) => events.push(event),
    });
    const folds = events.filter(({ owner }) => owner === "crossValidate");
    expect(folds.map(({ stage, done, total }) => [stage, done, total])).toEqual(
      [0, 1, 2, 3].map((done) => ["fold", done, 3]),
    );
    const inner = events.filter(({ stage }) => stage === "class");
    expect(new Set(inner.map(({ owner }) => owner))).toEqual(
      new Set(["crossValidate.fold1", "crossValidate.fold2", "crossValidate.fold3"]),
    );
  });

  it("stop when aborted, with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let folds = 0;
    const running = crossValidate(new NearestMean(), flowers, {
      scoring: "accuracy",
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        if (stage === "fold") folds = done;
        if (stage === "class" && folds === 2) controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(folds).toBe(2);
  });

  it("pass warnings on, naming the fold", async () => {
    const warnings: string[] = [];
    await crossValidate(new NearestMean({ warn: true }), flowers, {
      scoring: "accuracy",
      cv: 2,
      onWarning: (message) => warnings.push(message),
    });
    expect(warnings).toEqual([
      "crossValidate.fold1: NearestMean: told to warn",
      "crossValidate.fold2: NearestMean: told to warn",
    ]);
  });

  it("need a registry to send estimators to an executor", async () => {
    const message =
      "an executor needs a registry to send estimators with: registry must be { module, exportName }";
    const only = { executor: cloningExecutor, cv: 2 };
    const running = crossValidate(new MeanRegressor(), numbers, { scoring: "r2", ...only });
    await expect(running).rejects.toThrow(ParamError);
    await expect(running).rejects.toThrow(`crossValidate: ${message}`);
    await expect(crossValPredict(new MeanRegressor(), numbers, only)).rejects.toThrow(
      `crossValPredict: ${message}`,
    );
    const registry = fixtureRegistry as never; // a registry itself can't be sent
    await expect(
      crossValidate(new MeanRegressor(), numbers, { scoring: "r2", ...only, registry }),
    ).rejects.toThrow(/where workers find a Registry, received a Registry/);
  });
});

describe("errors", () => {
  it("of a fit name the fold and keep their kind", async () => {
    const estimator = new MeanRegressor({ failAbove: -100 });
    const running = crossValidate(estimator, numbers, { scoring: "r2", cv: 3 });
    await expect(running).rejects.toThrow(DataError);
    await expect(running).rejects.toThrow(
      /^crossValidate: fold 1 of 3: MeanRegressor: the mean must be at most -100/,
    );
  });

  it("of a score name the fold, and how to go on", async () => {
    const sorted = fromColumns({ x: a, y: a.map((_, row) => (row < 30 ? 0 : 1)) }, { target: "y" });
    await expect(
      crossValidate(new NearestMean(), sorted, { scoring: "rocAuc", cv: new KFold({ nSplits: 3 }) }),
    ).rejects.toThrow(/fold 1 of 3: rocAuc: there must be at least one positive row/);
    await expect(crossValidate(new NearestMean(), flowers, { scoring: "rocAuc" })).rejects.toThrow(
      /scoring 'rocAuc' is for two classes, received 3 \(rocAucOvr and rocAucOvo take more\)/,
    );
    await expect(crossValidate(new NearestMean(), flowers, { scoring: "f1" })).rejects.toThrow(
      /average must be .* for 3 classes/,
    );
    await expect(crossValidate(new MeanRegressor(), numbers, { scoring: "negLogLoss" })).rejects.toThrow(
      /MeanRegressor: the model must have predictProba/,
    );
    await expect(crossValidate(new NearestMean(), flowers, { scoring: "r2" })).rejects.toThrow(
      /must be numbers, received "/,
    );
  });

  it("of options come before anything is fitted", async () => {
    const run = (options: object) =>
      crossValidate(new MeanRegressor({ failAbove: -100 }), numbers, { scoring: "r2", ...options });
    await expect(run({ scoring: "rocauc" })).rejects.toThrow(
      /a scorer .* \(did you mean 'rocAuc'\?\), received "rocauc"/,
    );
    await expect(run({ scoring: [] })).rejects.toThrow(ParamError);
    await expect(run({ scoring: ["r2", "r2"] })).rejects.toThrow(/names that differ, received 'r2' twice/);
    await expect(run({ validation: { fraction: 2 } })).rejects.toThrow(
      /crossValidate: validation.fraction must be < 1, received 2/,
    );
    await expect(run({ cv: 1 })).rejects.toThrow(/nSplits must be >= 2, received 1/);
    await expect(run({ cv: [] })).rejects.toThrow(/at least 1 split, received none/);
    await expect(run({ cv: [{ train: new Int32Array(0), test: Int32Array.of(1) }] })).rejects.toThrow(
      /fold 1 of 1: both parts must hold rows/,
    );
  });

  it("keep their cause", async () => {
    const broken = new (class Broken extends MeanRegressor {
      override async fit(): Promise<never> {
        throw new TypeError("oh");
      }
    })();
    const error = await crossValidate(broken, numbers, { scoring: "r2" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StrataError);
    expect((error as StrataError).message).toBe("crossValidate: fold 1 of 5: oh");
    expect((error as StrataError).cause).toBeInstanceOf(TypeError);
  });
});

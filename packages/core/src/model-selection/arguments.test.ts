import { describe, expect, it } from "vitest";
import type { Dataset } from "../dataset/dataset.js";
import { fromColumns } from "../dataset/from-columns.js";
import { DataError, ParamError } from "../errors.js";
import { fitTransform } from "../estimator/fit-transform.js";
import { withParams } from "../estimator/composite.js";
import { meanAbsoluteError } from "../metrics/regression.js";
import { crossValPredict } from "./cross-val-predict.js";
import { crossValidate, crossValScore } from "./cross-validate.js";
import { cloningExecutor } from "./fixtures/cloning-executor.js";
import { MeanRegressor } from "./fixtures/mean-regressor.js";
import { NearestMean } from "./fixtures/nearest-mean.js";
import { evaluate } from "./scoring.js";
import { GridSearch } from "./search/grid-search.js";
import { RandomizedSearch } from "./search/randomized-search.js";
import { DelayedLabelSplit } from "./splits/delayed-label-split.js";
import { GroupKFold } from "./splits/group-k-fold.js";
import { KFold } from "./splits/k-fold.js";
import { LeaveOneGroupOut } from "./splits/leave-one-group-out.js";
import { GroupShuffleSplit, ShuffleSplit, StratifiedShuffleSplit } from "./splits/shuffle-split.js";
import { StratifiedGroupKFold } from "./splits/stratified-group-k-fold.js";
import { StratifiedKFold } from "./splits/stratified-k-fold.js";
import { TimeSeriesSplit } from "./splits/time-series-split.js";
import { trainTestSplit } from "./splits/train-test-split.js";

// What callers without types pass.

const data = fromColumns({ x: [1, 2, 3, 4, 5, 6, 7, 8], y: [1, 0, 1, 0, 1, 0, 1, 0] }, { target: "y" });
const estimator = new MeanRegressor();

describe("options that can't be are refused by name", () => {
  const validate = (options: unknown) => crossValidate(estimator, data, options as never);
  it.each<[string, unknown, string | RegExp]>([
    ["no options", undefined, "options must be an object, received undefined"],
    ["no scoring", {}, /scoring must be one of 'accuracy', .* received undefined/],
    ["a scorer of nothing", { scoring: {} }, /scoring must be .* received an object/],
    [
      "a scorer that needs what isn't there",
      { scoring: { name: "a", needs: "proba2", greaterIsBetter: true, score: () => 1 } },
      /scoring must be .* or a scorer { name, needs, greaterIsBetter, score }/,
    ],
    ["a number of folds as text", { scoring: "r2", cv: "5" }, "cv must be a number of folds, a splitter or"],
    ["no number of folds", { scoring: "r2", cv: null }, "cv must be a number of folds"],
    ["scorring", { scorring: "r2" }, "received \"scorring\", did you mean 'scoring'?"],
    ["folds", { scoring: "r2", folds: 3 }, 'received "folds"'],
    ["a flag as text", { scoring: "r2", returnModels: "yes" }, "returnModels must be true or false"],
    ["a signal that is none", { scoring: "r2", signal: 5 }, "signal must be an AbortSignal, received 5"],
    ["an executor that is none", { scoring: "r2", executor: {} }, "executor must be an executor"],
  ])("%s", async (_, options, message) => {
    await expect(validate(options)).rejects.toThrow(ParamError);
    await expect(validate(options)).rejects.toThrow(message);
  });

  it("splits that are none", async () => {
    await expect(validate({ scoring: "r2", cv: [5] })).rejects.toThrow(
      "crossValidate: fold 1 of 1: a split must be { train, test } of row numbers, received 5",
    );
    await expect(validate({ scoring: "r2", cv: { split: () => 5 } })).rejects.toThrow(
      "crossValidate: splits must be an array, received 5",
    );
  });

  it("of the others", async () => {
    await expect(crossValPredict(estimator, data, { method: "proba" } as never)).rejects.toThrow(
      'crossValPredict: method must be "predict" or "predictProba" or "decisionFunction", received "proba"',
    );
    await expect(crossValPredict(estimator, data, { scoring: "r2" } as never)).rejects.toThrow(
      /^crossValPredict: options must be among .* received "scoring"/,
    );
    await expect(
      crossValScore(estimator, data, { scoring: "r2", returnModels: true } as never),
    ).rejects.toThrow(/^crossValScore: options must be among .* received "returnModels"/);
  });
});

describe("what is no estimator, model or dataset", () => {
  const rows = [[1], [2], [3], [4], [5], [6]] as unknown as Dataset;
  it("is refused by cross-validation", async () => {
    await expect(crossValidate({} as typeof estimator, data, { scoring: "r2" })).rejects.toThrow(
      "crossValidate: the estimator must be an estimator, received an object",
    );
    await expect(crossValidate(estimator, rows as never, { scoring: "r2" })).rejects.toThrow(
      "crossValidate: the data must be a Dataset, received an array of 6",
    );
    await expect(crossValPredict(NearestMean as unknown as typeof estimator, data)).rejects.toThrow(
      ParamError,
    );
    const model = await estimator.fit(data);
    await expect(evaluate(estimator as never, data, "r2")).rejects.toThrow(
      "evaluate: the model must be a fitted model, received a MeanRegressor",
    );
    await expect(evaluate(model, rows, "r2")).rejects.toThrow(DataError);
    await expect(fitTransform({} as typeof estimator, data)).rejects.toThrow(ParamError);
    expect(() => withParams({} as never, {})).toThrow(ParamError);
    expect(() => withParams(estimator, null as never)).toThrow("withParams: params must be an object");
    expect(() => trainTestSplit(rows)).toThrow("trainTestSplit: the data must be a Dataset");
  });

  const splitters = [
    new KFold(),
    new StratifiedKFold(),
    new GroupKFold(),
    new StratifiedGroupKFold(),
    new LeaveOneGroupOut(),
    new ShuffleSplit(),
    new StratifiedShuffleSplit(),
    new GroupShuffleSplit(),
    new TimeSeriesSplit(),
    new DelayedLabelSplit(),
  ];
  it.each(splitters.map((splitter) => [splitter.owner, splitter] as const))(
    "is not split by %s",
    (owner, splitter) => {
      expect(() => splitter.split(rows)).toThrow(
        `${owner}: the data must be a Dataset, received an array of 6`,
      );
      expect(() => splitter.split(undefined as never)).toThrow(DataError);
    },
  );
});

describe("searches", () => {
  const paramGrid = { factor: [0.5, 1] };
  it("list the scorings that there are", () => {
    const grid = (scoring: unknown) => () =>
      new GridSearch({ estimator, paramGrid, scoring: scoring as never });
    const known = "GridSearch: scoring must be one of 'accuracy', 'balancedAccuracy',";
    for (const bad of ["r22", undefined, {}, ["r2", "r22"], []]) expect(grid(bad)).toThrow(ParamError);
    expect(grid("r22")).toThrow(known);
    expect(grid("r22")).toThrow(/\(did you mean 'r2'\?\), received "r22"$/);
    expect(grid(["r2", "r22"])).toThrow(/\(\[1\] is "r22", did you mean 'r2'\?\), received an array of 2$/);
    expect(grid([])).toThrow("GridSearch: scoring must name at least one scorer, received an array of 0");
    expect(
      () => new RandomizedSearch({ estimator, paramDistributions: { factor: [1] }, scoring: "r22" as never }),
    ).toThrow(/^RandomizedSearch: scoring must be one of 'accuracy'/);
  });

  it("need a registry to send estimators to an executor", async () => {
    const searches = [
      new GridSearch({ estimator, paramGrid, scoring: "r2", cv: 2 }),
      new RandomizedSearch({ estimator, paramDistributions: paramGrid, scoring: "r2", cv: 2 }),
    ];
    for (const search of searches) {
      const fitting = search.fit(data, { executor: cloningExecutor });
      await expect(fitting).rejects.toThrow(ParamError);
      await expect(fitting).rejects.toThrow(`${search.owner}: an executor needs a registry`);
    }
  });

  it("refuse what is no dataset, and misspelt options", async () => {
    const search = new GridSearch({ estimator, paramGrid, scoring: "r2", cv: 2 });
    await expect(search.fit([[1]] as never)).rejects.toThrow("GridSearch: the data must be a Dataset");
    await expect(search.fit(data, { validaton: data } as object)).rejects.toThrow(
      "GridSearch: there is no option \"validaton\" of fit, did you mean 'validation'?",
    );
  });
});

it("any metric of predictions fits in as a scorer, of a classifier too", async () => {
  const ordinal = {
    name: "ordinal",
    needs: "predict",
    greaterIsBetter: false,
    score: meanAbsoluteError,
  } as const;
  const { mean } = await crossValidate(new NearestMean(), data, { scoring: [ordinal as never], cv: 2 });
  expect(Object.values<number>(mean)[0]).toBeGreaterThanOrEqual(0);
});

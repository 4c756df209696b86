import { describe, expect, it } from "vitest";
import golden from "../../golden/splits.json" with { type: "json" };
import { categorical } from "../dataset/column-build.js";
import { fromColumns } from "../dataset/from-columns.js";
import { DataError } from "../errors.js";
import { averagePrecision } from "../metrics/average-precision.js";
import { f1, precision, recall } from "../metrics/f-beta.js";
import { brierScore, logLoss } from "../metrics/log-loss.js";
import {
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  r2Score,
  rootMeanSquaredError,
} from "../metrics/regression.js";
import { rocAuc } from "../metrics/roc-auc.js";
import { MeanRegressor } from "./fixtures/mean-regressor.js";
import { NearestMean } from "./fixtures/nearest-mean.js";
import { NearestNeighbour } from "./fixtures/nearest-neighbour.js";
import { namedScorers } from "./scorer.js";
import { evaluate, type ScoringName } from "./scoring.js";

const [a, b] = golden.x;
const weights = a.map((x) => Math.abs(x));
const fraud = golden.rare.map((label) => (label === 1 ? "fraud" : "fair"));
const three = fromColumns({ a, b, y: golden.three, weights }, { target: "y", weight: "weights" });
const two = three.with({ y: golden.rare });
const words = three.with({ y: fraud });
const numbers = three.with({ y: a });

describe("evaluate", () => {
  it("scores two classes, the second of them positive, weights counted", async () => {
    const model = await new NearestMean().fit(two);
    const predicted = model.predict(two);
    const proba = model.predictProba(two);
    const expected = {
      precision: precision(golden.rare, predicted, { weights }),
      recall: recall(golden.rare, predicted, { weights }),
      f1: f1(golden.rare, predicted, { weights }),
      rocAuc: rocAuc(golden.rare, model.decisionFunction(two), { weights }),
      averagePrecision: averagePrecision(golden.rare, model.decisionFunction(two), { weights }),
      negLogLoss: -logLoss(golden.rare, proba, { weights }),
      negBrierScore: -brierScore(golden.rare, proba, { weights }),
    };
    const names = Object.keys(expected) as (keyof typeof expected)[];
    expect(await evaluate(model, two, names)).toEqual(expected);
    expect(await evaluate(await new NearestMean().fit(words), words, names)).toEqual(expected);
  });

  it("ranks by predictProba where there is no decisionFunction, awaiting it", async () => {
    const model = await new NearestNeighbour().fit(two);
    expect(await evaluate(model, two, "rocAuc")).toEqual({ rocAuc: 1 });
  });

  it("scores several classes", async () => {
    const model = await new NearestMean().fit(three);
    const predicted = model.predict(three);
    const proba = model.predictProba(three);
    const scores = await evaluate(model, three, [
      "f1Macro",
      "precisionWeighted",
      "recallMicro",
      "rocAucOvr",
      "rocAucOvoWeighted",
    ]);
    expect(scores).toEqual({
      f1Macro: f1(golden.three, predicted, { average: "macro", weights }),
      precisionWeighted: precision(golden.three, predicted, { average: "weighted", weights }),
      recallMicro: recall(golden.three, predicted, { average: "micro", weights }),
      rocAucOvr: rocAuc(golden.three, proba, { multiclass: "ovr", weights }),
      rocAucOvoWeighted: rocAuc(golden.three, proba, { multiclass: "ovo", average: "weighted", weights }),
    });
  });

  it("scores regression, losses negated", async () => {
    const model = await new MeanRegressor().fit(numbers);
    const predicted = model.predict(numbers);
    expect(
      await evaluate(model, numbers, [
        "r2",
        "negMeanAbsoluteError",
        "negMeanSquaredError",
        "negRootMeanSquaredError",
        "negMedianAbsoluteError",
      ]),
    ).toEqual({
      r2: r2Score(a, predicted, { weights }),
      negMeanAbsoluteError: -meanAbsoluteError(a, predicted, { weights }),
      negMeanSquaredError: -meanSquaredError(a, predicted, { weights }),
      negRootMeanSquaredError: -rootMeanSquaredError(a, predicted, { weights }),
      negMedianAbsoluteError: -medianAbsoluteError(a, predicted, { weights }),
    });
  });

  it("knows a name for every scorer, all of them better when greater", async () => {
    const model = await new NearestMean().fit(two);
    for (const name of Object.keys(namedScorers) as ScoringName[]) {
      expect(namedScorers[name].greaterIsBetter).toBe(true);
      const [score] = Object.values(await evaluate(model, two, name));
      expect(score, name).toBeTypeOf("number");
    }
  });

  it("refuses a target that is missing, or missing in a row", async () => {
    const model = await new NearestMean().fit(words);
    await expect(evaluate(model, words.drop(["y"]), "accuracy")).rejects.toThrow(DataError);
    await expect(evaluate(model, words.drop(["y"]), "accuracy")).rejects.toThrow(
      /scorer 'accuracy' needs a numeric or categorical target, received a dataset without target/,
    );
    const gap = words.with({ y: categorical(fraud.map((label, row) => (row === 3 ? null : label))) });
    await expect(evaluate(model, gap, "accuracy")).rejects.toThrow(/missing label at row 3/);
  });

  it("refuses a scorer that gives no number", async () => {
    const model = await new MeanRegressor().fit(numbers);
    const scorer = {
      name: "odd",
      needs: "model",
      greaterIsBetter: true,
      score: () => "1" as unknown as number,
    } as const;
    await expect(evaluate(model, numbers, scorer)).rejects.toThrow(
      /scorer 'odd' must give a number, received "1"/,
    );
  });
});

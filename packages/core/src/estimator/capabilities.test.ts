import { describe, expect, test } from "vitest";
import { Bag, BagModel } from "../artifact/fixtures/bag.js";
import * as capabilities from "./capabilities.js";
import type { Model } from "./model.js";

const model = (methods: object, kind = "transformer"): Model => {
  const estimator = new Bag();
  Object.defineProperty(estimator, "tags", { value: { ...estimator.tags, kind } });
  return Object.assign(new BagModel(estimator), methods);
};
const act = () => 1;

/** Which of the questions a model answers with yes. */
function abilities(of: Model): string[] {
  const { canFitTransform: _, ...questions } = capabilities;
  return Object.entries(questions)
    .filter(([, question]) => question(of))
    .map(([name]) => name)
    .sort();
}

describe("capabilities are told by what a model has", () => {
  test.each<[string, Model, string[]]>([
    ["nothing", model({}), []],
    ["a classifier", model({ predict: act, classes: [0, 1] }, "classifier"), ["canClassify"]],
    [
      "one with probabilities",
      model({ predict: act, classes: [0, 1], predictProba: act, decisionFunction: act }, "classifier"),
      ["canClassify", "canDecide", "canPredictProbability"],
    ],
    ["a regressor", model({ predict: act }, "regressor"), ["canRegress"]],
    [
      "a clusterer",
      model({ predict: act, nClusters: 2, transform: act }, "clusterer"),
      ["canCluster", "canTransform"],
    ],
    ["an embedder", model({ embed: act, scoreSamples: act }), ["canEmbed", "canScoreSamples"]],
    ["names that are no methods", model({ predict: 1, transform: "x", classes: [] }), []],
  ])("%s", (_, of, expected) => {
    expect(abilities(of)).toEqual(expected);
  });

  test("estimators that cross-fit", () => {
    expect(capabilities.canFitTransform({ fitTransform: act })).toBe(true);
    expect(capabilities.canFitTransform(new Bag())).toBe(false);
  });

  test("a model has its estimator's type and name", () => {
    expect([new BagModel().type, new BagModel().owner]).toEqual(["test/bag", "Bag"]);
  });
});

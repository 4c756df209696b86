import { expect, test } from "vitest";
import { DecisionTreeClassifier } from "./decision-tree-classifier.js";
import { featuresPerSplit } from "./tree-params.js";

test("maxFeatures counts as scikit-learn does", () => {
  const counts = (maxFeatures: Parameters<typeof featuresPerSplit>[0]): number[] =>
    [1, 10, 30].map((features) => featuresPerSplit(maxFeatures, features));
  expect(counts(null)).toEqual([1, 10, 30]);
  expect(counts("sqrt")).toEqual([1, 3, 5]);
  expect(counts("log2")).toEqual([1, 3, 4]);
  expect(counts(0.25)).toEqual([1, 2, 7]);
  expect(counts(1)).toEqual([1, 1, 1]);
  expect(counts(12)).toEqual([1, 10, 12]);
});

test.for([
  [{ maxFeatures: 1.5 }, "maxFeatures must"],
  [{ maxFeatures: 0 }, "maxFeatures must"],
  [{ maxLeafNodes: 1 }, "maxLeafNodes must be >= 2, received 1"],
  [{ minSamplesSplit: 1 }, "minSamplesSplit must be >= 2, received 1"],
  [{ minWeightFractionLeaf: 0.6 }, "minWeightFractionLeaf must be <= 0.5, received 0.6"],
] as const)("%o is refused", ([params, message]) => {
  expect(() => new DecisionTreeClassifier(params)).toThrow(`DecisionTreeClassifier: ${message}`);
});

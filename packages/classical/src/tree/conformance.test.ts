import { Registry } from "@strata-ml/core";
import { estimatorChecks } from "@strata-ml/core/testing";
import { describe, test } from "vitest";
import { DecisionTreeClassifier, decisionTreeClassifierCodec } from "./decision-tree-classifier.js";
import { DecisionTreeRegressor, decisionTreeRegressorCodec } from "./decision-tree-regressor.js";

const registry = new Registry([decisionTreeClassifierCodec, decisionTreeRegressorCodec]);

for (const make of [
  () => new DecisionTreeClassifier(),
  () => new DecisionTreeRegressor(),
  () => new DecisionTreeClassifier({ maxFeatures: "sqrt", maxLeafNodes: 8, criterion: "entropy" }),
]) {
  describe(JSON.stringify(make()), () => {
    for (const { name, run } of estimatorChecks(make, { registry })) test(name, run);
  });
}

import { fromColumns, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { expect, test } from "vitest";
import { HistGradientBoostingClassifier } from "./hist-gradient-boosting-classifier.js";

const random = new Random(5);
const x = Array.from({ length: 120 }, () => random.normal());
const data = fromColumns(
  {
    x,
    y: x.map((value) => (value + random.normal() > 0.4 ? "yes" : value < -1.5 ? "maybe" : "no")),
    // Not the same by class, and some of it zero.
    w: x.map((value, i) => (i % 10 === 0 ? 0 : value > 0 ? 5 : 0.5)),
  },
  { target: "y", weight: "w" },
);

test.each(["balanced", { yes: 3, no: 0.25 }, null] as const)(
  "training rows as validation rows give the training loss, class weights %j",
  async (classWeight) => {
    const estimator = new HistGradientBoostingClassifier({ classWeight, maxIter: 12, minSamplesLeaf: 5 });
    const model = await estimator.fit(data, { validation: data });
    expect(model.validationLoss.length).toBeGreaterThan(5);
    assertClose(model.validationLoss, model.trainLoss, { relative: 1e-12 });
  },
);

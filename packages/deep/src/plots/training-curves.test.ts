import { expect, test } from "vitest";
import { trainingCurves } from "./training-curves.js";

const history = { loss: [3, 2], validationLoss: [4, 3], learningRate: [0.1, 0.1], metrics: {} };

test("losses alone are one picture", () => {
  expect(trainingCurves(history)).toHaveProperty("layer");
});

test("every metric has a picture of its own below the losses", () => {
  const metrics = { auc: [0.6, 0.8], "recall.80": [0.1, 0.3] };
  const { vconcat } = trainingCurves({ ...history, metrics }) as unknown as {
    vconcat: { layer?: object[]; data?: object; encoding?: { y: object } }[];
  };
  expect(vconcat).toHaveLength(3);
  expect(vconcat[0].layer).toHaveLength(2);
  expect(vconcat[2].data).toEqual({ values: [0.1, 0.3].map((value, i) => ({ epoch: i + 1, value })) });
  expect(vconcat[2].encoding?.y).toMatchObject({ field: "value", title: "recall.80" });
});

import { fromColumns, type LabelledDataset, Random } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select-backend.js";
import { classesOf, classRows } from "./class-task.js";
import { NeuralClassifier } from "./neural-classifier.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));

/** Two classes of 200 rows each that no feature tells apart; those of class 1 weigh 10. */
function weighted(): LabelledDataset {
  const random = new Random(1);
  const label = Array.from({ length: 400 }, (_, i) => i % 2);
  return fromColumns(
    { noise: label.map(() => random.normal()), label, w: label.map((y) => (y === 1 ? 10 : 1)) },
    { target: "label", weight: "w" },
  );
}

describe("classWeight", () => {
  test.each([
    ["balanced", 0.5],
    [null, 10 / 11],
    [{ 1: 0.1 }, 0.5],
  ] as const)("%j counts classes by sample weight: mean probability %d", async (classWeight, expected) => {
    const data = weighted();
    const model = await new NeuralClassifier({ classWeight, epochs: 5, hiddenUnits: [8] }).fit(data);
    const probability = (await model.predictProba(data)).column(1);
    const mean = probability.reduce((sum, p) => sum + p, 0) / data.rows;
    expect(Math.abs(mean - expected)).toBeLessThan(0.03);
  });

  test("validation rows get the factors of the training rows", () => {
    const data = weighted();
    const { classes } = classesOf("test", data, "balanced");
    assertClose(classes.factors[0], [2200 / (2 * 200), 2200 / (2 * 2000)], { relative: 1e-12 });
    const few = data.take([0, 1, 3]).with({ w: [1, 2, 3] });
    const [none, one] = classes.factors[0];
    assertClose(classRows("test", few, classes).weights!, [none, 2 * one, 3 * one], { relative: 1e-12 });
  });
});

import type { Comparison } from "../rungs/compare-rungs.js";
import type { LabelledDataset } from "@strata-ml/core";
import { calibrationChart, precisionRecallChart, rocChart } from "./charts/curves.js";
import { costAgainstThreshold } from "./charts/cost.js";
import { embeddingMap } from "./charts/embedding-map.js";
import { importanceChart } from "./charts/importance.js";
import { scenarioRecall } from "./charts/scenario-recall.js";
import { scoreDistribution } from "./charts/score-distribution.js";
import type { Chart } from "./charts/spec.js";
import { embeddingPoints } from "../rungs/embedding-points.js";
import { permutationDrops } from "../rungs/permutation-drops.js";

const cost = { reviewCost: 5, reviewsPerDay: 25 };

/** Every picture of a comparison with a hybrid. */
export async function simulationCharts(
  { test, rungs }: Comparison,
  data: LabelledDataset,
  seed: number,
): Promise<Chart[]> {
  const shown = { ...test, rungs: test.rungs.filter(({ name }) => name !== "dummy") };
  const charts = [
    precisionRecallChart(shown),
    rocChart(shown),
    calibrationChart(shown),
    scoreDistribution(test, "hybrid"),
    costAgainstThreshold(shown, cost),
  ];
  const days = new Set(test.day).size;
  const recall = scenarioRecall(shown, cost.reviewsPerDay * days);
  if (recall !== null) charts.push(recall);
  const boosting = rungs.find(({ name }) => name === "boosting");
  if (boosting) charts.push(importanceChart(boosting.name, await permutationDrops(boosting, data, seed)));
  const deep = rungs.find(({ name }) => name === "deep");
  if (deep) charts.push(embeddingMap(await embeddingPoints(deep.model, data, test, seed)));
  return charts;
}

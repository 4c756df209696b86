import type { Comparison } from "../rungs/compare-rungs.js";
import { costAgainstThreshold } from "./charts/cost.js";
import { calibrationChart, precisionRecallChart, rocChart } from "./charts/curves.js";
import { scenarioRecall } from "./charts/scenario-recall.js";
import { scoreDistribution } from "./charts/score-distribution.js";
import type { Chart } from "./charts/spec.js";

const cost = { reviewCost: 5, reviewsPerDay: 100 };

/** The pictures of a comparison on the handbook's data. */
export function handbookCharts({ test, rungs }: Comparison): Chart[] {
  const days = new Set(test.day).size;
  const charts = [
    precisionRecallChart(test),
    rocChart(test),
    calibrationChart(test),
    scoreDistribution(test, rungs[rungs.length - 1].name),
    costAgainstThreshold(test, cost),
  ];
  const recall = scenarioRecall(test, cost.reviewsPerDay * days);
  return recall === null ? charts : [...charts, recall];
}

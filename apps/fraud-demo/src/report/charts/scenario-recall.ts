import { type Chart, height, type ScoredTest, width } from "./spec.js";

/** The share of each scenario's frauds among the `alerts` highest scores of each rung. */
export function scenarioRecall(test: ScoredTest, alerts: number): Chart | null {
  const { scenario, fraud } = test;
  if (scenario === null) return null;
  const totals = new Map<string, number>();
  scenario.forEach((name, i) => fraud[i] === 1 && totals.set(name, (totals.get(name) ?? 0) + 1));
  const values = test.rungs.flatMap(({ name: rung, scores }) => {
    const found = new Map<string, number>();
    const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
    for (const row of order.subarray(0, alerts)) {
      if (fraud[row] === 1) found.set(scenario[row], (found.get(scenario[row]) ?? 0) + 1);
    }
    return [...totals].map(([name, total]) => ({
      rung,
      scenario: `${name} (${total})`,
      recall: (found.get(name) ?? 0) / total,
    }));
  });
  return {
    title: "Recall by scenario",
    note: `Share of each scenario's frauds (their number in brackets) among the ${alerts} highest scores. A scenario that only one kind of data tells stays dark in rungs that don't see it.`,
    spec: {
      width,
      height: Math.max(height, totals.size * 28),
      data: { values },
      layer: [
        {
          mark: { type: "rect" },
          encoding: {
            color: {
              field: "recall",
              type: "quantitative",
              scale: { domain: [0, 1], scheme: "blues" },
              title: "recall",
            },
          },
        },
        {
          mark: { type: "text", fontSize: 11 },
          encoding: {
            text: { field: "recall", type: "quantitative", format: ".2f" },
            color: { condition: { test: "datum.recall > 0.6", value: "white" }, value: "#111827" },
          },
        },
      ],
      encoding: {
        x: { field: "rung", type: "nominal", title: null, sort: null, axis: { labelAngle: -30 } },
        y: { field: "scenario", type: "nominal", title: null, sort: null },
      },
    },
  };
}

import { type Chart, height, type ScoredTest, width } from "./spec.js";

const bins = 40;

/** How often each score is given to fraud and to honest rows; each group sums to 1, so the rare one can be seen. */
export function scoreDistribution(test: ScoredTest, rung: string): Chart {
  const scores = test.rungs.find(({ name }) => name === rung)?.scores ?? new Float64Array();
  const counts = { fraud: new Float64Array(bins), honest: new Float64Array(bins) };
  scores.forEach(
    (score, i) =>
      counts[test.fraud[i] === 1 ? "fraud" : "honest"][Math.min(bins - 1, Math.floor(logit(score) * bins))]++,
  );
  const values = (["honest", "fraud"] as const).flatMap((group) => {
    const total = counts[group].reduce((a, b) => a + b, 0) || 1;
    return Array.from(counts[group], (count, bin) => ({
      group,
      score: (bin + 0.5) / bins,
      share: count / total,
    }));
  });
  return {
    title: `Scores given by ${rung}`,
    note: "Share of each group by score, on a logit scale from 0.0001 to 0.9999. The less the two overlap, the better.",
    spec: {
      width,
      height,
      data: { values },
      mark: { type: "area", opacity: 0.5, interpolate: "step" },
      encoding: {
        x: {
          field: "score",
          type: "quantitative",
          title: "score (logit scale)",
          axis: { labelExpr: "format(1 / (1 + exp(-(datum.value * 2 - 1) * 9.21)), '.2~g')" },
        },
        y: { field: "share", type: "quantitative", title: "share of group", stack: null },
        color: { field: "group", type: "nominal", title: null },
      },
    },
  };
}

/** The logit of a probability, from 0 at 0.0001 to 1 at 0.9999. */
function logit(score: number): number {
  const clipped = Math.min(0.9999, Math.max(0.0001, score));
  return (Math.log(clipped / (1 - clipped)) / 9.21 + 1) / 2;
}

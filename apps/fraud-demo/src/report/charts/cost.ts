import { type Chart, height, type ScoredTest, thin, width } from "./spec.js";

/** What a decision costs. */
export interface CostModel {
  /** Of one review, in the currency of the amounts. */
  readonly reviewCost: number;
  /** Alerts that reviewers can look at in a day. */
  readonly reviewsPerDay: number;
}

/**
 * The cost of alerting on every row above a threshold, a day: the amounts of missed fraud and the reviews of alerts.
 * The rule marks where the reviewers' capacity ends.
 */
export function costAgainstThreshold(test: ScoredTest, { reviewCost, reviewsPerDay }: CostModel): Chart {
  const days = new Set(test.day).size;
  const curves = test.rungs.flatMap(({ name, scores }) => {
    const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
    let missed = 0;
    test.fraud.forEach((fraud, i) => (missed += fraud * test.amount[i]));
    const points = [{ rung: name, alerts: 0, cost: missed / days }];
    order.forEach((row, at) => {
      missed -= test.fraud[row] * test.amount[row];
      const alerts = (at + 1) / days;
      if (alerts <= reviewsPerDay * 3)
        points.push({ rung: name, alerts, cost: missed / days + alerts * reviewCost });
    });
    return thin(points);
  });
  return {
    title: "Cost against alerts a day",
    note: `Missed fraud plus ${reviewCost} a review, a day, as the threshold falls and alerts grow. The dashed line is the capacity of ${reviewsPerDay} reviews a day.`,
    spec: {
      width,
      height,
      layer: [
        {
          data: { values: curves },
          mark: { type: "line" },
          encoding: {
            x: { field: "alerts", type: "quantitative", title: "alerts a day" },
            y: { field: "cost", type: "quantitative", title: "cost a day", scale: { zero: false } },
            color: { field: "rung", type: "nominal", title: null },
          },
        },
        {
          data: { values: [{ alerts: reviewsPerDay }] },
          mark: { type: "rule", strokeDash: [5, 4], color: "#374151" },
          encoding: { x: { field: "alerts", type: "quantitative" } },
        },
      ],
    },
  };
}

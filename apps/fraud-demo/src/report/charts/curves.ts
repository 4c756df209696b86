import { calibrationCurve, precisionRecallCurve, rocCurve } from "@strata-ml/core";
import { type Chart, height, type ScoredTest, thin, width } from "./spec.js";

/** Precision against recall, for each rung. */
export function precisionRecallChart({ fraud, rungs }: ScoredTest): Chart {
  const values = rungs.flatMap(({ name: rung, scores }) => {
    const { precision, recall } = precisionRecallCurve(fraud, scores);
    return thin(
      Array.from(recall, (value, i) => ({ rung, recall: value, precision: precision[i], order: i })),
    );
  });
  return lines(
    "Precision and recall",
    "Of the rows flagged, how many are fraud (precision), against how much of the fraud is flagged (recall).",
    values,
    {
      x: "recall",
      y: "precision",
    },
  );
}

/** True against false positive rate, for each rung. */
export function rocChart({ fraud, rungs }: ScoredTest): Chart {
  const values = rungs.flatMap(({ name: rung, scores }) => {
    const { falsePositiveRate, truePositiveRate } = rocCurve(fraud, scores);
    return thin(
      Array.from(falsePositiveRate, (value, i) => ({
        rung,
        "false positive rate": value,
        recall: truePositiveRate[i],
        order: i,
      })),
    );
  });
  return lines(
    "ROC",
    "With rare fraud most of this plane is out of reach of any review team: read the left edge.",
    values,
    {
      x: "false positive rate",
      y: "recall",
    },
  );
}

/** The share of fraud among rows given about the same probability, in ten groups of equal size among the highest tenth. */
export function calibrationChart({ fraud, rungs }: ScoredTest): Chart {
  const values = rungs.flatMap(({ name: rung, scores }) => {
    const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
    const top = order.subarray(0, Math.max(10, Math.floor(order.length / 10)));
    const truth = Int32Array.from(top, (row) => fraud[row]);
    if (!truth.includes(1) || !truth.includes(0)) return [];
    const { probTrue, probPredicted } = calibrationCurve(
      truth,
      Float64Array.from(top, (row) => scores[row]),
      {
        strategy: "quantile",
        nBins: 10,
      },
    );
    return Array.from(probPredicted, (value, i) => ({
      rung,
      "mean score": value,
      "share of fraud": probTrue[i],
      order: i,
    }));
  });
  const chart = lines(
    "Calibration of high scores",
    "Mean score and share of fraud in ten equal groups of the highest tenth of scores; on the dashed line a score of 0.2 means fraud in one case out of five.",
    values,
    { x: "mean score", y: "share of fraud" },
  );
  const diagonal = {
    data: { values: [{ at: 0 }, { at: 1 }] },
    mark: { type: "line" as const, strokeDash: [5, 4], color: "#9ca3af" },
    encoding: {
      x: { field: "at", type: "quantitative" as const },
      y: { field: "at", type: "quantitative" as const },
    },
  };
  const { data, mark, encoding, ...frame } = chart.spec as { data: object; mark: object; encoding: object };
  return {
    ...chart,
    spec: { ...frame, width, height, layer: [diagonal, { data, mark, encoding }] } as Chart["spec"],
  };
}

function lines(
  title: string,
  note: string,
  values: readonly object[],
  axes: { x: string; y: string },
): Chart {
  return {
    title,
    note,
    spec: {
      width,
      height,
      data: { values: values as object[] },
      mark: { type: "line" },
      encoding: {
        x: { field: axes.x, type: "quantitative", title: axes.x },
        y: { field: axes.y, type: "quantitative", title: axes.y },
        order: { field: "order" },
        color: { field: "rung", type: "nominal", title: null, sort: null },
      },
    },
  };
}

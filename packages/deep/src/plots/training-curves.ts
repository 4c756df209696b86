import { ParamError, vegaLite, type VegaLiteSpec } from "@strata-ml/core";
import type { TrainingHistory } from "../training/progress.js";

/**
 * The losses of every epoch as lines, training and validation, and a dot at the lowest validation loss; below them a line
 * for each metric of the validation rows.
 *
 * @throws ParamError for a history without epochs, as of a model saved without one.
 * @example
 * const data = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 * const model = await new NeuralClassifier({ epochs: 5, patience: null }).fit(data);
 * trainingCurves(model.history); // { $schema: ".../v6.json", data: { values: [...] }, layer: [...] }
 */
export function trainingCurves({ loss, validationLoss, metrics }: TrainingHistory): VegaLiteSpec {
  if (loss.length === 0) throw new ParamError("trainingCurves", "history must have an epoch, received none");
  const losses = lossCurves(loss, validationLoss);
  const measured = Object.entries(metrics);
  if (measured.length === 0) return vegaLite(losses);
  return vegaLite({ vconcat: [losses, ...measured.map(([key, series]) => metricCurve(key, series))] });
}

const epochs = { field: "epoch", type: "quantitative", axis: { tickMinStep: 1 } };

function lossCurves(loss: readonly number[], validationLoss: readonly number[]): Record<string, unknown> {
  const points = (rows: string, losses: readonly number[]) =>
    losses.map((value, i) => ({ epoch: i + 1, rows, loss: value }));
  const values = [...points("training", loss), ...points("validation", validationLoss)];
  const lowest = validationLoss.indexOf(Math.min(...validationLoss));
  const encoding = {
    x: epochs,
    y: { field: "loss", type: "quantitative", scale: { zero: false } },
    color: { field: "rows", type: "nominal", title: null },
    tooltip: [{ field: "rows" }, { field: "epoch" }, { field: "loss", format: ".4g" }],
  };
  const line = { data: { values }, mark: { type: "line", point: loss.length === 1 }, encoding };
  if (lowest < 0) return { layer: [line] };
  const best = { epoch: lowest + 1, rows: "validation", loss: validationLoss[lowest] };
  return {
    layer: [line, { data: { values: [best] }, mark: { type: "point", filled: true, size: 80 }, encoding }],
  };
}

function metricCurve(key: string, series: readonly number[]): Record<string, unknown> {
  return {
    data: { values: series.map((value, i) => ({ epoch: i + 1, value })) },
    mark: { type: "line", point: series.length === 1 },
    encoding: {
      x: epochs,
      // The key is a title and no field: Vega-Lite would read dots and brackets of it as a path.
      y: { field: "value", type: "quantitative", title: key, scale: { zero: false } },
      tooltip: [{ field: "epoch" }, { field: "value", title: key, format: ".4g" }],
    },
  };
}

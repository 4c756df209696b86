import type { MetricTask } from "./streaming-metric.js";

/** Probabilities from logits of rows x outputs: a softmax over the classes of a row, or a sigmoid of each. */
export function probabilities(logits: Float32Array, { kind, outputs }: MetricTask): Float64Array {
  if (kind !== "categorical") return Float64Array.from(logits, sigmoid);
  const out = new Float64Array(logits.length);
  for (let from = 0; from < logits.length; from += outputs) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + outputs; i++) most = Math.max(most, logits[i]);
    let sum = 0;
    for (let i = from; i < from + outputs; i++) sum += out[i] = Math.exp(logits[i] - most);
    for (let i = from; i < from + outputs; i++) out[i] /= sum;
  }
  return out;
}

function sigmoid(logit: number): number {
  const small = 1 / (1 + Math.exp(Math.abs(logit)));
  return logit > 0 ? 1 - small : small;
}

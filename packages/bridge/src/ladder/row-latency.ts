import type { Dataset, PredictsProbability } from "@strata-ml/core";

/** Median time in microseconds to answer one row alone, over at most 200 rows or half a second. */
export async function rowLatency(model: PredictsProbability, data: Dataset): Promise<number> {
  const times: number[] = [];
  const features = data.select(data.namesOf("feature"));
  const begin = performance.now();
  for (let row = 0; row < Math.min(200, data.rows); row++) {
    const one = features.slice(row, row + 1);
    const start = performance.now();
    await model.predictProba(one);
    times.push(performance.now() - start);
    if (row >= 20 && performance.now() - begin > 500) break;
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] * 1000;
}

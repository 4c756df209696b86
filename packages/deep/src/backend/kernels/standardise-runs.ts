import type { StandardiseAttributes, StandardiseGradientPass, StandardisePass } from "./standardise.js";

/** Standardises numbers that belong together and lie in one run: of vectors, or of groups of a vector's units. */
export function standardiseRuns(attrs: StandardiseAttributes, pass: StandardisePass): void {
  const { members, epsilon, centred } = attrs;
  const { x, z, means, variances } = pass;
  for (let run = 0, from = 0; run < means.length; run++, from += members) {
    const to = from + members;
    let sum = 0;
    if (centred) for (let k = from; k < to; k++) sum += x[k];
    const mean = sum / members;
    let squares = 0;
    for (let k = from; k < to; k++) squares += (x[k] - mean) * (x[k] - mean);
    const variance = squares / members;
    const scale = 1 / Math.sqrt(variance + epsilon);
    for (let k = from; k < to; k++) z[k] = (x[k] - mean) * scale;
    means[run] = mean;
    variances[run] = variance;
  }
}

export function standardiseRunsGradient(attrs: StandardiseAttributes, pass: StandardiseGradientPass): void {
  const { members, epsilon, centred } = attrs;
  const { dx, dy, z, variances } = pass;
  for (let run = 0, from = 0; run < variances.length; run++, from += members) {
    const to = from + members;
    let sum = 0;
    let products = 0;
    for (let k = from; k < to; k++) {
      sum += dy[k];
      products += dy[k] * z[k];
    }
    const plain = centred ? sum / members : 0;
    const along = products / members;
    const scale = 1 / Math.sqrt(variances[run] + epsilon);
    for (let k = from; k < to; k++) dx[k] = (dy[k] - plain - z[k] * along) * scale;
  }
}

import type { MeasuredRung } from "@strata-ml/bridge";
import { averagePrecision, type LabelledDataset, Random } from "@strata-ml/core";
import type { Importance } from "../report/charts/importance.js";

/** How much average precision a rung loses on these rows when one feature at a time is shuffled among them. */
export async function permutationDrops(
  { model, scores }: MeasuredRung,
  data: LabelledDataset,
  seed: number,
): Promise<Importance[]> {
  const { target } = data;
  const truth = target.kind === "numeric" ? target.values : [];
  const whole = averagePrecision(truth, scores);
  const order = new Random(seed).fork("importance").permutation(data.rows);
  const shuffled = data.take(order);
  const drops: Importance[] = [];
  for (const feature of data.namesOf("feature")) {
    // Kinds that the rung does not look at cost nothing to shuffle, so their bar would say nothing.
    if (!["numeric", "categorical"].includes(data.schemaOf(feature).kind)) continue;
    const proba = await model.predictProba(data.with({ [feature]: shuffled.column(feature) }));
    drops.push({ feature, drop: whole - averagePrecision(truth, proba.column(1)) });
  }
  return drops;
}

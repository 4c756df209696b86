import type { Dataset } from "../../dataset/dataset.js";
import { denseFeatures } from "../../dataset/features.js";
import {
  canPredictProbability,
  canRegress,
  canScoreRows,
  type NamedRow,
  type ScoresRows,
} from "../../estimator/capabilities.js";
import type { Model } from "../../estimator/model.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensure } from "../unmet.js";

/** Rows whose columns all are numbers or categories. */
function namedRows(data: Dataset): NamedRow[] {
  return Array.from({ length: data.rows }, (_, i) =>
    Object.fromEntries(
      data.featureSchema.map(({ name }) => {
        const column = data.column(name);
        if (column.kind === "categorical") return [name, column.categories[column.codes[i]] ?? null];
        return [name, column.kind === "numeric" ? column.values[i] : undefined];
      }),
    ),
  );
}

async function answers(model: Model, data: Dataset): Promise<readonly Float64Array[] | undefined> {
  if (canPredictProbability(model)) {
    const proba = await model.predictProba(data);
    return Array.from({ length: data.rows }, (_, i) => proba.row(i));
  }
  if (!canRegress(model)) return undefined;
  return Array.from(await model.predict(data), (value) => Float64Array.of(value));
}

/** The same answers but for rounding. */
function ensureAgrees(what: string, given: Float64Array, expected: Float64Array, row: number): void {
  const close =
    given.length === expected.length &&
    given.every((value, k) => Math.abs(value - expected[k]) <= 1e-9 * (1 + Math.abs(expected[k])));
  ensure(
    close,
    () =>
      `the scorer of ${what} must give ${expected.join(", ")}, received ${given.join(", ")} at row ${row}`,
  );
}

async function scorerAgrees(context: CheckContext): Promise<void> {
  const { model } = await context.fitted();
  if (!canScoreRows(model)) return;
  const { data } = context.testSample();
  const expected = await answers(model, data);
  ensure(expected !== undefined, "a model with a scorer must predict probabilities or numbers");
  const isPlain = model.features.every(({ kind }) => kind === "numeric" || kind === "categorical");
  if (isPlain) {
    const named = (model as ScoresRows).scorer({ rows: "named" });
    namedRows(data).forEach((row, i) => ensureAgrees("named rows", named(row), expected[i], i));
  }
  if (model.features.some(({ kind }) => kind === "categorical")) return;
  const x = denseFeatures("scorer", data.select(model.features.map(({ name }) => name)), { missing: true });
  const dense = (model as ScoresRows).scorer();
  expected.forEach((own, i) => ensureAgrees("dense rows", dense(x.row(i)), own, i));
}

export const scorerChecks = {
  scorerAgrees: {
    about: "A scorer of single rows, where there is one, gives what predict gives.",
    run: scorerAgrees,
  },
} as const satisfies CheckGroup;

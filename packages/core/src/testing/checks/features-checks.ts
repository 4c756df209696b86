import type { ColumnKind } from "../../dataset/column.js";
import { describe, StrataError } from "../../errors.js";
import type { Dataset } from "../../dataset/dataset.js";
import { canFitTransform } from "../../estimator/capabilities.js";
import type { FitOptions } from "../../estimator/fit-options.js";
import { ofOtherKind } from "../alter.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureSame } from "../compare.js";
import { observations, observe } from "../observe.js";
import { ensureRefused } from "../refusal.js";
import { sameJson } from "../same-json.js";
import { sampleColumn } from "../sample-features.js";
import { sampleRows } from "../sample-rows.js";
import { ensure } from "../unmet.js";

/** Every capability of the shared model must refuse these rows with a DataError that names a column. */
async function ensureAllRefuse(
  context: CheckContext,
  what: string,
  data: Dataset,
  column: string,
): Promise<void> {
  const { model } = await context.fitted();
  for (const { capability, observe: call } of observations(model))
    await ensureRefused(`${capability} ${what}`, () => call(data), { mentions: [column] });
}

async function columnOrderIgnored(context: CheckContext): Promise<void> {
  const { model, test, observed } = await context.fitted();
  const reversed = test.data.select([...test.data.names].reverse());
  ensureSame("columns in another order", await observe(model, reversed), observed);
}

async function missingColumnNamed(context: CheckContext): Promise<void> {
  const { test } = await context.fitted();
  for (const name of test.data.namesOf("feature"))
    await ensureAllRefuse(context, `without column ${name}`, test.data.drop([name]), name);
}

async function unknownFeatureNamed(context: CheckContext): Promise<void> {
  const { test } = await context.fitted();
  const extra = test.data.with({ unknownExtra: new Float64Array(test.data.rows) });
  await ensureAllRefuse(context, "with a feature that fit did not see", extra, "unknownExtra");
}

async function wrongKindNamed(context: CheckContext): Promise<void> {
  const { test } = await context.fitted();
  for (const { name, kind } of test.data.featureSchema) {
    const changed = test.data.with({ [name]: ofOtherKind(kind, test.data.rows) });
    await ensureAllRefuse(context, `with column ${name} of another kind`, changed, name);
  }
}

const allKinds: readonly ColumnKind[] = [
  "numeric",
  "categorical",
  "text",
  "sequence",
  "tensor",
  "sparse",
  "timestamp",
];

async function unacceptedKindRefused(context: CheckContext): Promise<void> {
  for (const kind of allKinds.filter((each) => !context.tags.accepts.includes(each))) {
    const { data } = context.sample();
    const column = sampleColumn(kind, sampleRows("slope", data.rows, 1, 2));
    await ensureRefused(
      `fit on a ${kind} column, which tags.accepts does not list,`,
      () => context.fit(data.with({ unacceptedColumn: column })),
      { mentions: ["unacceptedColumn"] },
    );
  }
}

/** What callers without types pass: rows, columns, nothing. A TypeError from within would not tell them what to do. */
const notDatasets: readonly unknown[] = [[[1], [2]], { x: [1, 2] }, undefined, null];

async function notADatasetRefused(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  const { model } = await context.fitted();
  const refusal = { error: StrataError };
  for (const given of notDatasets) {
    const what = describe(given);
    const rows = given as Dataset;
    await ensureRefused(`fit on ${what}`, () => context.fit(rows), refusal);
    const estimator = context.make();
    if (canFitTransform(estimator))
      await ensureRefused(`fitTransform of ${what}`, () => estimator.fitTransform(rows), refusal);
    for (const { capability, observe: call } of observations(model))
      await ensureRefused(`${capability} of ${what}`, () => call(rows), refusal);
    if (given === undefined || given === null) continue; // as good as none
    const fit = () => context.fit(data, { validation: rows });
    await ensureRefused(`fit with ${what} for validation data`, fit, refusal);
  }
}

async function noFeaturesRefused(context: CheckContext): Promise<void> {
  const { data } = context.sample({ target: true });
  await ensureRefused("fit without feature columns", () => context.fit(data.selectFeatures([])));
}

async function emptyFitRefused(context: CheckContext): Promise<void> {
  const empty = context.sample().data.slice(0, 0);
  await ensureRefused("fit on no rows", () => context.fit(empty));
  const options: FitOptions = { onWarning: () => {} };
  let promise: unknown;
  try {
    promise = context.make().fit(empty, options);
  } catch (error) {
    ensure(false, `fit must reject and never throw at once, it threw ${describe(error)}`);
  }
  ensure(promise instanceof Promise, `fit must give a promise, received ${describe(promise)}`);
  await promise.catch(() => {});
}

async function emptyPredict(context: CheckContext): Promise<void> {
  const { model, test, observed } = await context.fitted();
  const empty = await observe(model, test.data.slice(0, 0));
  const shape = (data: Dataset) => data.schema.filter(({ name }) => name !== "predict");
  ensure(
    empty.rows === 0 && sameJson(shape(empty), shape(observed)),
    () =>
      `no rows must give outputs of the usual shape ${JSON.stringify(shape(observed))}, received ${JSON.stringify(shape(empty))}`,
  );
}

export const featuresChecks = {
  columnOrderIgnored: { about: "Features are found by name, whatever their order.", run: columnOrderIgnored },
  missingColumnNamed: { about: "A missing column is named in a DataError.", run: missingColumnNamed },
  unknownFeatureNamed: {
    about: "A feature that fit did not see is named in a DataError.",
    run: unknownFeatureNamed,
  },
  wrongKindNamed: {
    about: "A column of another kind than in fit is named in a DataError.",
    run: wrongKindNamed,
  },
  unacceptedKindRefused: {
    about: "fit names a column of a kind that tags.accepts does not list.",
    unless: ({ tags }) => (tags.accepts.length === allKinds.length ? "it accepts every kind" : undefined),
    run: unacceptedKindRefused,
  },
  notADatasetRefused: {
    about:
      "What is no dataset is refused with an error of Strata: by fit, as validation data, in every call.",
    run: notADatasetRefused,
  },
  noFeaturesRefused: { about: "fit without features is refused.", run: noFeaturesRefused },
  emptyFitRefused: { about: "fit on no rows rejects with a DataError.", run: emptyFitRefused },
  emptyPredict: { about: "No rows give no outputs, in the usual shape.", run: emptyPredict },
} as const satisfies CheckGroup;

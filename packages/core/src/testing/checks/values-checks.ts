import type { Column } from "../../dataset/column.js";
import type { Dataset } from "../../dataset/dataset.js";
import { DataError, StrataError } from "../../errors.js";
import { isComposite } from "../../estimator/composite.js";
import { asFloat, mapFeatures, withEmptyRow, withHoles, withMissing, withNumber } from "../alter.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { dense, denseOutputs } from "../dense-outputs.js";
import { ensureClose, ensureFinite } from "../compare.js";
import { observations, observe } from "../observe.js";
import { ensureRefused, resultOrRefusal } from "../refusal.js";

/** fit and every call of a model must refuse each feature for itself once `spoil` changed it. */
async function ensureValueRefused(
  context: CheckContext,
  what: string,
  spoil: (column: Column) => Column | undefined,
): Promise<void> {
  const { model, test } = await context.fitted();
  for (const name of test.data.namesOf("feature")) {
    const { data } = context.sample();
    const train = spoil(data.column(name));
    const spoilt = spoil(test.data.column(name));
    if (train === undefined || spoilt === undefined) continue;
    const refusal = { mentions: [name] };
    await ensureRefused(
      `fit with ${what} in ${name}`,
      () => context.fit(data.with({ [name]: train })),
      refusal,
    );
    for (const { capability, observe: call } of observations(model)) {
      const rows = test.data.with({ [name]: spoilt });
      await ensureRefused(`${capability} with ${what} in ${name}`, () => call(rows), refusal);
    }
  }
}

/** A composite can't tell whether one of its parts fills in what the next would refuse; it must do one or the other. */
async function missingRefused(context: CheckContext): Promise<void> {
  const spoil = (column: Column) => withMissing(column, 3);
  if (!isComposite(context.estimator)) return ensureValueRefused(context, "a missing value", spoil);
  for (const name of context.sample().data.namesOf("feature")) {
    const { data } = context.sample();
    const what = `a missing value in ${name}`;
    const holed = data.with({ [name]: spoil(data.column(name)) ?? data.column(name) });
    const outcome = await resultOrRefusal(what, () => context.outcome(holed, {}, holed), DataError);
    if (outcome !== undefined) ensureFinite(what, outcome);
  }
}

async function infinityRefused(context: CheckContext): Promise<void> {
  for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    await ensureValueRefused(context, String(value), (column) =>
      column.kind === "timestamp" ? undefined : withNumber(column, 3, value),
    );
  }
}

/** A transformer may keep what is missing; it may not spread it to rows where nothing is. */
async function missingAccepted(context: CheckContext): Promise<void> {
  const holes = (data: Dataset): Dataset => {
    let from = 0;
    return mapFeatures(data, (column) => withHoles(column, data.rows, 10, from++ % 4));
  };
  const complete = (data: Dataset): Dataset => data.filter((row) => row % 10 > 3);
  const model = await context.fit(holes(context.sample().data));
  const test = holes(context.testSample().data);
  const observed = await observe(model, test);
  const keeps = context.tags.kind === "transformer";
  ensureFinite("after a fit with missing values", keeps ? complete(observed) : observed);

  const gone = mapFeatures(context.sample().data, (column) => withHoles(column, test.rows, 1, 0));
  const unknown = await observe(model, gone.slice(0, 5));
  if (!keeps) ensureFinite("rows of which nothing is known", unknown);
  const first = gone.namesOf("feature")[0];
  const { data } = context.sample();
  const what = `a fit with nothing known of ${first}`;
  const outcome = await resultOrRefusal(
    what,
    () => context.outcome(data.with({ [first]: gone.column(first) })),
    StrataError,
  );
  if (outcome !== undefined && !keeps) ensureFinite(what, outcome);
}

async function float32Accepted(context: CheckContext): Promise<void> {
  const of = (type: typeof Float32Array | typeof Float64Array) => {
    const change = (column: Column) => asFloat(column, type);
    const test = mapFeatures(context.testSample().data, change);
    return context.outcome(mapFeatures(context.sample().data, change), {}, test);
  };
  const tolerance = Math.max(1e-4, context.looseTolerance);
  ensureClose(
    "float32 columns",
    denseOutputs(await of(Float32Array)),
    denseOutputs(await of(Float64Array)),
    tolerance,
  );
}

async function constantFeature(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  const test = context.testSample().data;
  const constant = data.take(new Int32Array(data.rows));
  const { featureSchema } = data;
  const firstOfKind = featureSchema.filter(
    (column, at) => at === featureSchema.findIndex(({ kind }) => kind === column.kind),
  );
  for (const { name } of firstOfKind) {
    const what = `a fit with ${name} constant`;
    const train = data.with({ [name]: constant.column(name) });
    const model = await context.fit(train);
    ensureFinite(what, await observe(model, train));
    const outcome = await resultOrRefusal(what, () => observe(model, test), DataError);
    if (outcome !== undefined) ensureFinite(`${what}, for rows where it is not`, outcome);
  }
  const all = Object.fromEntries(data.namesOf("feature").map((name) => [name, constant.column(name)]));
  const what = "a fit with every feature constant";
  const outcome = await resultOrRefusal(
    what,
    () => context.outcome(data.with(all), {}, data.with(all)),
    StrataError,
  );
  if (outcome !== undefined) ensureFinite(what, outcome);
}

/** A row without words, without steps, without stored values. */
async function emptyCells(context: CheckContext): Promise<void> {
  const { model, test } = await context.fitted();
  ensureFinite("empty cells in new rows", await observe(model, mapFeatures(test.data, withEmptyRow)));
  ensureFinite("empty cells in fit", await context.outcome(mapFeatures(context.sample().data, withEmptyRow)));
}

async function sparseEqualsDense(context: CheckContext): Promise<void> {
  const { observed } = await context.fitted();
  const test = mapFeatures(context.testSample().data, dense);
  const outcome = await context.outcome(mapFeatures(context.sample().data, dense), {}, test);
  ensureClose(
    "the same numbers as a dense block",
    denseOutputs(outcome),
    denseOutputs(observed),
    context.looseTolerance,
  );
}

export const valuesChecks = {
  missingRefused: {
    about: "NaN, code -1 and null are refused in fit and predict with a DataError that names the column.",
    unless: ({ tags }) => (tags.missing ? "it takes missing values" : undefined),
    run: missingRefused,
  },
  missingAccepted: {
    about: "Missing values in any column, in fit and predict, give finite outputs.",
    unless: ({ tags }) => (tags.missing ? undefined : "it refuses missing values"),
    run: missingAccepted,
  },
  infinityRefused: {
    about: "Infinity is refused in fit and predict with a DataError that names the column.",
    run: infinityRefused,
  },
  float32Accepted: {
    about: "float32 columns give what float64 columns of the same numbers give.",
    run: float32Accepted,
  },
  constantFeature: { about: "A constant feature gives finite outputs.", run: constantFeature },
  emptyCells: {
    about: "Empty text, an empty sequence and an all-zero sparse row give finite outputs.",
    unless: ({ tags }) =>
      tags.accepts.some((kind) => kind === "text" || kind === "sequence" || kind === "sparse")
        ? undefined
        : "it takes no text, sequences or sparse columns",
    run: emptyCells,
  },
  sparseEqualsDense: {
    about: "A sparse column gives what a dense block of the same numbers gives.",
    unless: ({ tags }) =>
      tags.accepts.includes("sparse") && tags.accepts.includes("tensor")
        ? undefined
        : "it does not take both",
    run: sparseEqualsDense,
  },
} as const satisfies CheckGroup;

import { numeric, text } from "../../dataset/column-build.js";
import { StrataError } from "../../errors.js";
import { canClassify } from "../../estimator/capabilities.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureFinite } from "../compare.js";
import { observe } from "../observe.js";
import { ensureRefused, resultOrRefusal } from "../refusal.js";
import { withMissing } from "../alter.js";
import { targetName } from "../sample.js";
import { ensure } from "../unmet.js";

/** A missing target is a compile error; this is for callers without types. */
async function targetRequired(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  await ensureRefused("fit without a target", () => context.fit(data.drop([targetName])));
}

async function missingTargetRefused(context: CheckContext): Promise<void> {
  const variants = context.tags.kind === "classifier" ? [{}, { labels: ["no", "yes"] }] : [{}];
  for (const options of variants) {
    const { data } = context.sample(options);
    const spoilt = data.with({ [targetName]: withMissing(data.column(targetName), 4)! });
    await ensureRefused("fit with a missing target value", () => context.fit(spoilt));
  }
}

async function infiniteTargetRefused(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  const values = Float64Array.from(data.column(targetName, "numeric").values);
  values[4] = Number.POSITIVE_INFINITY;
  await ensureRefused("fit with an infinite target value", () =>
    context.fit(data.with({ [targetName]: values })),
  );
}

async function targetKindRefused(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  const words = text(Array.from({ length: data.rows }, (_, i) => (i % 2 ? "yes" : "no")));
  await ensureRefused("fit with a text column as the target", () =>
    context.fit(data.with({ [targetName]: words })),
  );
  if (context.tags.kind !== "regressor") return;
  const labels = Array.from({ length: data.rows }, (_, i) => (i % 2 ? "yes" : "no"));
  await ensureRefused("fit with categories as a regressor's target", () =>
    context.fit(data.with({ [targetName]: labels })),
  );
}

async function continuousTargetRefused(context: CheckContext): Promise<void> {
  const { data, truth } = context.sample();
  const continuous = numeric(truth.map((value, i) => value + i / 1000 + 0.25));
  await ensureRefused("a classifier's fit on a continuous target", () =>
    context.fit(data.with({ [targetName]: continuous })),
  );
}

async function oneClass(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  const ones = data.with({ [targetName]: new Float64Array(data.rows).fill(1) });
  const model = await resultOrRefusal("a fit on one class", () => context.fit(ones), StrataError);
  if (model === undefined) return;
  const test = context.testSample().data;
  ensureFinite("a fit on one class", await observe(model, test));
  ensure(canClassify(model), "the model of a classifier must predict labels");
  const predicted = await model.predict(test);
  ensure(
    predicted.every((label) => label === 1),
    "a model that knows one class must always predict it",
  );
}

const unsupervised = ({ supervised }: CheckContext): string | undefined =>
  supervised ? undefined : "it needs no target";
const onlyOf =
  (kind: "classifier" | "regressor") =>
  ({ tags }: CheckContext): string | undefined =>
    tags.kind === kind ? undefined : `it is no ${kind}`;

export const targetChecks = {
  targetRequired: {
    about: "fit without a target is refused with a DataError.",
    unless: unsupervised,
    run: targetRequired,
  },
  missingTargetRefused: {
    about: "A missing target value is refused with a DataError.",
    unless: unsupervised,
    run: missingTargetRefused,
  },
  infiniteTargetRefused: {
    about: "An infinite target is refused with a DataError.",
    unless: onlyOf("regressor"),
    run: infiniteTargetRefused,
  },
  targetKindRefused: {
    about: "A target of a kind that can't be learned is refused with a DataError.",
    unless: unsupervised,
    run: targetKindRefused,
  },
  continuousTargetRefused: {
    about: "A classifier refuses a continuous target.",
    unless: onlyOf("classifier"),
    run: continuousTargetRefused,
  },
  oneClass: {
    about: "One class is refused, or always predicted.",
    unless: onlyOf("classifier"),
    run: oneClass,
  },
} as const satisfies CheckGroup;

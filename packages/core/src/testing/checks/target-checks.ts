import { type ColumnLike, numeric, text } from "../../dataset/column-build.js";
import { StrataError } from "../../errors.js";
import { canClassify } from "../../estimator/capabilities.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureFinite } from "../compare.js";
import { observe } from "../observe.js";
import { ensureRefused, resultOrRefusal } from "../refusal.js";
import { withMissing } from "../alter.js";
import { type Sample, type SampleTarget, targetName } from "../sample.js";
import { ensure } from "../unmet.js";

/** A missing target is a compile error; this is for callers without types. */
async function targetRequired(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  for (const { name } of context.targets)
    await ensureRefused("fit without a target", () => context.fit(data.drop([name])));
}

async function missingTargetRefused(context: CheckContext): Promise<void> {
  for (const { name, kind } of context.targets) {
    for (const options of kind === "label" ? [{}, { labels: ["no", "yes"] }] : [{}]) {
      const { data } = context.sample(options);
      const spoilt = data.with({ [name]: withMissing(data.column(name), 4)! });
      await ensureRefused("fit with a missing target value", () => context.fit(spoilt));
    }
  }
}

/** Refuses a sample whose targets of one kind are replaced. */
async function replacedTargetRefused(
  context: CheckContext,
  what: string,
  kinds: readonly SampleTarget["kind"][],
  values: (sample: Sample, name: string) => ColumnLike,
): Promise<void> {
  for (const { name, kind } of context.targets) {
    if (!kinds.includes(kind)) continue;
    const sample = context.sample();
    const replaced = sample.data.with({ [name]: values(sample, name) });
    await ensureRefused(what, () => context.fit(replaced));
  }
}

async function infiniteTargetRefused(context: CheckContext): Promise<void> {
  await replacedTargetRefused(context, "fit with an infinite target value", ["number"], ({ data }, name) =>
    Float64Array.from(data.column(name, "numeric").values).fill(Number.POSITIVE_INFINITY, 4, 5),
  );
}

const words = (rows: number): string[] => Array.from({ length: rows }, (_, i) => (i % 2 ? "yes" : "no"));

async function targetKindRefused(context: CheckContext): Promise<void> {
  const all = ["label", "number", "either"] as const;
  await replacedTargetRefused(context, "fit with a text column as the target", all, ({ data }) =>
    text(words(data.rows)),
  );
  const what = "fit with categories as a regressor's target";
  await replacedTargetRefused(context, what, ["number"], ({ data }) => words(data.rows));
}

async function continuousTargetRefused(context: CheckContext): Promise<void> {
  const what = "a classifier's fit on a continuous target";
  await replacedTargetRefused(context, what, ["label"], ({ truth }) =>
    numeric(truth.map((value, i) => value + i / 1000 + 0.25)),
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
const predicts =
  (wanted: "label" | "number") =>
  ({ targets }: CheckContext): string | undefined =>
    targets.some(({ kind }) => kind === wanted) ? undefined : `it predicts no ${wanted}`;

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
    unless: predicts("number"),
    run: infiniteTargetRefused,
  },
  targetKindRefused: {
    about: "A target of a kind that can't be learned is refused with a DataError.",
    unless: unsupervised,
    run: targetKindRefused,
  },
  continuousTargetRefused: {
    about: "A continuous target of classes is refused with a DataError.",
    unless: predicts("label"),
    run: continuousTargetRefused,
  },
  oneClass: {
    about: "One class is refused, or always predicted.",
    unless: ({ tags }) => (tags.kind === "classifier" ? undefined : "it is no classifier"),
    run: oneClass,
  },
} as const satisfies CheckGroup;

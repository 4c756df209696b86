import type { Dataset } from "../../dataset/dataset.js";
import { canClassify, canPredictTasks, canRegress } from "../../estimator/capabilities.js";
import type { Model } from "../../estimator/model.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { correlation, learningScore } from "../learning-score.js";
import type { Sample } from "../sample.js";
import { ensure, Unmet } from "../unmet.js";

async function ensureLearned(what: string, model: Model, test: Sample): Promise<void> {
  const { measure, value, least } = await learningScore(model, test);
  ensure(value >= least, `${what} must reach ${measure} ${least}, received ${value}`);
}

async function learns(context: CheckContext): Promise<void> {
  const { model, test } = await context.fitted();
  await ensureLearned("a fit on an easy problem", model, test);
  if (context.tags.multiclass !== true) return;
  const labels = [0, 1, 2];
  const three = await context.fit(context.sample({ labels }).data);
  await ensureLearned("a fit on three easy classes", three, context.testSample({ labels }));
}

/** Catches whoever looks at the first rows only, or holds out the last ones. */
async function learnsFromSortedRows(context: CheckContext): Promise<void> {
  const { data, truth } = context.sample();
  const order = [...truth.keys()].sort((a, b) => truth[a] - truth[b]);
  const model = await context.fit(data.take(order));
  await ensureLearned("a fit on rows in order of their target", model, context.testSample());
}

/** Cross-validation by hand: the same estimator fitted twice must know nothing of the fold left out. */
async function chanceOnRandomTargets(context: CheckContext): Promise<void> {
  const folds = [context.sample({ seed: 6, noise: 1 }), context.sample({ seed: 7, noise: 1 })];
  const estimator = context.make();
  const targets = context.targets.map(({ name }) => ({
    name,
    actual: [] as number[],
    predicted: [] as number[],
  }));
  for (const held of [1, 0]) {
    const model = await context.fitOn(estimator, folds[1 - held].data);
    const { data } = folds[held];
    for (const { name, actual, predicted } of targets) {
      actual.push(...data.column(name, "numeric").values);
      predicted.push(...(await predictions(model, data, name)));
    }
  }
  for (const { actual, predicted } of targets) {
    // 4.5 standard errors of a correlation that is none.
    const bound = 4.5 / Math.sqrt(actual.length);
    const found = correlation(predicted, actual);
    ensure(
      Math.abs(found) <= bound,
      `predictions of held-out random targets must not correlate with them beyond ${bound.toFixed(2)}, received ${found.toFixed(2)}`,
    );
  }
}

async function predictions(model: Model, data: Dataset, target: string): Promise<Iterable<number>> {
  if (canPredictTasks(model)) return (await model.predict(data))[target] as Iterable<number>;
  if (canClassify(model)) return (await model.predict(data)) as number[];
  if (canRegress(model)) return model.predict(data);
  throw new Unmet(`the model of a ${model.estimator.tags.kind} must predict`);
}

export const learningChecks = {
  learns: {
    about: "New rows of an easy problem are predicted clearly better than by chance.",
    unless: ({ tags }) => (tags.kind === "transformer" ? "it predicts nothing" : undefined),
    run: learns,
  },
  learnsFromSortedRows: {
    about: "It learns as much from rows in order of their target.",
    unless: ({ tags }) => (tags.kind === "transformer" ? "it predicts nothing" : undefined),
    run: learnsFromSortedRows,
  },
  chanceOnRandomTargets: {
    about: "Cross-validated predictions of random targets are chance: no fit knows rows of another.",
    unless: ({ tags }) =>
      tags.kind === "classifier" || tags.kind === "regressor" || tags.kind === "multiTask"
        ? undefined
        : "it predicts no target",
    run: chanceOnRandomTargets,
  },
} as const satisfies CheckGroup;

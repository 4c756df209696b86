import type { Dataset } from "../../dataset/dataset.js";
import type { Label } from "../../dataset/target.js";
import {
  canClassify,
  canDecide,
  canPredictProbability,
  type Classifies,
} from "../../estimator/capabilities.js";
import type { Model } from "../../estimator/model.js";
import type { Matrix } from "../../matrix.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { sameJson } from "../same-json.js";
import { ensure } from "../unmet.js";

interface Case {
  readonly model: Model & Classifies;
  readonly test: Dataset;
  readonly predicted: readonly Label[];
}

/** Models of two and, where the estimator takes them, three classes, on noisy labels so that probabilities differ. */
async function cases(context: CheckContext): Promise<readonly Case[]> {
  const all: (readonly Label[])[] = [
    [0, 1],
    ["no", "yes"],
  ];
  if (context.tags.multiclass) all.push([2, 4, 7]);
  const made: Case[] = [];
  for (const labels of all) {
    const model = await context.fit(context.sample({ labels, noise: 0.3 }).data);
    ensure(canClassify(model), "the model of a classifier must predict labels and list its classes");
    const test = context.testSample({ labels }).data;
    ensure(
      sameJson(model.classes, labels),
      `classes must be ${JSON.stringify(labels)}, received ${JSON.stringify(model.classes)}`,
    );
    made.push({ model, test, predicted: await model.predict(test) });
  }
  return made;
}

async function classesAscending(context: CheckContext): Promise<void> {
  for (const { model, predicted } of await cases(context)) {
    const odd = predicted.find((label) => !model.classes.includes(label));
    ensure(
      odd === undefined,
      `predict must give one of ${JSON.stringify(model.classes)}, received ${String(odd)}`,
    );
  }
}

async function probabilitiesValid(context: CheckContext): Promise<void> {
  for (const { model, test } of await cases(context)) {
    if (!canPredictProbability(model)) continue;
    const proba = await model.predictProba(test);
    for (let i = 0; i < proba.rows; i++) {
      const row = proba.row(i);
      ensure(
        row.every((p) => p >= 0 && p <= 1),
        `probabilities must be in 0..1, received ${row.join(", ")} at row ${i}`,
      );
      const sum = row.reduce((a, b) => a + b, 0);
      ensure(Math.abs(sum - 1) < 1e-6, `probabilities must sum to 1, received ${sum} at row ${i}`);
    }
  }
}

/** No class may beat the predicted one by more than rounding. */
function ensureHighest(what: string, scores: Matrix, { model, predicted }: Case): void {
  predicted.forEach((label, i) => {
    const row = scores.row(i);
    const own = row[model.classes.indexOf(label)];
    ensure(
      own >= Math.max(...row) - 1e-7,
      `predict must give the class of highest ${what}, received ${String(label)} for ${row.join(", ")} at row ${i}`,
    );
  });
}

async function probabilitiesAgree(context: CheckContext): Promise<void> {
  for (const each of await cases(context)) {
    if (canPredictProbability(each.model))
      ensureHighest("probability", await each.model.predictProba(each.test), each);
  }
}

async function decisionsAgree(context: CheckContext): Promise<void> {
  for (const each of await cases(context)) {
    const { model, test, predicted } = each;
    if (!canDecide(model)) continue;
    const decisions = await model.decisionFunction(test);
    if (decisions.columns > 1) {
      ensureHighest("decision", decisions, each);
      continue;
    }
    predicted.forEach((label, i) => {
      const score = decisions.data[i];
      const second = label === model.classes[1];
      ensure(
        second ? score >= -1e-7 : score <= 1e-7,
        `the decision must be positive for ${String(model.classes[1])} only, received ${score} for ${String(label)} at row ${i}`,
      );
    });
    if (!canPredictProbability(model)) continue;
    const proba = (await model.predictProba(test)).column(1);
    const order = [...proba.keys()].sort((a, b) => decisions.data[a] - decisions.data[b]);
    order.forEach((row, at) => {
      const before = order[at - 1];
      ensure(
        at === 0 || proba[row] >= proba[before] - 1e-6,
        () =>
          `probabilities must rise with decisions, received ${proba[row]} for ${decisions.data[row]} after ${proba[before]} for ${decisions.data[before]}`,
      );
    });
  }
}

const unless = ({ tags }: CheckContext): string | undefined =>
  tags.kind === "classifier" ? undefined : "it is no classifier";

export const classifierChecks = {
  classesAscending: {
    about: "Classes are ascending, and predict gives one of them.",
    unless,
    run: classesAscending,
  },
  probabilitiesValid: {
    about: "Probabilities are in 0..1 and each row sums to 1.",
    unless,
    run: probabilitiesValid,
  },
  probabilitiesAgree: {
    about: "predict gives the class of highest probability.",
    unless,
    run: probabilitiesAgree,
  },
  decisionsAgree: {
    about: "Decisions agree with predict and rise with probabilities.",
    unless,
    run: decisionsAgree,
  },
} as const satisfies CheckGroup;

import { categorical, numeric, timestamp } from "../../dataset/column-build.js";
import type { Dataset } from "../../dataset/dataset.js";
import { tensorWidth } from "../../dataset/column.js";
import { canFitTransform, canTransform } from "../../estimator/capabilities.js";
import { Random } from "../../random.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureSame } from "../compare.js";
import { dense } from "../dense-outputs.js";
import { correlation } from "../learning-score.js";
import { observe } from "../observe.js";
import { targetName } from "../sample.js";
import { ensure, Unmet } from "../unmet.js";

/** Id, group and time columns that give the answer away. */
async function otherRolesIgnored(context: CheckContext): Promise<void> {
  const { observed } = await context.fitted();
  const betray = (data: Dataset, truth: Float64Array): Dataset =>
    data.with(
      {
        leakId: numeric(truth.slice()),
        leakName: categorical(Array.from(truth, (value) => `name ${value.toFixed(1)}`)),
        leakGroup: numeric(truth.map((value) => Math.round(value))),
        leakTime: timestamp(truth.map((value) => 1e12 + value * 1e6)),
      },
      { id: ["leakId", "leakName"], group: "leakGroup", time: "leakTime" },
    );
  const train = context.sample();
  const test = context.testSample();
  const model = await context.fit(betray(train.data, train.truth));
  ensureSame(
    "id, group and time columns in fit and predict",
    await observe(model, betray(test.data, test.truth)),
    observed,
  );
  ensureSame("id, group and time columns in fit only", await observe(model, test.data), observed);
}

async function targetUnusedInPredict(context: CheckContext): Promise<void> {
  const { model, test, observed } = await context.fitted();
  const names = context.targets.map(({ name }) => name);
  const without = test.data.drop(names);
  ensureSame("rows without their target", await observe(model, without), observed);
  const others = names.map(
    (name) => [name, test.data.column(name, "numeric").values.slice().reverse()] as const,
  );
  const reversed = test.data.with(Object.fromEntries(others));
  ensureSame("rows with targets of others", await observe(model, reversed), observed);
}

async function targetIgnored(context: CheckContext): Promise<void> {
  const { observed } = await context.fitted();
  const labelled = await context.outcome(context.sample({ target: true }).data);
  ensureSame("a target in fit, which doesn't count as tags.target says,", labelled, observed);
}

/** Random targets beside columns that tell rows apart: whoever sees a row's own target can find it again. */
function hopeless(context: CheckContext): Dataset {
  const { data } = context.sample({ rows: 200, noise: 1, seed: 12 });
  if (!context.tags.accepts.includes("categorical")) return data;
  const random = new Random(13);
  return data.with({
    manyCategories: categorical(Array.from({ length: 200 }, () => `shop ${random.integer(80)}`)),
  });
}

async function noTargetLeak(context: CheckContext): Promise<void> {
  const data = hopeless(context);
  const estimator = context.make();
  let out: Dataset;
  if (canFitTransform(estimator)) out = (await estimator.fitTransform(data, { onWarning: () => {} })).data;
  else {
    const model = await context.fit(data);
    if (!canTransform(model)) throw new Unmet("the model of a transformer must transform");
    out = await model.transform(data);
  }
  const { values: target } = out.column(targetName, "numeric");
  const bound = 0.35;
  for (const name of out.namesOf("feature")) {
    const column = dense(out.column(name));
    if (column.kind !== "numeric" && column.kind !== "tensor") continue;
    const width = column.kind === "tensor" ? tensorWidth(column.shape) : 1;
    for (let j = 0; j < width; j++) {
      const found = correlation(
        target.map((_, i) => column.values[i * width + j]),
        target,
      );
      ensure(
        Math.abs(found) <= bound,
        `transformed training rows must not know their random targets: the correlation of ${name}[${j}] must be within ${bound}, received ${found.toFixed(2)} (does it have a cross-fitted fitTransform?)`,
      );
    }
  }
}

const supervised = ({ supervised: needs }: CheckContext): string | undefined =>
  needs ? undefined : "it needs no target";

export const leakChecks = {
  otherRolesIgnored: {
    about: "Id, group and time columns never count, though they hold the answer.",
    run: otherRolesIgnored,
  },
  targetUnusedInPredict: {
    about: "Outputs don't depend on the target of the rows, nor on its presence.",
    unless: supervised,
    run: targetUnusedInPredict,
  },
  targetIgnored: {
    about: "A target doesn't count where tags.target says none.",
    unless: ({ supervised: needs }) => (needs ? "it learns from the target" : undefined),
    run: targetIgnored,
  },
  noTargetLeak: {
    about:
      "Transformed training rows know nothing of their own random targets: target-using transformers are cross-fitted.",
    unless: ({ tags }) =>
      tags.kind === "transformer" && tags.target === "required"
        ? undefined
        : "it is no transformer that uses the target",
    run: noTargetLeak,
  },
} as const satisfies CheckGroup;

import { concatDatasets } from "../../dataset/concat.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureSame } from "../compare.js";
import { observations, observe } from "../observe.js";
import { ensure } from "../unmet.js";

async function refitIndependent(context: CheckContext): Promise<void> {
  const first = await context.fit(context.sample().data);
  const test = context.testSample().data;
  const before = await observe(first, test);
  const estimator = context.make();
  const other = await context.fitOn(estimator, context.sample({ seed: 3 }).data);
  await observe(other, context.testSample().data);
  ensureSame("a model after another fit", await observe(first, context.testSample().data), before);
  const again = await context.fitOn(estimator, context.sample().data);
  ensure(again !== other, "fit must give a new model each time, received the same one");
  ensureSame("a fit after one on other rows", await observe(again, context.testSample().data), before);
}

async function fitRepeats(context: CheckContext): Promise<void> {
  const { observed } = await context.fitted();
  ensureSame("a second fit with the same seed", await context.outcome(context.sample().data), observed);
}

async function concurrentFitsIndependent(context: CheckContext): Promise<void> {
  const { observed } = await context.fitted();
  const estimator = context.make();
  const test = context.testSample().data;
  const [model] = await Promise.all([
    context.fitOn(estimator, context.sample().data),
    context.fitOn(estimator, context.sample({ seed: 3 }).data),
  ]);
  ensureSame("a fit at the same time as another", await observe(model, test), observed);
}

async function predictRepeats(context: CheckContext): Promise<void> {
  const { model, observed } = await context.fitted();
  await observe(model, context.sample({ seed: 4, rows: 7 }).data);
  const again = await observe(model, context.testSample().data);
  ensureSame("a call after one on other rows", again, observed);
  for (const { observe: call } of observations(model)) {
    for (const column of Object.values(await call(context.testSample().data)))
      if ("values" in column && ArrayBuffer.isView(column.values)) column.values.fill(Number.NaN);
  }
  const after = await observe(model, context.testSample().data);
  ensureSame("a call after its last result was overwritten", after, observed);
}

async function viewsFitAsCopies(context: CheckContext): Promise<void> {
  const { observed } = await context.fitted();
  const { data } = context.sample();
  const { rows } = data;
  const longer = concatDatasets([context.sample({ seed: 3 }).data, data, context.sample({ seed: 4 }).data]);
  ensureSame("a fit on a slice", await context.outcome(longer.slice(rows, 2 * rows)), observed);
  const backwards = Array.from({ length: rows }, (_, i) => 2 * rows - 1 - i);
  const back = longer.take(backwards).take(Array.from({ length: rows }, (_, i) => rows - 1 - i));
  ensureSame("a fit on rows taken twice", await context.outcome(back), observed);
}

export const repeatChecks = {
  refitIndependent: {
    about: "An estimator can be fitted again, and no fit sees anything of another.",
    run: refitIndependent,
  },
  fitRepeats: { about: "Two fits with the same seed give the same bits.", run: fitRepeats },
  concurrentFitsIndependent: {
    about: "Fits at the same time give the same bits as one after another.",
    run: concurrentFitsIndependent,
  },
  predictRepeats: {
    about: "Calls don't change the model, and their results are the caller's to change.",
    run: predictRepeats,
  },
  viewsFitAsCopies: {
    about: "A fit on a view of rows gives the same bits as on a copy.",
    run: viewsFitAsCopies,
  },
} as const satisfies CheckGroup;

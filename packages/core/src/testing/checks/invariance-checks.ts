import { Random } from "../../random.js";
import { concatDatasets } from "../../dataset/concat.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureClose } from "../compare.js";
import { observe } from "../observe.js";

async function batchesEqualWhole(context: CheckContext): Promise<void> {
  const { model, test, observed } = await context.fitted();
  const { rows } = test.data;
  const tolerance = context.settings.tolerance ?? 0;
  for (const size of [1, 7]) {
    const last = size === 1 ? Math.min(rows, 10) : rows;
    const parts = [];
    for (let from = 0; from < last; from += size)
      parts.push(await observe(model, test.data.slice(from, Math.min(from + size, last))));
    const [first, ...rest] = parts;
    const whole = observed.slice(0, last);
    ensureClose(`batches of ${size}`, concatDatasets([first, ...rest]), whole, tolerance);
  }
}

async function rowOrderIgnored(context: CheckContext): Promise<void> {
  const { model, test, observed } = await context.fitted();
  const order = new Random(9).permutation(test.data.rows);
  const outcome = await observe(model, test.data.take(order));
  ensureClose("rows in another order", outcome, observed.take(order), context.settings.tolerance ?? 0);
}

export const invarianceChecks = {
  batchesEqualWhole: {
    about: "A row's outputs don't depend on the rows around it: batches of 1 and 7 equal the whole.",
    run: batchesEqualWhole,
  },
  rowOrderIgnored: { about: "Rows in another order get their own outputs.", run: rowOrderIgnored },
} as const satisfies CheckGroup;

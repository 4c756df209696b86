import type { Label } from "../../dataset/target.js";
import { canClassify } from "../../estimator/capabilities.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureSame } from "../compare.js";
import { observe } from "../observe.js";
import { ensureRefused } from "../refusal.js";
import { sameJson } from "../same-json.js";
import { labelColumn, targetName } from "../sample.js";
import { ensure } from "../unmet.js";

/** What labels are called must not matter. */
async function labelsEquivalent(context: CheckContext): Promise<void> {
  const outcome = async (labels: readonly Label[]) => {
    const { data, truth } = context.sample({ labels, noise: 0.2 });
    // Unequal classes, so that not even the order of a tie between them can show.
    const model = await context.fit(data.filter((row) => truth[row] === 1 || row % 3 > 0));
    ensure(canClassify(model), "the model of a classifier must predict labels and list its classes");
    const test = context.testSample({ labels }).data;
    const observed = await observe(model, test);
    const codes = Float64Array.from(await model.predict(test), (label) => labels.indexOf(label));
    return { codes, rest: observed.drop(["predict"]), classes: model.classes };
  };
  const plain = await outcome([0, 1]);
  for (const labels of [
    [-1, 1],
    [5, 9],
    ["a", "b"],
    ["1", "2"],
  ] as const) {
    const { codes, rest } = await outcome(labels);
    const what = `classes ${JSON.stringify(labels)} in place of [0, 1]`;
    const differ = codes.findIndex((code, i) => code !== plain.codes[i]);
    ensure(differ < 0, () => `${what} must give the same predictions, received another at row ${differ}`);
    if (rest.names.length > 0) ensureSame(what, rest, plain.rest);
  }
  const { codes, classes } = await outcome(["zebra", "ant"]);
  ensure(
    sameJson(classes, ["ant", "zebra"]),
    `classes must be ascending, received ${JSON.stringify(classes)}`,
  );
  const same = codes.filter((code, i) => code === plain.codes[i]).length;
  ensure(
    same >= 0.9 * codes.length,
    `classes in the opposite order must give like predictions, received ${same} of ${codes.length} alike`,
  );
}

/** A dictionary may hold labels that no row has, in any order. */
async function unusedLabelIgnored(context: CheckContext): Promise<void> {
  const { data, truth } = context.sample({ labels: ["ant", "zebra"] });
  const values = Array.from(truth, (k) => (k === 0 ? "ant" : "zebra"));
  const other = data.with({ [targetName]: labelColumn(values, ["zebra", "never", "ant"]) });
  const model = await context.fit(other);
  ensure(canClassify(model), "the model of a classifier must predict labels and list its classes");
  ensure(
    sameJson(model.classes, ["ant", "zebra"]),
    `classes must be those that occur, received ${JSON.stringify(model.classes)}`,
  );
  const test = context.testSample().data;
  ensureSame("labels under another dictionary", await observe(model, test), await context.outcome(data));
}

async function multiclass(context: CheckContext): Promise<void> {
  const { data } = context.sample({ labels: [0, 1, 2] });
  if (!context.tags.multiclass) {
    await ensureRefused("three classes, as tags.multiclass says,", () => context.fit(data));
    return;
  }
  const model = await context.fit(data);
  ensure(
    canClassify(model) && sameJson(model.classes, [0, 1, 2]),
    "three classes must be taken, as tags.multiclass says",
  );
}

const unless = ({ tags }: CheckContext): string | undefined =>
  tags.kind === "classifier" ? undefined : "it is no classifier";

export const labelsChecks = {
  labelsEquivalent: {
    about: "What the classes are called changes nothing: 0 and 1, -1 and 1, strings in any order.",
    unless,
    run: labelsEquivalent,
  },
  unusedLabelIgnored: {
    about: "A label of the dictionary that no row has is no class.",
    unless,
    run: unusedLabelIgnored,
  },
  multiclass: {
    about: "Three classes are taken or refused as tags.multiclass says.",
    unless,
    run: multiclass,
  },
} as const satisfies CheckGroup;

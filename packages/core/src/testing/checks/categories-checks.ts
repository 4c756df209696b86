import type { Column } from "../../dataset/column.js";
import { categorical, text } from "../../dataset/column-build.js";
import { DataError } from "../../errors.js";
import { mapFeatures, withOtherDictionary } from "../alter.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureFinite, ensureSame } from "../compare.js";
import { observe } from "../observe.js";
import { resultOrRefusal } from "../refusal.js";

async function categoriesByValue(context: CheckContext): Promise<void> {
  const { model, test, observed } = await context.fitted();
  const other = mapFeatures(test.data, withOtherDictionary);
  ensureSame("the same categories under another dictionary", await observe(model, other), observed);
}

async function validationCategoriesByValue(context: CheckContext): Promise<void> {
  const validation = context.sample({ seed: 5, rows: 40 }).data;
  const other = mapFeatures(validation, withOtherDictionary);
  ensureSame(
    "validation data under another dictionary",
    await context.outcome(context.sample().data, { validation: other }),
    await context.outcome(context.sample().data, { validation }),
  );
}

async function unseenValues(context: CheckContext): Promise<void> {
  const { model, test } = await context.fitted();
  const rows = 5;
  const unseen = (column: Column): Column | undefined => {
    if (column.kind === "categorical")
      return categorical(Array.from({ length: rows }, (_, i) => `unseen ${i}`));
    if (column.kind === "text") return text(Array.from({ length: rows }, () => "zyx wvu zyx"));
    if (column.kind !== "sequence") return undefined;
    const fields = column.fields.map((field) =>
      field.categories ? { ...field, categories: ["unseen"] } : field,
    );
    const width = fields.length;
    const values = column.values.map((value, k) => (fields[k % width].kind === "categorical" ? 0 : value));
    return { ...column, fields, values };
  };
  const what = "categories and words that fit did not see";
  const fresh = mapFeatures(test.data.slice(0, rows), unseen);
  const outcome = await resultOrRefusal(what, () => observe(model, fresh), DataError);
  if (outcome !== undefined) ensureFinite(what, outcome);
}

const hasDictionary = ({ tags }: CheckContext): boolean =>
  tags.accepts.some((kind) => kind === "categorical" || kind === "sequence");

export const categoriesChecks = {
  categoriesByValue: {
    about: "Categories are matched by value: a dictionary in another order changes nothing.",
    unless: (context) => (hasDictionary(context) ? undefined : "it takes no categories"),
    run: categoriesByValue,
  },
  validationCategoriesByValue: {
    about: "Categories of validation data are matched by value, too.",
    unless: (context) => (hasDictionary(context) ? undefined : "it takes no categories"),
    run: validationCategoriesByValue,
  },
  unseenValues: {
    about: "Categories and words that fit did not see give finite outputs or a DataError.",
    unless: (context) =>
      hasDictionary(context) || context.tags.accepts.includes("text")
        ? undefined
        : "it takes no categories or text",
    run: unseenValues,
  },
} as const satisfies CheckGroup;

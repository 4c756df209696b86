import type { Dataset } from "../../dataset/dataset.js";
import { canCluster, canFitTransform, canTransform } from "../../estimator/capabilities.js";
import { Random } from "../../random.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureClose, ensureSame } from "../compare.js";
import { denseOutputs } from "../dense-outputs.js";
import { observe } from "../observe.js";
import { sameJson } from "../same-json.js";
import { ensure, Unmet } from "../unmet.js";

async function transform(context: CheckContext, data: Dataset): Promise<Dataset> {
  const { model } = await context.fitted();
  if (!canTransform(model)) throw new Unmet("the model must transform");
  return model.transform(data);
}

async function otherRolesKept(context: CheckContext): Promise<void> {
  const { data } = context.testSample({ target: true });
  const numbers = Float64Array.from({ length: data.rows }, (_, i) => i);
  const full = data.with(
    {
      keptId: numbers,
      keptWeight: numbers.map((i) => i + 1),
      keptGroup: numbers.map((i) => i % 3),
      keptTime: numbers,
    },
    { id: "keptId", weight: "keptWeight", group: "keptGroup", time: "keptTime" },
  );
  const out = await transform(context, full);
  const roles = (each: Dataset) =>
    Object.fromEntries(
      each.names.filter((name) => each.roleOf(name) !== "feature").map((name) => [name, each.roleOf(name)]),
    );
  ensure(
    sameJson(roles(out), roles(full)),
    () =>
      `transform must keep the columns of other roles ${JSON.stringify(roles(full))}, received ${JSON.stringify(roles(out))}`,
  );
  const names = Object.keys(roles(full));
  ensureSame("columns of other roles after transform", out.select(names), full.select(names));
}

async function outputSchemaStable(context: CheckContext): Promise<void> {
  const train = await transform(context, context.sample().data);
  for (const data of [context.testSample().data, context.testSample({ rows: 3 }).data]) {
    const { featureSchema } = await transform(context, data);
    ensure(
      sameJson(featureSchema, train.featureSchema),
      () =>
        `transform must give the same columns for any rows, ${JSON.stringify(train.featureSchema)}, received ${JSON.stringify(featureSchema)}`,
    );
  }
}

async function outputNamesUnique(context: CheckContext): Promise<void> {
  const { featureSchema } = await transform(context, context.testSample().data);
  for (const column of featureSchema) {
    const names = "names" in column ? column.names : undefined;
    if (names === undefined) continue;
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    ensure(twice === undefined, `names of block ${column.name} must differ, received '${twice}' twice`);
    ensure(
      names.every((name) => name.length > 0),
      `names of block ${column.name} must not be empty`,
    );
  }
}

async function fitTransformAgrees(context: CheckContext): Promise<void> {
  const estimator = context.make();
  if (!canFitTransform(estimator)) return;
  const { data } = context.sample();
  const { model, data: out } = await estimator.fitTransform(data, { onWarning: () => {} });
  const { featureSchema } = await model.transform(data);
  ensure(
    sameJson(out.featureSchema, featureSchema),
    () =>
      `fitTransform must give the columns of transform, ${JSON.stringify(featureSchema)}, received ${JSON.stringify(out.featureSchema)}`,
  );
  const { observed } = await context.fitted();
  ensureSame(
    "the model of fitTransform in place of fit's",
    await observe(model, context.testSample().data),
    observed,
  );
}

async function fitRowOrderIgnored(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  const outcome = await context.outcome(data.take(new Random(10).permutation(data.rows)));
  const { observed } = await context.fitted();
  ensureClose(
    "a fit on rows in another order",
    denseOutputs(outcome),
    denseOutputs(observed),
    Math.max(1e-6, context.looseTolerance),
  );
}

async function labelsAgree(context: CheckContext): Promise<void> {
  const { model, train } = await context.fitted();
  if (!canCluster(model)) throw new Unmet("the model of a clusterer must cluster");
  const { labels, nClusters } = model;
  ensure(
    Number.isInteger(nClusters) && nClusters > 0,
    `nClusters must be a whole number above 0, received ${nClusters}`,
  );
  const predicted = await model.predict(train.data);
  ensure(
    labels.length === predicted.length,
    `labels must be one a row of fit, received ${labels.length} of ${predicted.length}`,
  );
  for (const [what, values] of [
    ["labels", labels],
    ["predict", predicted],
  ] as const) {
    const odd = values.find((label) => label < 0 || label >= nClusters);
    ensure(odd === undefined, `${what} must be in 0..${nClusters - 1}, received ${odd}`);
  }
  const differ = labels.findIndex((label, i) => label !== predicted[i]);
  ensure(
    differ < 0,
    () =>
      `predict of the rows of fit must give labels, received ${predicted[differ]} for ${labels[differ]} at row ${differ}`,
  );
}

const unless = ({ tags }: CheckContext): string | undefined =>
  tags.kind === "transformer" ? undefined : "it is no transformer";

export const transformerChecks = {
  otherRolesKept: {
    about: "transform keeps rows, and columns of every other role.",
    unless,
    run: otherRolesKept,
  },
  outputSchemaStable: {
    about: "transform gives the same columns whatever the rows.",
    unless,
    run: outputSchemaStable,
  },
  outputNamesUnique: { about: "Names within an output block differ.", unless, run: outputNamesUnique },
  fitTransformAgrees: {
    about: "fitTransform gives the columns of transform and the model of fit.",
    unless: ({ estimator }) => (canFitTransform(estimator) ? undefined : "it has no fitTransform"),
    run: fitTransformAgrees,
  },
  fitRowOrderIgnored: {
    about: "What a transformer learns doesn't depend on the order of the rows.",
    unless,
    run: fitRowOrderIgnored,
  },
  labelsAgree: {
    about: "Labels are in range, and predict of the rows of fit gives them.",
    unless: ({ tags }) => (tags.kind === "clusterer" ? undefined : "it is no clusterer"),
    run: labelsAgree,
  },
} as const satisfies CheckGroup;

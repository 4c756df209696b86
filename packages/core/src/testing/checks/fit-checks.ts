import { StrataError } from "../../errors.js";
import {
  canClassify,
  canCluster,
  canPredictTasks,
  canRegress,
  canScoreSamples,
  canTransform,
} from "../../estimator/capabilities.js";
import type { EstimatorKind } from "../../estimator/estimator.js";
import { Model } from "../../estimator/model.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { ensureFinite, ensureSame } from "../compare.js";
import { observe } from "../observe.js";
import { resultOrRefusal } from "../refusal.js";
import { sameJson } from "../same-json.js";
import { Snapshot } from "../snapshot.js";
import { ensure } from "../unmet.js";

const capabilityOf: Readonly<Record<EstimatorKind, readonly [string, (model: Model) => boolean]>> = {
  classifier: ["predict labels, and list its classes", canClassify],
  regressor: ["predict numbers", canRegress],
  transformer: ["transform", canTransform],
  clusterer: [
    "predict clusters, and give nClusters and labels",
    (model) => canCluster(model) && "labels" in model,
  ],
  outlierDetector: ["scoreSamples", canScoreSamples],
  multiTask: ["predict each of its targets", canPredictTasks],
};

async function modelComplete(context: CheckContext): Promise<void> {
  const { model, train, observed } = await context.fitted();
  ensure(model instanceof Model, "fit must give a Model");
  ensure(observed.names.length > 0, "transform must give at least one feature, received none");
  const [ability, able] = capabilityOf[context.tags.kind];
  ensure(able(model), `the model of a ${context.tags.kind} must ${ability}`);
  ensure(
    sameJson(model.estimator, context.estimator),
    "model.estimator must be the estimator that was fitted",
  );
  ensure(
    sameJson(model.features, train.data.featureSchema),
    `model.features must be the feature columns seen in fit, received ${JSON.stringify(model.features)}`,
  );
}

async function outputsFinite(context: CheckContext): Promise<void> {
  const { observed } = await context.fitted();
  ensureFinite("for complete rows", observed);
}

async function fitKeepsEstimator(context: CheckContext): Promise<void> {
  const estimator = context.make();
  const before = JSON.stringify([estimator, estimator.tags]);
  await context.fitOn(estimator, context.sample().data);
  ensure(
    JSON.stringify([estimator, estimator.tags]) === before,
    () =>
      `fit must not change the estimator, it was ${before} and is ${JSON.stringify([estimator, estimator.tags])}`,
  );
  // In strict mode an assignment to a frozen object throws: what fit learns belongs into the model.
  await context.fitOn(Object.freeze(context.make()), context.sample().data);
}

async function fitKeepsData(context: CheckContext): Promise<void> {
  const train = context.sample().data;
  const weighted = train.with({ rowWeight: new Float64Array(train.rows).fill(0.5) }, { weight: "rowWeight" });
  const validation = context.testSample().data;
  const snapshots = [weighted, validation].map((data) => new Snapshot(data));
  const model = await context.fit(weighted, { validation });
  for (const snapshot of snapshots) snapshot.ensureKept("fit");
  await observe(model, weighted);
  snapshots[0].ensureKept("a call of the model");
}

async function validationAccepted(context: CheckContext): Promise<void> {
  const validation = (seed: number) => context.sample({ seed, rows: 40 }).data;
  const observed = await context.outcome(context.sample().data, { validation: validation(5) });
  ensureFinite("after a fit with validation data", observed);
  const again = await context.outcome(context.sample().data, { validation: validation(5) });
  ensureSame("a second fit with the same validation data", again, observed);
}

async function oneRow(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  for (const rows of [1, 2]) {
    const what = `a fit on ${rows === 1 ? "one row" : "two rows"}`;
    const outcome = await resultOrRefusal(what, () => context.outcome(data.slice(0, rows)), StrataError);
    if (outcome !== undefined) ensureFinite(what, outcome);
  }
}

async function oneFeature(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  for (const name of data.namesOf("feature")) {
    const what = `a fit on ${name} alone`;
    const test = context.testSample().data.selectFeatures([name]);
    const fit = () => context.outcome(data.selectFeatures([name]), {}, test);
    const outcome = await resultOrRefusal(what, fit, StrataError);
    if (outcome !== undefined) ensureFinite(what, outcome);
  }
}

export const fitChecks = {
  modelComplete: {
    about: "The model can do what its kind promises, and knows its estimator and features.",
    run: modelComplete,
  },
  outputsFinite: {
    about: "Rows without missing values get finite outputs of the right type and shape.",
    run: outputsFinite,
  },
  fitKeepsEstimator: {
    about: "fit changes nothing of the estimator, which may be frozen.",
    run: fitKeepsEstimator,
  },
  fitKeepsData: {
    about: "Neither fit nor the model changes a dataset: columns, weights, validation data.",
    run: fitKeepsData,
  },
  validationAccepted: {
    about: "Validation data is taken, repeatably, whether or not it is used.",
    run: validationAccepted,
  },
  oneRow: { about: "A fit on one row or two gives finite outputs or a clear error.", run: oneRow },
  oneFeature: { about: "A fit on any one feature gives finite outputs or a clear error.", run: oneFeature },
} as const satisfies CheckGroup;

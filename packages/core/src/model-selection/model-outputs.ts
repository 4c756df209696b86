import type { Dataset } from "../dataset/dataset.js";
import type { Label } from "../dataset/target.js";
import {
  canClassify,
  canCluster,
  canDecide,
  canPredictProbability,
  canRegress,
} from "../estimator/capabilities.js";
import type { Model } from "../estimator/model.js";
import { NotSupportedError } from "../errors.js";
import { Matrix } from "../matrix.js";

/** What a model can be asked for and a scorer can need. */
export type OutputKind = "predict" | "proba" | "decision" | "decisionFunction";

/** What a model gave for some rows. */
export interface ModelOutputs {
  /** Of a classifier, in the order of the matrices' columns. */
  readonly classes?: readonly Label[];
  readonly predict?: Label[] | Float64Array | Int32Array;
  readonly proba?: Matrix;
  /** Of `decisionFunction` or, of a model without one, `predictProba`. */
  readonly decision?: Matrix;
  readonly decisionFunction?: Matrix;
}

/** Asks a model. Throws {@link NotSupportedError} for what it doesn't have. */
export async function modelOutputs(
  model: Model,
  data: Dataset,
  kinds: readonly OutputKind[],
): Promise<ModelOutputs> {
  const outputs: { -readonly [K in keyof ModelOutputs]: ModelOutputs[K] } = {};
  if ("classes" in model) outputs.classes = model.classes as readonly Label[];
  for (const kind of kinds) {
    if (kind === "predict") outputs.predict = await predictions(model, data);
    else if (kind !== "proba" && canDecide(model)) outputs[kind] = await model.decisionFunction(data);
    else {
      if (kind === "decisionFunction") throw lacks(model, kind);
      if (!canPredictProbability(model))
        throw lacks(model, kind === "proba" ? "predictProba" : "decisionFunction or predictProba");
      outputs[kind] = await model.predictProba(data);
    }
  }
  return outputs;
}

async function predictions(model: Model, data: Dataset): Promise<Label[] | Float64Array | Int32Array> {
  if (canClassify(model) || canRegress(model) || canCluster(model)) return model.predict(data);
  throw lacks(model, "predict");
}

function lacks(model: Model, method: string): NotSupportedError {
  return new NotSupportedError(
    model.owner,
    `the model must have ${method}, received one without (a scorer that needs "model" can ask it for anything else)`,
  );
}

/** Matrices that came through a structured clone are plain objects again. */
export function revivedOutputs(outputs: ModelOutputs): ModelOutputs {
  const revive = ({ rows, columns, data }: Matrix): Matrix => new Matrix(rows, columns, data);
  return {
    ...outputs,
    ...(outputs.proba && { proba: revive(outputs.proba) }),
    ...(outputs.decision && { decision: revive(outputs.decision) }),
    ...(outputs.decisionFunction && { decisionFunction: revive(outputs.decisionFunction) }),
  };
}

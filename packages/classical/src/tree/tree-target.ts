import {
  type ClassTarget,
  type ClassWeight,
  classOutputsTarget,
  type LabelledDataset,
  outputsTarget,
  sampleWeights,
  weightsWithClasses,
} from "@strata-ml/core";
import type { ForestPlan } from "../ensemble/forest-plan.js";
import type { ClassLists } from "./output-classes.js";

/** A target as trees are grown from it. */
export type TreeTarget = Required<Pick<ForestPlan, "criterion" | "classes" | "targets" | "outputs">>;

export interface ClassTargets {
  /** One for each output. */
  readonly each: readonly ClassTarget[];
  readonly classes: ClassLists;
  readonly target: TreeTarget;
  /** The sample weights times those of the classes. */
  readonly weights: Float64Array | undefined;
}

/** The target of a classifier, of one output or several. */
export function classTargets(
  owner: string,
  params: { readonly criterion: "gini" | "entropy" | "logLoss"; readonly classWeight: ClassWeight },
  data: LabelledDataset,
): ClassTargets {
  const each = classOutputsTarget(owner, data);
  const weights = weightsWithClasses(owner, sampleWeights(owner, data), each, params.classWeight);
  const target = {
    criterion: params.criterion === "gini" ? "gini" : "entropy",
    classes: each.reduce((sum, { classes }) => sum + classes.length, 0),
    targets: each.length === 1 ? each[0].codes : codesOf(each),
    outputs: each.length,
  } as const;
  const classes = each.length === 1 ? each[0].classes : each.map((one) => one.classes);
  return { each, classes, target, weights };
}

/** Codes of all outputs, row by row; those of an output follow those of the ones before it. */
function codesOf(each: readonly ClassTarget[]): Int32Array {
  const outputs = each.length;
  const out = new Int32Array(outputs * each[0].codes.length);
  let before = 0;
  each.forEach(({ classes, codes }, k) => {
    codes.forEach((code, row) => {
      out[row * outputs + k] = before + code;
    });
    before += classes.length;
  });
  return out;
}

/** The target of a regressor, of one output or several. */
export function numberTargets(owner: string, data: LabelledDataset): TreeTarget {
  const { data: targets, columns: outputs } = outputsTarget(owner, data);
  return { criterion: "squaredError", classes: 0, targets, outputs };
}

import { artifactChecks } from "./checks/artifact-checks.js";
import { categoriesChecks } from "./checks/categories-checks.js";
import { classifierChecks } from "./checks/classifier-checks.js";
import { copiesChecks } from "./checks/copies-checks.js";
import { featuresChecks } from "./checks/features-checks.js";
import { fitChecks } from "./checks/fit-checks.js";
import { invarianceChecks } from "./checks/invariance-checks.js";
import { labelsChecks } from "./checks/labels-checks.js";
import { leakChecks } from "./checks/leak-checks.js";
import { learningChecks } from "./checks/learning-checks.js";
import { paramsChecks } from "./checks/params-checks.js";
import { repeatChecks } from "./checks/repeat-checks.js";
import { runChecks } from "./checks/run-checks.js";
import { scorerChecks } from "./checks/scorer-checks.js";
import { targetChecks } from "./checks/target-checks.js";
import { transformerChecks } from "./checks/transformer-checks.js";
import { valuesChecks } from "./checks/values-checks.js";
import { weightsChecks } from "./checks/weights-checks.js";

/** Every check of the suite by name, in the order in which they run. */
export const allChecks = {
  ...paramsChecks,
  ...copiesChecks,
  ...fitChecks,
  ...repeatChecks,
  ...featuresChecks,
  ...valuesChecks,
  ...categoriesChecks,
  ...targetChecks,
  ...classifierChecks,
  ...scorerChecks,
  ...labelsChecks,
  ...learningChecks,
  ...weightsChecks,
  ...invarianceChecks,
  ...leakChecks,
  ...transformerChecks,
  ...runChecks,
  ...artifactChecks,
} as const;

/** The name of a check. */
export type CheckName = keyof typeof allChecks;

export const checkNames = Object.keys(allChecks) as readonly CheckName[];

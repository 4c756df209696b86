export { assertClose } from "./assert-close.js";
export {
  type Check,
  checkEstimator,
  type CheckOptions,
  type CheckReport,
  estimatorChecks,
} from "./check-estimator.js";
export { type CheckName, checkNames } from "./check-list.js";
export type { CheckSettings } from "./check-settings.js";
export { type CheckFailure, ConformanceError } from "./conformance-error.js";
export type { SampleRows } from "./sample-rows.js";

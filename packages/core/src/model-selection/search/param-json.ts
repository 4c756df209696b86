import { Estimator, type AnyEstimator, type EstimatorJson } from "../../estimator/estimator.js";
import { describe, NotSupportedError } from "../../errors.js";

const tag = "$estimator";

/** Params to try as plain JSON: estimators among them are tagged. Throws {@link NotSupportedError} for what JSON can't carry. */
export function paramsToJson(owner: string, value: unknown): unknown {
  if (value instanceof Estimator) return { [tag]: value.toJSON() };
  if (Array.isArray(value)) return value.map((item) => paramsToJson(owner, item));
  if (
    typeof value === "number"
      ? Number.isFinite(value)
      : value === null || typeof value === "string" || typeof value === "boolean"
  )
    return value;
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value!).map(([key, item]) => [key, paramsToJson(owner, item)]));
  throw new NotSupportedError(owner, `params must be plain JSON to be saved, received ${describe(value)}`);
}

/** What {@link paramsToJson} wrote, with the estimators restored. */
export function paramsFromJson(json: unknown, restore: (json: EstimatorJson) => AnyEstimator): unknown {
  if (Array.isArray(json)) return json.map((item) => paramsFromJson(item, restore));
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json);
  if (entries.length === 1 && entries[0][0] === tag) return restore(entries[0][1] as EstimatorJson);
  return Object.fromEntries(entries.map(([key, item]) => [key, paramsFromJson(item, restore)]));
}

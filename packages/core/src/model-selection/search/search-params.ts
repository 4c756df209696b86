import { z } from "zod";
import { type AnyEstimator, Estimator, type EstimatorJson } from "../../estimator/estimator.js";
import { NotSupportedError, ParamError } from "../../errors.js";
import { splitterSchema, validationSchema, type ValidationSplit } from "../inner-split.js";
import { type Scoring, scoringsSchema } from "../scoring.js";
import { restoreSplitter } from "../splits/restore-splitter.js";
import { ConfiguredSplitter, type Splitter, type SplitterJson } from "../splits/splitter.js";
import { paramsFromJson, paramsToJson } from "./param-json.js";

/** The params that every search has. */
export const searchParams = {
  estimator: z
    .custom<AnyEstimator>((value) => value instanceof Estimator, "must be an estimator")
    .describe("What is fitted with each candidate's params"),
  scoring: scoringsSchema.describe(
    "How candidates are scored; of several, the first chooses unless refit names another",
  ),
  cv: z
    .union([z.int().min(2), splitterSchema])
    .default(5)
    .describe("Folds, or a splitter"),
  validation: validationSchema
    .nullable()
    .default(null)
    .describe("Rows of each training part for early stopping: a fraction, or a splitter"),
  refit: z.string().nullable().default(null).describe("Name of the scoring that chooses; null is the first"),
};

/** The params that every search takes besides the candidates. */
export interface SearchParams<E extends AnyEstimator> {
  readonly estimator: E;
  /** How candidates are scored; of several, the first chooses unless `refit` names another. */
  readonly scoring: Scoring | readonly Scoring[];
  /** Default 5. */
  readonly cv?: number | Splitter;
  /**
   * Rows of each training part that go to `FitOptions.validation`, for early stopping; never rows of the test part.
   * The best candidate's last fit gives up as many, unless validation data comes from outside. Default none.
   */
  readonly validation?: ValidationSplit | null;
  /** Name of the scoring that chooses; null is the first. */
  readonly refit?: string | null;
}

interface Saved {
  readonly estimator: AnyEstimator;
  readonly scoring: Scoring | readonly Scoring[];
  readonly cv: number | Splitter;
  readonly validation: ValidationSplit | null;
}

/** Params of a search as JSON. Throws {@link NotSupportedError} for scorers and splitters of the user's own. */
export function searchToJson(owner: string, params: Saved, candidates: string): unknown {
  const { estimator, scoring, cv, validation } = params;
  const custom = (Array.isArray(scoring) ? scoring : [scoring]).find((one) => typeof one !== "string");
  if (custom !== undefined)
    throw new NotSupportedError(
      owner,
      `scoring must be by name to be saved, received the scorer '${(custom as { name: string }).name}' (save bestModel instead)`,
    );
  return {
    ...params,
    estimator: estimator.toJSON(),
    cv: typeof cv === "number" ? cv : splitterToJson(owner, cv),
    validation:
      validation === null || "fraction" in validation ? validation : splitterToJson(owner, validation),
    [candidates]: paramsToJson(owner, (params as unknown as Record<string, unknown>)[candidates]),
  };
}

function splitterToJson(owner: string, splitter: Splitter): SplitterJson {
  if (splitter instanceof ConfiguredSplitter) return splitter.toJSON();
  throw new NotSupportedError(
    owner,
    "splitters must be of the library to be saved, received another (save bestModel instead)",
  );
}

/** What {@link searchToJson} wrote, as a search's constructor takes it. */
export function searchFromJson(
  json: Readonly<Record<string, unknown>>,
  candidates: string,
  restore: (json: EstimatorJson) => AnyEstimator,
): never {
  const splitter = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "type" in value
      ? restoreSplitter(value as SplitterJson)
      : value;
  return {
    ...json,
    estimator: restore(json.estimator as EstimatorJson),
    cv: splitter(json.cv),
    validation: splitter(json.validation),
    [candidates]: paramsFromJson(json[candidates], restore),
  } as never;
}

/** Place of the scorer that chooses. */
export function refitIndex(owner: string, names: readonly string[], refit: string | null): number {
  const at = refit === null ? 0 : names.indexOf(refit);
  if (at < 0)
    throw new ParamError(owner, `refit must be one of the scorings ${names.join(", ")}, received "${refit}"`);
  return at;
}

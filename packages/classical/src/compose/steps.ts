import {
  type AnswersAtOnce,
  type AnyEstimator,
  ArtifactError,
  type Dataset,
  type Awaitable,
  type DataOf,
  describe,
  Estimator,
  type EstimatorJson,
  type LabelledDataset,
  type Model,
  type ModelOf,
  ParamError,
} from "@strata-ml/core";
import { z } from "zod";

/** A named estimator of a pipeline, union or column transformer. */
export type Step = readonly [name: string, estimator: AnyEstimator];

/** Step names become parts of param paths and artifact paths, so neither separator may be in them. */
export const stepName = z
  .string()
  .regex(/^[^./\s]+$/, "must be a name without dots, slashes or spaces")
  .refine(
    (name) => name !== "__proto__" && name !== "__metadata__",
    "must not be a name that artifacts reserve",
  );

export const estimatorSchema = z.custom<AnyEstimator>(
  (value) => value instanceof Estimator,
  "must be an estimator",
);

/** The estimators by name, as `Composite.parts` has them. */
export type PartsOf<S extends readonly Step[]> = { readonly [K in S[number] as K[0]]: K[1] };

export function partsOf<S extends readonly Step[]>(steps: S): PartsOf<S> {
  return Object.fromEntries(steps) as PartsOf<S>;
}

/** A part, or what a patch has for it: a step may be called as something that every object inherits. */
export function patched(
  patch: Readonly<Partial<Record<string, AnyEstimator>>>,
  name: string,
  part: AnyEstimator,
): AnyEstimator {
  return (Object.hasOwn(patch, name) ? patch[name] : undefined) ?? part;
}

/** Throws {@link ParamError} for a name that is there twice. */
export function requireDistinct(owner: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new ParamError(
      owner,
      `names of steps must differ from each other, received ${describe(twice)} twice`,
    );
}

/** Throws {@link ParamError} for a part that does not transform. */
export function requireTransformers(owner: string, steps: readonly Step[]): void {
  // A clusterer may transform too (KMeans does): its model tells, in fit.
  const wrong = steps.find(([, { tags }]) => tags.kind !== "transformer" && tags.kind !== "clusterer");
  if (wrong !== undefined) {
    const [name, { tags, owner: received }] = wrong;
    throw new ParamError(owner, `'${name}' must transform, received the ${tags.kind} ${received}`);
  }
}

type NeedsTarget<E> = Dataset extends DataOf<E> ? false : true;

/** A labelled dataset where any of the steps needs a target. */
export type StepsData<S extends readonly Step[]> = true extends {
  [K in keyof S]: NeedsTarget<S[K][1]>;
}[number]
  ? LabelledDataset
  : Dataset;

/** The restored model of a step, refused unless it is the step's. */
export function childOf(
  owner: string,
  children: Readonly<Record<string, Model>>,
  name: string,
  step: AnyEstimator,
): Model {
  const child = Object.hasOwn(children, name) ? children[name] : undefined;
  if (child?.type !== step.type) {
    throw new ArtifactError(
      owner,
      `the model of step '${name}' must be ${step.type}, received ${child?.type ?? "none"}`,
    );
  }
  return child;
}

/** Whether the models of all steps answer at once; unknown where the steps are. */
export type AllAtOnce<S extends readonly Step[]> = string extends S[number][0]
  ? boolean
  : false extends { [K in keyof S]: AnswersAtOnce<ModelOf<S[K][1]>> }[number]
    ? false
    : true;

/** What `transform` of several transformers gives: a promise where one of them gives one. */
export type Transformed<S extends readonly Step[]> =
  boolean extends AllAtOnce<S> ? Awaitable<Dataset> : AllAtOnce<S> extends true ? Dataset : Promise<Dataset>;

/** Steps out of an artifact's params: `[name, { type, params }, ...]` with the estimators restored. What is no list of steps is left for the schema to refuse. */
export function restoreSteps<Rest extends readonly unknown[]>(
  steps: readonly (readonly [string, AnyEstimator | EstimatorJson, ...Rest])[],
  restore: (json: EstimatorJson) => AnyEstimator,
): [string, AnyEstimator, ...Rest][] {
  const given: unknown = steps;
  const isList = Array.isArray(given) && given.every((step) => Array.isArray(step));
  if (!isList) return given as [string, AnyEstimator, ...Rest][];
  return steps.map(([name, json, ...rest]) => [name, restore(json), ...rest]);
}

import { describe, listNames, ParamError } from "../errors.js";
import { anEstimator, anObject, requireIs } from "../guard.js";
import type { AnyEstimator, ParamsOf } from "./estimator.js";
import { nearest } from "./params.js";

/** An estimator made of named estimators: a pipeline's steps, an ensemble's members. */
export interface Composite<
  Parts extends Readonly<Record<string, AnyEstimator>> = Readonly<Record<string, AnyEstimator>>,
> {
  readonly parts: Parts;
  /** A copy with some of its parts replaced. */
  withParts(patch: Partial<Record<keyof Parts, AnyEstimator>>): this;
}

export function isComposite(estimator: object): estimator is AnyEstimator & Composite {
  return "parts" in estimator && "withParts" in estimator;
}

/**
 * Where a param sits: `alpha` of an estimator, `model.alpha` of the pipeline that holds it as `model`.
 * A misspelt path is a compile error.
 */
export type ParamPath<E> =
  | Extract<keyof ParamsOf<E>, string>
  | (E extends { readonly parts: infer Parts }
      ? { [K in Extract<keyof Parts, string>]: `${K}.${ParamPath<Parts[K]>}` }[Extract<keyof Parts, string>]
      : never);

/** The type of the param at a path. */
export type ParamAt<E, Path extends string> = Path extends `${infer Part}.${infer Rest}`
  ? E extends { readonly parts: infer Parts }
    ? Part extends keyof Parts
      ? ParamAt<Parts[Part], Rest>
      : never
    : never
  : Path extends keyof ParamsOf<E>
    ? ParamsOf<E>[Path]
    : never;

/** Values by param path: what a search tries and what {@link withParams} sets. */
export type ParamPatch<E> = { readonly [Path in ParamPath<E>]?: ParamAt<E, Path> };

/**
 * A copy of an estimator with params changed by path.
 *
 * @throws ParamError for a path that leads nowhere, with the nearest name that exists; for what is no estimator.
 * @example
 * const pipeline = new Pipeline({ steps: [["scale", new StandardScaler()], ["model", new Ridge()]] });
 * withParams(pipeline, { "model.alpha": 0.1 });
 */
export function withParams<E extends AnyEstimator>(estimator: E, patch: ParamPatch<E>): E {
  requireIs("withParams", "the estimator", estimator, anEstimator, ParamError);
  requireIs("withParams", "params", patch, anObject, ParamError);
  const own: Record<string, unknown> = {};
  const inner = new Map<string, Record<string, unknown>>();
  for (const [path, value] of Object.entries(patch)) {
    const dot = path.indexOf(".");
    if (dot < 0) own[path] = value;
    else {
      const part = path.slice(0, dot);
      inner.set(part, { ...inner.get(part), [path.slice(dot + 1)]: value });
    }
  }
  let changed: E = Object.keys(own).length > 0 ? estimator.with(own) : estimator;
  if (inner.size === 0) return changed;
  const parts = isComposite(changed) ? changed.parts : {};
  const replaced: Record<string, AnyEstimator> = {};
  for (const [name, params] of inner) {
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part === undefined) {
      const names = Object.keys(parts);
      const near = nearest(name, names);
      throw new ParamError(
        estimator.owner,
        `a param path must begin with ${names.length > 0 ? listNames(names, 20) : "a param: it has no parts"}, received ${describe(name)}${near ? `, did you mean '${near}'?` : ""}`,
      );
    }
    replaced[name] = withParams(part, params);
  }
  if (isComposite(changed)) changed = changed.withParts(replaced);
  return changed;
}

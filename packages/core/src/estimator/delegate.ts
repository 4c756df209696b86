import type { Dataset } from "../dataset/dataset.js";
import { chain } from "./awaitable.js";
import type { Awaitable } from "./capabilities.js";
import type { Model } from "./model.js";

const methods = [
  "predict",
  "predictProba",
  "decisionFunction",
  "transform",
  "embed",
  "scoreSamples",
] as const;
const properties = ["classes", "nClusters", "labels", "layers"] as const;
type Method = (typeof methods)[number];
type Property = (typeof properties)[number];

/** Whether every capability of a model answers at once: none gives a promise, or may. */
export type AnswersAtOnce<M> = true extends {
  [K in Extract<keyof M, Method>]: M[K] extends (...args: never[]) => infer R
    ? Promise<never> extends R
      ? true
      : never
    : never;
}[Extract<keyof M, Method>]
  ? false
  : true;

/** The capabilities of `M` as another model offers them on its behalf: at once where `AtOnce`, as promises elsewhere. */
export type Delegated<M, AtOnce extends boolean = AnswersAtOnce<M>> = {
  readonly [K in Extract<keyof M, Method | Property>]: M[K] extends (...args: infer A) => infer R
    ? (...args: A) => AtOnce extends true ? R : Promise<Awaited<R>>
    : M[K];
};

/**
 * Gives `target` the capabilities that `inner` has, and no others, so that a pipeline of a classifier is one too.
 * `before` turns the data that `target` gets into the data that `inner` takes.
 */
export function delegateCapabilities(
  target: Model,
  inner: Model,
  before: (data: Dataset) => Awaitable<Dataset>,
): void {
  const source = inner as unknown as Record<string, unknown>;
  for (const name of methods) {
    const method = source[name];
    if (typeof method !== "function") continue;
    const value = (data: Dataset, ...rest: unknown[]): unknown =>
      chain(before(data), (prepared) => method.call(inner, prepared, ...rest) as Awaitable<unknown>);
    Object.defineProperty(target, name, { value, enumerable: false });
  }
  for (const name of properties) {
    if (name in inner) Object.defineProperty(target, name, { get: () => source[name], enumerable: true });
  }
}

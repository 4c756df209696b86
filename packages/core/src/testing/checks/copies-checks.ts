import { describe } from "../../errors.js";
import { isComposite, withParams } from "../../estimator/composite.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { paramVariants } from "../param-values.js";
import { sameJson } from "../same-json.js";
import { ensure } from "../unmet.js";

async function paramsFrozen({ estimator }: CheckContext): Promise<void> {
  ensure(Object.isFrozen(estimator.params), "params must be frozen");
  const before = JSON.stringify(estimator.params);
  const input = Object.fromEntries(
    Object.entries(estimator.params as Record<string, unknown>).map(([name, value]) => [
      name,
      Array.isArray(value) ? [...(value as readonly unknown[])] : value,
    ]),
  );
  const copy = estimator.with(input);
  for (const value of Object.values(input)) if (Array.isArray(value)) value.push("changed by the caller");
  ensure(JSON.stringify(copy.params) === before, "params must not change with the object that they came in");
}

async function paramsSurviveJson({ estimator, settings }: CheckContext): Promise<void> {
  const registry = settings.registry!;
  for (const each of [estimator, ...paramVariants(estimator).map(({ changed }) => changed)]) {
    const json = JSON.stringify(each);
    const restored = registry.estimator(JSON.parse(json));
    ensure(
      restored.constructor === each.constructor,
      `${json} must restore a ${each.owner}, received ${describe(restored)}`,
    );
    ensure(
      sameJson(restored, each),
      () => `${json} must restore an equal estimator, received ${JSON.stringify(restored)}`,
    );
  }
}

async function withCopies({ make }: CheckContext): Promise<void> {
  const estimator = make();
  const before = JSON.stringify(estimator);
  ensure(
    sameJson(estimator.with({}), estimator),
    () => `with({}) must equal the original ${before}, received ${JSON.stringify(estimator.with({}))}`,
  );
  const variants = paramVariants(estimator);
  ensure(
    JSON.stringify(estimator) === before,
    () => `with must not change the original ${before}, it is now ${JSON.stringify(estimator)}`,
  );
  for (const { name, value, changed } of variants) {
    const patch = `with({ ${name}: ${JSON.stringify(value)} })`;
    ensure(
      changed !== estimator && changed.constructor === estimator.constructor,
      `${patch} must give another ${estimator.owner}`,
    );
    const expected = { ...estimator.params, [name]: value };
    const steps = [
      [patch, changed],
      [`${patch}.with({})`, changed.with({})],
    ] as const;
    for (const [step, copy] of steps) {
      ensure(
        sameJson(copy.params, expected),
        () => `${step} must have params ${JSON.stringify(expected)}, received ${JSON.stringify(copy.params)}`,
      );
    }
  }
}

async function partsReplaceable({ estimator }: CheckContext): Promise<void> {
  if (!isComposite(estimator)) return;
  const before = JSON.stringify(estimator);
  const names = Object.keys(estimator.parts);
  ensure(names.length > 0, "a composite must have parts, received none");
  ensure(sameJson(estimator.withParts({}), estimator), "withParts({}) must equal the original");
  for (const name of names) {
    for (const { name: param, value, changed } of paramVariants(estimator.parts[name]).slice(0, 1)) {
      const path = `${name}.${param}`;
      const patched = withParams<typeof estimator>(estimator, { [path]: value } as never);
      ensure(
        sameJson(patched.parts[name], changed),
        () =>
          `withParams of ${path} must give the part ${JSON.stringify(changed)}, received ${JSON.stringify(patched.parts[name])}`,
      );
      const others = names.filter((other) => other !== name);
      const kept = others.every((other) => sameJson(patched.parts[other], estimator.parts[other]));
      ensure(kept, `withParams of ${path} must keep the other parts`);
    }
  }
  ensure(JSON.stringify(estimator) === before, "replacing parts must not change the original");
}

const withoutRegistry = ({ settings }: CheckContext): string | undefined =>
  settings.registry === undefined ? "no registry was given" : undefined;

export const copiesChecks = {
  paramsFrozen: {
    about: "Params are frozen and independent of the object that they came in.",
    run: paramsFrozen,
  },
  paramsSurviveJson: {
    about: "The registry restores an equal estimator from its JSON, for every param that can be changed.",
    unless: withoutRegistry,
    run: paramsSurviveJson,
  },
  withCopies: {
    about: "with({}) equals the original; with keeps every other param and never changes the original.",
    run: withCopies,
  },
  partsReplaceable: {
    about:
      "Params of a composite's parts can be changed by path, without changing the others or the original.",
    unless: ({ estimator }) => (isComposite(estimator) ? undefined : "it has no parts"),
    run: partsReplaceable,
  },
} as const satisfies CheckGroup;

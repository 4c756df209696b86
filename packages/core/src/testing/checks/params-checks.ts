import { type ColumnKind } from "../../dataset/column.js";
import { describe, ParamError } from "../../errors.js";
import { isComposite, withParams } from "../../estimator/composite.js";
import type { AnyEstimator, EstimatorKind } from "../../estimator/estimator.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { descriptionOf, paramNames, paramSchema, wrongValues } from "../param-values.js";
import { ensureRefused } from "../refusal.js";
import { sameJson } from "../same-json.js";
import { ensure } from "../unmet.js";

const kinds: readonly EstimatorKind[] = [
  "classifier",
  "regressor",
  "transformer",
  "clusterer",
  "outlierDetector",
  "multiTask",
];
const columnKinds: readonly ColumnKind[] = [
  "numeric",
  "categorical",
  "text",
  "sequence",
  "tensor",
  "sparse",
  "timestamp",
];

type AnyConstructor = new (input?: unknown) => AnyEstimator;

async function constructsWithDefaults({ estimator }: CheckContext): Promise<void> {
  const made = new (estimator.constructor as AnyConstructor)();
  for (const name of paramNames(made)) {
    ensure(name in made.params, `new ${made.owner}() must fill in a default for ${name}, received none`);
    ensure(
      descriptionOf(paramSchema(made, name)) !== undefined,
      `param ${name} must have a description, received none`,
    );
  }
}

async function tagsValid({ make, settings: { registry } }: CheckContext): Promise<void> {
  const { tags, type } = make();
  ensure(
    /^[a-z0-9-]+(\/[a-z0-9-]+)+$/.test(type),
    `type must be package/kebab-name, received ${describe(type)}`,
  );
  ensure(
    kinds.includes(tags.kind),
    `tags.kind must be one of ${kinds.join(", ")}, received ${describe(tags.kind)}`,
  );
  const odd = tags.accepts.find((kind) => !columnKinds.includes(kind));
  ensure(
    tags.accepts.length > 0 && odd === undefined,
    `tags.accepts must list kinds of columns, received ${describe(odd)}`,
  );
  ensure(
    tags.target === "required" || tags.target === "none",
    `tags.target must be required or none, received ${describe(tags.target)}`,
  );
  for (const flag of ["missing", "sampleWeight"] as const)
    ensure(
      typeof tags[flag] === "boolean",
      `tags.${flag} must be true or false, received ${describe(tags[flag])}`,
    );
  const supervised = tags.kind === "classifier" || tags.kind === "regressor";
  ensure(
    !supervised || tags.target === "required",
    `tags.target of a ${tags.kind} must be required, received ${tags.target}`,
  );
  ensure(
    (tags.kind === "classifier" || tags.kind === "multiTask") === (typeof tags.multiclass === "boolean"),
    `tags.multiclass must be true or false of a classifier and of several targets, and absent of others, received ${describe(tags.multiclass)}`,
  );
  ensure(sameJson(tags, make().tags), "tags must be the same of every instance");
  ensure(
    registry === undefined || registry.types.includes(type),
    `the registry must hold a codec of ${type}, received none`,
  );
}

async function unknownParamRefused({ estimator }: CheckContext): Promise<void> {
  const refusal = { error: ParamError, mentions: ["noSuchParam"] };
  await ensureRefused("with({ noSuchParam: 1 })", () => estimator.with({ noSuchParam: 1 }), refusal);
  await ensureRefused(
    'withParams of "noSuchParam.alpha"',
    () => withParams(estimator, { "noSuchParam.alpha": 1 } as never),
    refusal,
  );
}

async function wrongParamRefused({ estimator }: CheckContext): Promise<void> {
  for (const name of paramNames(estimator)) {
    const wrong = wrongValues(estimator, name);
    ensure(wrong.length > 0, `param ${name} must have a type, its schema takes anything`);
    for (const value of wrong) {
      await ensureRefused(`with({ ${name}: ${describe(value)} })`, () => estimator.with({ [name]: value }), {
        error: ParamError,
        mentions: [name, estimator.owner],
      });
    }
  }
}

export const paramsChecks = {
  constructsWithDefaults: {
    about: "The constructor works without arguments; every param has a default and a description.",
    unless: ({ estimator }) => (isComposite(estimator) ? "a composite is made from its parts" : undefined),
    run: constructsWithDefaults,
  },
  tagsValid: { about: "Type and tags are well-formed, and the same of every instance.", run: tagsValid },
  unknownParamRefused: {
    about: "An unknown param is refused with a ParamError that names it.",
    run: unknownParamRefused,
  },
  wrongParamRefused: {
    about: "Every param refuses values of a wrong type with a ParamError that names it.",
    run: wrongParamRefused,
  },
} as const satisfies CheckGroup;

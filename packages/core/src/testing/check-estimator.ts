import { describe, StrataError } from "../errors.js";
import type { AnyEstimator } from "../estimator/estimator.js";
import { nearest } from "../estimator/params.js";
import {
  aFunction,
  anArray,
  aNumber,
  anything,
  aRegistry,
  requireIs,
  requireOptions,
  type Rules,
} from "../guard.js";
import type { CheckDefinition } from "./check.js";
import { CheckContext } from "./check-context.js";
import { allChecks, type CheckName, checkNames } from "./check-list.js";
import type { CheckSettings } from "./check-settings.js";
import { type CheckFailure, ConformanceError } from "./conformance-error.js";
import { showError } from "./refusal.js";
import { Unmet } from "./unmet.js";

export interface CheckOptions extends CheckSettings {
  /** Checks that this estimator can't pass, each with the reason why, in words. */
  readonly skip?: Readonly<Partial<Record<CheckName, string>>>;
}

const rules: Rules<CheckOptions> = {
  skip: anything,
  registry: aRegistry,
  rows: aNumber,
  kinds: anArray,
  features: aFunction,
  tolerance: aNumber,
  aliveTensors: aFunction,
  executors: anArray,
};

/** One check of one estimator, for a test of its own. */
export interface Check {
  readonly name: CheckName;
  /** What it checks, in a sentence. */
  readonly about: string;
  /** Why it is skipped; undefined where it is to run. */
  readonly skip: string | undefined;
  /** Rejects with {@link ConformanceError} where the estimator breaks the contract. */
  run(): Promise<void>;
}

export interface CheckReport {
  /** The class that was checked. */
  readonly estimator: string;
  readonly passed: readonly CheckName[];
  /** With their reasons. */
  readonly skipped: Readonly<Partial<Record<CheckName, string>>>;
  /** Checks that don't concern it, and why. */
  readonly notApplicable: Readonly<Partial<Record<CheckName, string>>>;
}

/**
 * The checks that concern an estimator by its tags, to be run one a test. They share one fitted model; what they need
 * else they make anew, so they may run in any order.
 *
 * @throws StrataError for an option that does not exist, and a skip that names no check, a check that doesn't concern the
 * estimator, or no reason.
 * @example
 * const checks = estimatorChecks(() => new Ridge(), { registry: new Registry(classicalCodecs) });
 * for (const check of checks) await check.run(); // or, in a test runner, test(check.name, check.run)
 */
export function estimatorChecks(make: () => AnyEstimator, options: CheckOptions = {}): readonly Check[] {
  return plan(make, options).checks;
}

/**
 * Puts every question of the contract to an estimator that concerns it by its tags, as scikit-learn's `check_estimator`
 * does (the README.md beside this file says what became of each of its checks).
 *
 * @param make gives a fresh estimator at each call.
 * @throws ConformanceError that lists every check that failed.
 * @example
 * await checkEstimator(() => new RandomForestClassifier({ nEstimators: 5 }), {
 *   registry: new Registry(classicalCodecs),
 *   skip: { integerWeights: "rows are sampled, so repeated ones draw other numbers" },
 * });
 */
export async function checkEstimator(
  make: () => AnyEstimator,
  options: CheckOptions = {},
): Promise<CheckReport> {
  const { owner, checks, notApplicable } = plan(make, options);
  const passed: CheckName[] = [];
  const skipped: Partial<Record<CheckName, string>> = {};
  const failures: CheckFailure[] = [];
  for (const check of checks) {
    if (check.skip !== undefined) {
      skipped[check.name] = check.skip;
      continue;
    }
    try {
      await check.run();
      passed.push(check.name);
    } catch (error) {
      if (!(error instanceof ConformanceError)) throw error;
      failures.push(...error.failures);
    }
  }
  if (failures.length > 0) {
    const lines = grouped(failures).map(([message, names]) => `\n- ${names.join(", ")}: ${message}`);
    throw new ConformanceError(
      owner,
      `every check must pass, ${failures.length} of ${passed.length + failures.length} failed:${lines.join("")}`,
      failures,
    );
  }
  return { estimator: owner, passed, skipped, notApplicable };
}

/** Checks by what they say: a fit that always throws is one thing to read, not fifty. */
function grouped(
  failures: readonly CheckFailure[],
): readonly (readonly [message: string, names: readonly string[]])[] {
  const names = new Map<string, string[]>();
  for (const { check, message } of failures) names.set(message, [...(names.get(message) ?? []), check]);
  return [...names];
}

interface Plan {
  readonly owner: string;
  readonly checks: readonly Check[];
  readonly notApplicable: Partial<Record<CheckName, string>>;
}

function plan(make: () => AnyEstimator, options: CheckOptions): Plan {
  requireIs("checkEstimator", "make", make, aFunction);
  requireOptions("checkEstimator", options, rules);
  const { skip = {}, ...settings } = options;
  if (settings.rows !== undefined && settings.rows < 30)
    throw new StrataError("checkEstimator", `rows must be >= 30, received ${settings.rows}`);
  const context = new CheckContext(make, settings);
  const notApplicable: Partial<Record<CheckName, string>> = {};
  const checks: Check[] = [];
  for (const name of checkNames) {
    const definition: CheckDefinition = allChecks[name];
    const reason = definition.unless?.(context);
    if (reason !== undefined) notApplicable[name] = reason;
    else {
      const run = (): Promise<void> => runCheck(context, name, definition);
      checks.push({ name, about: definition.about, skip: skip[name], run });
    }
  }
  for (const [name, reason] of Object.entries(skip))
    refuseBadSkip(context.owner, name, reason, notApplicable);
  return { owner: context.owner, checks, notApplicable };
}

function refuseBadSkip(
  owner: string,
  name: string,
  reason: unknown,
  notApplicable: Plan["notApplicable"],
): void {
  if (!Object.hasOwn(allChecks, name)) {
    const near = nearest(name, checkNames);
    throw new StrataError(
      "checkEstimator",
      `skip must name checks, received ${describe(name)}${near ? `, did you mean '${near}'?` : ""}`,
    );
  }
  if (typeof reason !== "string" || reason.trim() === "")
    throw new StrataError(
      "checkEstimator",
      `skip.${name} must give the reason in words, received ${describe(reason)}`,
    );
  const already = notApplicable[name as CheckName];
  if (already !== undefined)
    throw new StrataError(
      "checkEstimator",
      `skip.${name} must go: the check doesn't concern ${owner} (${already})`,
    );
}

async function runCheck(context: CheckContext, name: CheckName, { run }: CheckDefinition): Promise<void> {
  try {
    await run(context);
  } catch (cause) {
    const message =
      cause instanceof Unmet ? cause.message : `it must not throw, received ${showError(cause)}`;
    throw new ConformanceError(context.owner, `${name}: ${message}`, [{ check: name, message, cause }]);
  }
}

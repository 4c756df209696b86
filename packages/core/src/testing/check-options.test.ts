import { expect, test } from "vitest";
import { StrataError } from "../errors.js";
import { checkEstimator, estimatorChecks } from "./check-estimator.js";
import { ConformanceError } from "./conformance-error.js";
import { SmallOutlierDetector } from "./fixtures/small-outlier-detector.js";
import { SmallScaler } from "./fixtures/small-scaler.js";

const make = (): SmallScaler => new SmallScaler();

test("a skip carries its reason into the report and the list", async () => {
  const reason = "the first rows are all that it may see";
  const report = await checkEstimator(make, { skip: { fitRowOrderIgnored: reason } });
  expect(report.skipped).toEqual({ fitRowOrderIgnored: reason });
  expect(report.passed).not.toContain("fitRowOrderIgnored");
  const checks = estimatorChecks(make, { skip: { fitRowOrderIgnored: reason } });
  expect(checks.find(({ name }) => name === "fitRowOrderIgnored")?.skip).toBe(reason);
  expect(checks.filter(({ skip }) => skip !== undefined)).toHaveLength(1);
});

test("a skip must name a check, give a reason, and be needed", async () => {
  const refused = async (skip: object): Promise<string> => {
    const error = await checkEstimator(make, { skip }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StrataError);
    expect(error).not.toBeInstanceOf(ConformanceError);
    return (error as StrataError).message;
  };
  expect(await refused({ fitRepeat: "random" })).toBe(
    "checkEstimator: skip must name checks, received \"fitRepeat\", did you mean 'fitRepeats'?",
  );
  expect(await refused({ fitRepeats: " " })).toBe(
    'checkEstimator: skip.fitRepeats must give the reason in words, received " "',
  );
  expect(await refused({ oneClass: "it knows none" })).toBe(
    "checkEstimator: skip.oneClass must go: the check doesn't concern SmallScaler (it is no classifier)",
  );
});

test("an option that does not exist is refused", async () => {
  await expect(checkEstimator(make, { tolerence: 1 } as object)).rejects.toThrow(
    "checkEstimator: options must be among 'skip', 'registry', 'rows', 'kinds', 'features', 'tolerance', 'aliveTensors', 'executors', received \"tolerence\", did you mean 'tolerance'?",
  );
  await expect(checkEstimator(new SmallScaler() as never)).rejects.toThrow(
    "checkEstimator: make must be a function, received a SmallScaler",
  );
});

test("checks that don't apply are told with the reason", async () => {
  const { notApplicable } = await checkEstimator(make);
  expect(notApplicable.artifactRoundTrip).toBe("no registry was given");
  expect(notApplicable.learns).toBe("it predicts nothing");
  expect(notApplicable.weightsIgnored).toBe("weights count");
});

test("every failed check is in one error", async () => {
  class Wrong extends SmallScaler {
    override readonly type = "Wrong Type";
    override with(): this {
      return this;
    }
  }
  const error: unknown = await checkEstimator(() => new Wrong()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConformanceError);
  const { message, failures, owner, name } = error as ConformanceError;
  expect(owner).toBe("Wrong");
  expect(name).toBe("ConformanceError");
  expect(failures.map(({ check }) => check)).toEqual([
    "tagsValid",
    "unknownParamRefused",
    "wrongParamRefused",
    "withCopies",
  ]);
  expect(message.split("\n")[0]).toMatch(/^Wrong: every check must pass, 4 of \d+ failed:$/);
  expect(message.split("\n")[1]).toBe('- tagsValid: type must be package/kebab-name, received "Wrong Type"');
});

test("one check alone rejects with its own failure", async () => {
  class Crashing extends SmallScaler {
    override async fit(): Promise<never> {
      throw new TypeError("x is not a function");
    }
  }
  const check = estimatorChecks(() => new Crashing()).find(({ name }) => name === "outputsFinite");
  const error: unknown = await check?.run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConformanceError);
  const { message, cause } = error as ConformanceError;
  expect(message).toBe(
    'Crashing: outputsFinite: it must not throw, received TypeError "x is not a function"',
  );
  expect(cause).toBeInstanceOf(TypeError);
});

test("columns of one's own and fewer rows", async () => {
  const seen = new Set<number>();
  const report = await checkEstimator(() => new SmallOutlierDetector(), {
    rows: 45,
    features: ({ rows, u, v, random }) => {
      seen.add(rows);
      return { left: u, right: v, noise: u.map(() => random.normal()) };
    },
  });
  expect(report.passed).toContain("learns");
  expect(seen).toContain(45);
  expect(seen).not.toContain(90);
  await expect(checkEstimator(make, { rows: 10 })).rejects.toThrow(
    "checkEstimator: rows must be >= 30, received 10",
  );
});

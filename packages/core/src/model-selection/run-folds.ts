import type { Dataset } from "../dataset/dataset.js";
import { packDataset } from "../dataset/pack.js";
import type { AnyEstimator, EstimatorJson } from "../estimator/estimator.js";
import type { FitOptions } from "../estimator/fit-options.js";
import { FitRun, nestedOptions } from "../estimator/fit-run.js";
import type { Executor } from "../executor/executor.js";
import { aFunction, anExecutor, anything, aSignal, type Rule, type Rules } from "../guard.js";
import { describe, ParamError } from "../errors.js";
import {
  fitFold,
  fitFoldTask,
  foldData,
  type FoldRequest,
  type FoldResult,
  type FoldRows,
  type FoldShard,
  importRegistry,
  type RegistryModule,
  revivedReply,
} from "./fit-fold.js";
import { foldError, workerError } from "./fold-error.js";

/** One estimator on one fold. */
export interface FoldJob {
  /** As errors show it: `fold 2 of 5`. */
  readonly name: string;
  /** As progress events show it, below the owner: `fold2`. */
  readonly part: string;
  readonly estimator: AnyEstimator;
  readonly rows: FoldRows;
}

/** How folds are run. */
export interface FoldRunOptions extends Pick<FitOptions, "signal" | "onProgress" | "onWarning"> {
  /** Where the folds run, restored there from `registry`, which must be given too. Default: here, one after another. */
  readonly executor?: Executor;
  /** Where workers find the registry that restores estimators. */
  readonly registry?: RegistryModule;
  /** Validation data for folds that hold none out themselves. */
  readonly validation?: Dataset;
}

const aRegistryModule: Rule = {
  expected: "{ module, exportName }, where workers find a Registry",
  holds: (value) => {
    const { module, exportName } = (value ?? {}) as Partial<RegistryModule>;
    return typeof module === "string" && typeof exportName === "string";
  },
};
export const foldRunRules: Rules<FoldRunOptions> = {
  signal: aSignal,
  onProgress: aFunction,
  onWarning: aFunction,
  executor: anExecutor,
  registry: anything,
  validation: anything,
};

/** Throws {@link ParamError} for an executor without a registry: estimators could not be sent to it. */
export function requireRegistryModule(
  owner: string,
  executor: Executor | undefined,
  registry: RegistryModule | undefined,
): void {
  if (executor === undefined || aRegistryModule.holds(registry)) return;
  throw new ParamError(
    owner,
    `an executor needs a registry to send estimators with: registry must be ${aRegistryModule.expected}, received ${describe(registry)}`,
  );
}

/**
 * Fits and predicts every job, handing each result over as it comes (in any order). Jobs of one fold should stand together:
 * they share their datasets.
 *
 * @throws StrataError that names the fold, of the kind of its cause; rejects with `signal.reason` when aborted.
 */
export async function runFolds(
  owner: string,
  data: Dataset,
  jobs: readonly FoldJob[],
  request: FoldRequest,
  options: FoldRunOptions,
  onResult: (job: number, result: FoldResult) => void | Promise<void>,
): Promise<void> {
  const run = new FitRun(owner, options);
  await run.step("fold", 0, jobs.length);
  const { executor, registry } = options;
  if (executor !== undefined && registry !== undefined) {
    await runElsewhere(owner, data, jobs, request, options, executor, registry, onResult);
    return;
  }
  let parts: ReturnType<typeof foldData> | undefined;
  let partsOf: FoldRows | undefined;
  for (const [at, { name, part, estimator, rows }] of jobs.entries()) {
    try {
      if (parts === undefined || partsOf !== rows) parts = foldData(data, rows, options.validation);
      partsOf = rows;
      const result = await fitFold(estimator, parts, request, nestedOptions(options, owner, part));
      await onResult(at, result);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw foldError(owner, name, error);
    }
    await run.step("fold", at + 1, jobs.length);
  }
}

async function runElsewhere(
  owner: string,
  data: Dataset,
  jobs: readonly FoldJob[],
  request: FoldRequest,
  options: FoldRunOptions,
  executor: Executor,
  module: RegistryModule,
  onResult: (job: number, result: FoldResult) => void | Promise<void>,
): Promise<void> {
  const run = new FitRun(owner, options);
  // Only models have to be restored here, so only then must this side import the registry too.
  const registry = request.keepModel ? await importRegistry(owner, module) : undefined;
  const packed = packDataset(data, { shared: true });
  const outer = options.validation && packDataset(options.validation, { shared: true });
  const shards = jobs.map(({ name, estimator, rows }): FoldShard => {
    const json = JSON.parse(JSON.stringify(estimator)) as EstimatorJson;
    return {
      owner,
      name,
      registry: module,
      estimator: json,
      data: packed,
      ...(outer && { outerValidation: outer }),
      rows,
      request,
    };
  });
  let done = 0;
  const { signal } = options;
  try {
    const replies = await executor.map(fitFoldTask, shards, {
      ...(signal && { signal }),
      onProgress: () => options.onProgress?.({ owner, stage: "fold", done: ++done, total: jobs.length }),
    });
    signal?.throwIfAborted();
    if (done < jobs.length) await run.step("fold", jobs.length, jobs.length); // where the executor passes no progress on
    for (const [at, reply] of replies.entries()) {
      for (const message of reply.warnings) run.warn(`${jobs[at].name}: ${message}`);
      await scored(owner, jobs[at].name, async () => onResult(at, await revivedReply(reply, registry)));
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw workerError(owner, error);
  }
}

async function scored(owner: string, name: string, score: () => Promise<void>): Promise<void> {
  try {
    await score();
  } catch (error) {
    throw foldError(owner, name, error);
  }
}

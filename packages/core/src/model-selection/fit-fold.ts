import { decodeArtifact, encodeArtifact } from "../artifact/artifact.js";
import type { Registry } from "../artifact/registry.js";
import type { Dataset } from "../dataset/dataset.js";
import { type PackedDataset, unpackDataset } from "../dataset/pack.js";
import type { AnyEstimator, EstimatorJson } from "../estimator/estimator.js";
import type { FitOptions } from "../estimator/fit-options.js";
import type { Model } from "../estimator/model.js";
import { describe, ParamError } from "../errors.js";
import { defineTask, type TaskContext } from "../executor/executor.js";
import { foldError } from "./fold-error.js";
import { type ModelOutputs, modelOutputs, type OutputKind, revivedOutputs } from "./model-outputs.js";

/** Which rows a fold trains on, stops early by, and is tested on. */
export interface FoldRows {
  readonly train: Int32Array;
  readonly validation?: Int32Array;
  readonly test: Int32Array;
}

/** What a fitted fold is asked for. */
export interface FoldRequest {
  readonly needs: readonly OutputKind[];
  /** Whether the training rows are predicted too. */
  readonly trainOutputs: boolean;
  readonly keepModel: boolean;
}

export interface FoldResult {
  readonly test: ModelOutputs;
  readonly train?: ModelOutputs;
  readonly model?: Model;
  readonly fitSeconds: number;
  readonly predictSeconds: number;
}

/** The datasets of a fold; `outer` is validation data from outside, used where the fold has none of its own. */
export function foldData(
  data: Dataset,
  rows: FoldRows,
  outer: Dataset | undefined,
): { train: Dataset; validation: Dataset | undefined; test: Dataset } {
  return {
    train: data.take(rows.train),
    validation: rows.validation === undefined ? outer : data.take(rows.validation),
    test: data.take(rows.test),
  };
}

/** Fits anew and predicts. */
export async function fitFold(
  estimator: AnyEstimator,
  { train, validation, test }: ReturnType<typeof foldData>,
  request: FoldRequest,
  options: FitOptions,
): Promise<FoldResult> {
  const start = performance.now();
  const fitOptions = { ...options, ...(validation && { validation }) };
  const model: Model = await estimator.fit(train, fitOptions);
  const fitted = performance.now();
  const outputs = await modelOutputs(model, test, request.needs);
  const predicted = performance.now();
  return {
    test: outputs,
    ...(request.trainOutputs && { train: await modelOutputs(model, train, request.needs) }),
    ...(request.keepModel && { model }),
    fitSeconds: (fitted - start) / 1000,
    predictSeconds: (predicted - fitted) / 1000,
  };
}

/**
 * Where workers find the registry that restores estimators: a module (an absolute URL, or a package's name) and the
 * name under which it exports it.
 *
 * @example
 * const registry = { module: new URL("./registry.js", import.meta.url).href, exportName: "registry" };
 */
export interface RegistryModule {
  readonly module: string;
  readonly exportName: string;
}

/** Imports a registry. Throws {@link ParamError} where the module exports none of that name. */
export async function importRegistry(
  owner: string,
  { module, exportName }: RegistryModule,
): Promise<Registry> {
  const exports = (await import(/* @vite-ignore */ module)) as Record<string, unknown>;
  const registry = exports[exportName] as Partial<Registry> | undefined;
  if (typeof registry?.estimator !== "function" || typeof registry.codec !== "function")
    throw new ParamError(
      owner,
      `registry must name a Registry that ${module} exports, received ${describe(registry)} for '${exportName}'`,
    );
  return registry as Registry;
}

/** A fold as it travels to a worker: it survives a structured clone. */
export interface FoldShard {
  readonly owner: string;
  readonly name: string;
  readonly registry: RegistryModule;
  readonly estimator: EstimatorJson;
  readonly data: PackedDataset;
  readonly outerValidation?: PackedDataset;
  readonly rows: FoldRows;
  readonly request: FoldRequest;
}

/** What comes back. */
interface FoldReply extends Omit<FoldResult, "model"> {
  readonly artifact?: Uint8Array;
  readonly warnings: readonly string[];
}

/** Taken rows are copies: estimators need not know of shared memory. */
function ownCopy(data: Dataset): Dataset {
  return data.take(Int32Array.from({ length: data.rows }, (_, row) => row));
}

/** Fits and predicts one fold in a worker. */
export const fitFoldTask = defineTask(
  import.meta.url,
  "fitFoldTask",
  async (shard: FoldShard, context: TaskContext): Promise<FoldReply> => {
    const { owner, name, rows, request } = shard;
    const warnings: string[] = [];
    try {
      const registry = await importRegistry(owner, shard.registry);
      const outer = shard.outerValidation && ownCopy(unpackDataset(shard.outerValidation));
      const parts = foldData(unpackDataset(shard.data), rows, outer);
      const { model, ...result } = await fitFold(registry.estimator(shard.estimator), parts, request, {
        signal: context.signal,
        onWarning: (message) => warnings.push(message),
      });
      const artifact = model && (await encodeArtifact(model, registry));
      context.progress(1, 1);
      return { ...result, warnings, ...(artifact && { artifact }) };
    } catch (error) {
      context.signal.throwIfAborted();
      throw foldError(owner, name, error);
    }
  },
);

/** A reply with its model and matrices restored. */
export async function revivedReply(reply: FoldReply, registry: Registry | undefined): Promise<FoldResult> {
  const { artifact, warnings: _, test, train, ...rest } = reply;
  return {
    ...rest,
    test: revivedOutputs(test),
    ...(train && { train: revivedOutputs(train) }),
    ...(artifact && registry && { model: await decodeArtifact(artifact, registry) }),
  };
}

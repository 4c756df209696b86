import { describe, ParamError } from "@strata-ml/core";

/** How the steps of a fit are computed. Made by {@link mirrored}. */
export interface Strategy {
  readonly name: "mirrored";
  readonly replicas: number;
  /** Addresses of ES modules. */
  readonly modules: readonly string[];
}

export interface MirroredOptions {
  /** Threads that share each step, this one among them: 1 to 64. */
  readonly replicas: number;
  /**
   * ES modules (JavaScript) that export the definitions of your own network, loss and training step: a worker thread makes them
   * again from there, by name.
   */
  readonly modules?: readonly (URL | string)[];
}

const mostReplicas = 64;

/**
 * Synchronous data parallel training on one machine, as Keras's MirroredStrategy: each step's rows are cut into as many runs as there are
 * replicas; each worker thread computes the gradient of its run on a backend of its own; the gradients are summed in the order of
 * the replicas through shared memory, running statistics are averaged over the replicas that had rows, and one step is made. A fit
 * with the same number of replicas gives the same bits; dropout and batch norm see their own run of rows, so another number gives
 * others. It pays where a step takes milliseconds: large batches, wide layers. The backends are wasm and cpu, which compute on one
 * processor; others use their whole device without, and refuse it.
 *
 * @throws ParamError for a number of replicas outside 1 to 64, and modules that are no addresses; fit throws a StrataError that names the replica
 * for a thread that fails.
 * @example
 * const data = fromColumns({ a: [1, 2, 3, 4, 5, 6, 7, 8], y: [0, 0, 0, 0, 1, 1, 1, 1] }, { target: "y" });
 * const estimator = new NeuralClassifier({ batchSize: 4, epochs: 2 });
 * const model = await estimator.fit(data, { strategy: mirrored({ replicas: 2 }) });
 * // With a network of your own, which ./my-networks.js exports:
 * // mirrored({ replicas: 2, modules: [new URL("./my-networks.js", import.meta.url)] })
 */
export function mirrored(options: MirroredOptions): Strategy {
  const { replicas, modules = [] } = options ?? {};
  if (!(Number.isInteger(replicas) && replicas >= 1 && replicas <= mostReplicas))
    throw new ParamError(
      "mirrored",
      `replicas must be a whole number from 1 to ${mostReplicas}, received ${describe(replicas)}`,
    );
  if (!Array.isArray(modules))
    throw new ParamError("mirrored", `modules must be a list of URLs, received ${describe(modules)}`);
  return { name: "mirrored", replicas, modules: modules.map(addressOf) };
}

function addressOf(module: unknown): string {
  const address = module instanceof URL ? module.href : module;
  if (typeof address === "string" && URL.canParse(address)) return address;
  throw new ParamError(
    "mirrored",
    `a module must be a URL, as in new URL("./my-networks.js", import.meta.url), received ${describe(module)}`,
  );
}

/** Throws {@link ParamError} for a strategy that {@link mirrored} has not made. */
export function requireStrategy(owner: string, strategy: Strategy | undefined): void {
  if (strategy !== undefined && (strategy as Partial<Strategy> | null)?.name !== "mirrored")
    throw new ParamError(
      owner,
      `strategy must be made by mirrored({ replicas }), received ${describe(strategy)}`,
    );
}

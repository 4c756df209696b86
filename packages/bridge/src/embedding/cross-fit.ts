import {
  type AnyEstimator,
  classTarget,
  DataError,
  type Dataset,
  describe,
  type Embeds,
  type FitOptions,
  FitRun,
  GroupKFold,
  KFold,
  type LabelledDataset,
  Matrix,
  type Model,
  nestedOptions,
  Random,
  requireDataset,
  type Split,
  StratifiedKFold,
} from "@strata-ml/core";
import { embedInput, embedOutput, embedTask, networkRegistry } from "./embed-task.js";
import { type Embedding, type EmbeddingChoice, embedRows, fitAndEmbed } from "./fit-and-embed.js";
import { alignEmbeddings, applyAlignment } from "./procrustes.js";

/** Rows on which two embeddings are compared to align them. */
const referenceRows = 2000;
/**
 * Rows a unit that an alignment needs. The network for new rows knows the labels of a fold; a rotation fitted on few
 * rows is free enough to carry them into the fold's embedding.
 */
const rowsPerUnit = 20;

interface CrossFitParams extends EmbeddingChoice {
  readonly network: AnyEstimator;
  readonly folds: number;
  readonly seed: number;
}

interface NetworkJob {
  readonly part: string;
  readonly train: Dataset;
  readonly rows: Dataset | null;
}

interface NetworkResult {
  readonly model: (Model & Embeds) | null;
  readonly embedding: Embedding | null;
}

/**
 * A network fitted on all rows, and every row's embedding by a network fitted without it, in the space of the former.
 */
export async function crossFit(
  owner: string,
  params: CrossFitParams,
  data: Dataset,
  options: FitOptions,
): Promise<{ readonly model: Model & Embeds; readonly embedding: Embedding }> {
  const run = new FitRun(owner, options);
  requireDataset(owner, data);
  const folds = splits(params, data);
  if (params.network.tags.kind === "classifier") requireEveryClass(owner, folds, data);
  const random = new Random(params.seed).fork("reference");
  const jobs: NetworkJob[] = [{ part: "network", train: data, rows: null }];
  const placed = folds.map(({ train, test }, k): Placed => {
    // Both networks were trained on these rows, so neither sees them in a way that the other does not.
    const reference = random.shuffle(Int32Array.from(train)).slice(0, referenceRows);
    const rows = Int32Array.from([...test, ...reference]);
    jobs.push({ part: `fold${k + 1}`, train: data.take(train), rows: data.take(rows) });
    return { test, reference };
  });
  const [full, ...parts] = await fitNetworks(owner, params, jobs, options, run);
  const model = full.model as Model & Embeds;
  const out: { activations?: Matrix; decision: Matrix | null } = { decision: null };
  for (const [k, { test, reference }] of placed.entries()) {
    const { activations, decision } = parts[k].embedding as Embedding;
    out.activations ??= new Matrix(data.rows, activations.columns);
    let own = slice(activations, 0, test.length);
    if (reference.length >= rowsPerUnit * activations.columns) {
      const chosen = { ...params, decision: false };
      const target = (await embedRows(model, data.take(reference), chosen)).activations;
      own = applyAlignment(own, alignEmbeddings(slice(activations, test.length, activations.rows), target));
    }
    scatter(own, test, out.activations);
    if (decision === null) continue;
    out.decision ??= new Matrix(data.rows, decision.columns);
    scatter(slice(decision, 0, test.length), test, out.decision);
  }
  return { model, embedding: out as Embedding };
}

interface Placed {
  /** Rows of the fold. */
  readonly test: Int32Array;
  /** Rows on which the fold's space is compared with that of the network for new rows. */
  readonly reference: Int32Array;
}

function splits({ folds, seed, network }: CrossFitParams, data: Dataset): readonly Split[] {
  const options = { nSplits: folds, shuffle: true, seed };
  if (data.group !== undefined) return new GroupKFold(options).split(data);
  const classes = network.tags.kind === "classifier";
  return (classes ? new StratifiedKFold(options) : new KFold(options)).split(data);
}

/** A network that never saw a class has another decision than the one for new rows, column for column. */
function requireEveryClass(owner: string, folds: readonly Split[], data: Dataset): void {
  if (data.target === undefined) return; // the network says what it misses
  const { classes, codes } = classTarget(owner, data as LabelledDataset);
  folds.forEach(({ train }, k) => {
    const seen = new Set(Int32Array.from(train, (row) => codes[row]));
    const missing = classes.findIndex((_, code) => !seen.has(code));
    if (missing >= 0)
      throw new DataError(
        owner,
        `the training rows of each of ${folds.length} folds must hold every class, received none of ${describe(classes[missing])} in fold ${k + 1}: give it more rows (or groups), or set crossFit to false`,
      );
  });
}

function slice(matrix: Matrix, from: number, to: number): Matrix {
  return new Matrix(
    to - from,
    matrix.columns,
    matrix.data.subarray(from * matrix.columns, to * matrix.columns),
  );
}

function scatter(from: Matrix, rows: Int32Array, into: Matrix): void {
  rows.forEach((row, i) => into.row(row).set(from.row(i)));
}

/** The networks, on the executor where there is one and it can carry them. */
async function fitNetworks(
  owner: string,
  params: CrossFitParams,
  jobs: readonly NetworkJob[],
  options: FitOptions,
  run: FitRun,
): Promise<NetworkResult[]> {
  const { executor, validation } = options;
  const { network } = params;
  if (executor !== undefined && executor.concurrency > 1 && networkRegistry.types.includes(network.type)) {
    const { layer, decision } = params;
    const inputs = jobs.map(({ train, rows }) =>
      embedInput(owner, network, train, rows, { layer, decision }, validation),
    );
    const outputs = await executor.map(embedTask, inputs, {
      ...(options.signal && { signal: options.signal }),
      onProgress: ({ shard, done, total, metrics }) =>
        options.onProgress?.({
          owner: `${owner}.${jobs[shard].part}`,
          stage: "epoch",
          done,
          total,
          ...(metrics && { metrics }),
        }),
    });
    await run.step("network", jobs.length, jobs.length);
    return Promise.all(outputs.map((output) => embedOutput(owner, output, params)));
  }
  const results: NetworkResult[] = [];
  for (const { part, train, rows } of jobs) {
    results.push(
      await fitAndEmbed(owner, network, train, rows, params, nestedOptions(options, owner, part, validation)),
    );
    await run.step("network", results.length, jobs.length);
  }
  return results;
}

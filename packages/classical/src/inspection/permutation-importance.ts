import {
  alignFeatures,
  type Dataset,
  evaluate,
  type FitOptions,
  FitRun,
  Matrix,
  type Model,
  ParamError,
  parseParams,
  Random,
  requireRows,
  type Scoring,
} from "@strata-ml/core";
import { z } from "zod";

const schema = z.strictObject({
  nRepeats: z.int().min(1).default(5).describe("How often each feature is permuted"),
  maxSamples: z
    .union([z.int().min(1), z.number().gt(0).lt(1), z.null()])
    .default(null)
    .describe("Rows that are permuted and scored for a feature: a count, a share, or null for all"),
  seed: z.number().default(0).describe("Seed of the permutations and of the rows drawn"),
});

export interface PermutationImportanceOptions
  extends z.input<typeof schema>,
    Pick<FitOptions, "signal" | "onProgress"> {
  /** How the model is scored; default "accuracy" of a classifier and "r2" of a regressor. */
  readonly scoring?: Scoring;
}

/** By how much a score falls where a feature is permuted. */
export interface PermutationImportance {
  /** Names of the feature columns; a block of numbers is one feature and permuted as one. */
  readonly features: readonly string[];
  /** Features x repeats. */
  readonly importances: Matrix;
  readonly mean: Float64Array;
  /** Standard deviation over the repeats, divided by their number, as in scikit-learn. */
  readonly sd: Float64Array;
  /** The score of the rows as they are. */
  readonly baseline: number;
}

/**
 * Permutation importance of every feature of any model, classical or deep: by how much the score of held-out rows falls
 * where one feature's values are handed round among the rows. As scikit-learn's permutation_importance.
 *
 * Weights count in the score. Features that say the same make each other look unimportant.
 *
 * @throws ParamError for an option out of range; NotSupportedError and DataError as `evaluate` does.
 * @see Breiman: Random Forests (2001)
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4], noise: [0, 1, 0, 1], y: [1, 2, 3, 4] }, { target: "y" });
 * const model = await new LinearRegression().fit(data);
 * const { features, mean } = await permutationImportance(model, data, { nRepeats: 10 });
 * features[0]; // "x"
 * mean[0] > mean[1]; // true
 */
export async function permutationImportance(
  model: Model,
  data: Dataset,
  { scoring, signal, onProgress, ...rest }: PermutationImportanceOptions = {},
): Promise<PermutationImportance> {
  const owner = "permutationImportance";
  const { nRepeats, maxSamples, seed } = parseParams(owner, schema, rest);
  const run = new FitRun(owner, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
  const by = scoring ?? defaultScoring(owner, model);
  requireRows(owner, data, 1);
  alignFeatures(model.owner, model.features, data);
  const features = model.features.map(({ name }) => name);
  const baseline = await score(model, data, by);
  const sign = typeof by === "string" || by.greaterIsBetter ? 1 : -1;
  const count = sampleCount(owner, maxSamples, data.rows);
  const importances = new Matrix(features.length, nRepeats);
  for (const [f, name] of features.entries()) {
    const random = new Random(seed).fork(name);
    const rows = count < data.rows ? data.take(random.permutation(data.rows).subarray(0, count)) : data;
    for (let repeat = 0; repeat < nRepeats; repeat++) {
      const column = rows.select([name]).take(random.permutation(rows.rows)).column(name);
      importances.row(f)[repeat] =
        sign * (baseline - (await score(model, rows.with({ [name]: column }), by)));
      await run.step("permutation", f * nRepeats + repeat + 1, features.length * nRepeats);
    }
  }
  const mean = Float64Array.from(features, (_, f) => meanOf(importances.row(f)));
  const sd = Float64Array.from(features, (_, f) =>
    Math.sqrt(meanOf(importances.row(f).map((value) => (value - mean[f]) ** 2))),
  );
  return { features, importances, mean, sd, baseline };
}

async function score(model: Model, data: Dataset, scoring: Scoring): Promise<number> {
  const scores: Readonly<Record<string, number>> = await evaluate(model, data, [scoring]);
  return Object.values(scores)[0];
}

function defaultScoring(owner: string, model: Model): Scoring {
  const { kind } = model.estimator.tags;
  if (kind === "classifier") return "accuracy";
  if (kind === "regressor") return "r2";
  throw new ParamError(owner, `scoring must be given for a ${kind}, received none`);
}

function sampleCount(owner: string, maxSamples: number | null, rows: number): number {
  if (maxSamples === null) return rows;
  if (maxSamples > rows)
    throw new ParamError(owner, `maxSamples must be at most the ${rows} rows, received ${maxSamples}`);
  return maxSamples < 1 ? Math.max(1, Math.floor(maxSamples * rows)) : maxSamples;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

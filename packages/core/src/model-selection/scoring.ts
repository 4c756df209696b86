import { z } from "zod";
import type { Dataset } from "../dataset/dataset.js";
import { sampleWeights } from "../dataset/target.js";
import type { Model } from "../estimator/model.js";
import { nearest } from "../estimator/params.js";
import { DataError, describe, listNames, ParamError } from "../errors.js";
import { aModel, requireDataset, requireIs } from "../guard.js";
import type { Labels } from "../metrics/labels.js";
import { type ModelOutputs, modelOutputs, type OutputKind } from "./model-outputs.js";
import { namedScorers, type ScoreContext, type Scorer } from "./scorer.js";

/** Names of the scorers of the library, such as "rocAuc", "averagePrecision", "negLogLoss", "r2". */
export type ScoringName = keyof typeof namedScorers;

/** A scorer by name, or one of your own. */
export type Scoring = ScoringName | Scorer;

/** One way to score or several. */
export type Scorings = Scoring | readonly Scoring[];

type NameOf<S> = S extends string ? S : S extends { readonly name: infer Name extends string } ? Name : never;

/** Names under which the scores of some scorings are found. */
type ScoreNames<S extends Scorings> = S extends readonly (infer One)[] ? NameOf<One> : NameOf<S>;

/** A value by name of score. */
export type ByScore<S extends Scorings, T> = { readonly [Name in ScoreNames<S>]: T };

/** The scorers that some scorings name. Throws {@link ParamError} for an unknown name, two of one name, or none. */
export function resolveScorers(owner: string, scoring: Scorings): Scorer[] {
  const problem = scoringProblem(scoring);
  if (problem !== undefined) throw new ParamError(owner, `scoring ${problem}, received ${describe(scoring)}`);
  const all: readonly Scoring[] = Array.isArray(scoring) ? scoring : [scoring];
  const scorers = all.map(
    (one): Scorer => (typeof one === "string" ? { name: one, ...namedScorers[one] } : one),
  );
  const twice = scorers.find(({ name }, i) => scorers.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined)
    throw new ParamError(owner, `scoring must have names that differ, received '${twice.name}' twice`);
  return scorers;
}

/** What is wrong with a scoring, as an error message goes on after its name; undefined where nothing is. */
function scoringProblem(scoring: unknown): string | undefined {
  if (Array.isArray(scoring) && scoring.length === 0) return "must name at least one scorer";
  const all: readonly unknown[] = Array.isArray(scoring) ? scoring : [scoring];
  const bad = all.findIndex((one) => !isScoring(one));
  if (bad < 0) return undefined;
  const names = Object.keys(namedScorers);
  const one = all[bad];
  const near = typeof one === "string" ? nearest(one, names) : undefined;
  const which = Array.isArray(scoring) ? `[${bad}] is ${describe(one)}` : "";
  const hints = [which, near ? `did you mean '${near}'?` : ""].filter(Boolean).join(", ");
  return `must be one of ${listNames(names, 40)} or a scorer { name, needs, greaterIsBetter, score }${hints && ` (${hints})`}`;
}

function isScoring(value: unknown): value is Scoring {
  if (typeof value === "string") return Object.hasOwn(namedScorers, value);
  const { name, needs, score, greaterIsBetter } = (value ?? {}) as Partial<Scorer>;
  return (
    typeof name === "string" &&
    typeof score === "function" &&
    typeof greaterIsBetter === "boolean" &&
    ["predict", "proba", "decision", "model"].includes(needs ?? "")
  );
}

/** A scoring, or several, as a param. */
export const scoringsSchema = z.custom<Scoring | readonly Scoring[]>(
  (value) => scoringProblem(value) === undefined,
  { error: ({ input }) => scoringProblem(input) },
);

/** What a model must be asked for, for some scorers. */
export function outputsNeeded(scorers: readonly Scorer[]): OutputKind[] {
  const kinds = scorers.flatMap(({ needs }) => (needs === "model" ? [] : [needs]));
  return [...new Set(kinds)];
}

/** Scores of one model on some rows, by scorer. `model` is asked only by scorers that need it. */
export async function scoreOutputs(
  owner: string,
  scorers: readonly Scorer[],
  data: Dataset,
  outputs: ModelOutputs,
  model: Model | undefined,
): Promise<number[]> {
  const weights = sampleWeights(owner, data);
  const context: ScoreContext = {
    ...(weights && { weights }),
    ...(outputs.classes && { classes: outputs.classes }),
  };
  const scores: number[] = [];
  for (const scorer of scorers) {
    const score = await scoreOne(owner, scorer, data, outputs, model, context);
    if (typeof score !== "number")
      throw new DataError(owner, `scorer '${scorer.name}' must give a number, received ${describe(score)}`);
    scores.push(score);
  }
  return scores;
}

async function scoreOne(
  owner: string,
  scorer: Scorer,
  data: Dataset,
  outputs: ModelOutputs,
  model: Model | undefined,
  context: ScoreContext,
): Promise<number> {
  switch (scorer.needs) {
    case "model":
      return scorer.score(model!, data);
    case "predict":
      return scorer.score(truthOf(owner, scorer, data), outputs.predict!, context);
    case "proba":
      return scorer.score(truthOf(owner, scorer, data), outputs.proba!, context);
    case "decision":
      return scorer.score(truthOf(owner, scorer, data), outputs.decision!, context);
  }
}

/** The target as labels or numbers, one a row. */
function truthOf(owner: string, scorer: Scorer, data: Dataset): Labels {
  const { target } = data;
  if (target?.kind === "numeric") return target.values;
  if (target?.kind === "categorical")
    return Array.from(target.codes, (code, row) => {
      if (code < 0)
        throw new DataError(owner, `the target must not be missing, received a missing label at row ${row}`);
      return target.categories[code];
    });
  throw new DataError(
    owner,
    `scorer '${scorer.name}' needs a numeric or categorical target, received ${target?.kind ?? "a dataset without target"}`,
  );
}

/**
 * Scores of a fitted model on a dataset with a target; the weight column counts.
 *
 * @throws ParamError for an unknown scoring; NotSupportedError where the model lacks what a scorer needs; DataError as the
 * metrics do, and for what is no model or dataset.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4, 5, 6], y: [0, 0, 1, 0, 1, 1] }, { target: "y" });
 * const model = await new LogisticRegression().fit(data);
 * const { rocAuc, negLogLoss } = await evaluate(model, data, ["rocAuc", "negLogLoss"]);
 */
export async function evaluate<const S extends Scorings>(
  model: Model,
  data: Dataset,
  scoring: S,
): Promise<ByScore<S, number>> {
  requireIs("evaluate", "the model", model, aModel);
  requireDataset("evaluate", data);
  const scorers = resolveScorers("evaluate", scoring);
  const outputs = await modelOutputs(model, data, outputsNeeded(scorers));
  const scores = await scoreOutputs("evaluate", scorers, data, outputs, model);
  return Object.fromEntries(scorers.map(({ name }, i) => [name, scores[i]])) as ByScore<S, number>;
}

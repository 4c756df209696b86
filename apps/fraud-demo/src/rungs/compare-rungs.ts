import { ladder, type LadderOptions, type MeasuredRung, type Rung } from "@strata-ml/bridge";
import { DataError, type Dataset, type LabelledDataset, pairedBootstrap } from "@strata-ml/core";
import { cardPrecisionAtK } from "../data/card-precision.js";
import { DAY } from "../features/stream.js";
import type { ScoredTest } from "../report/charts/spec.js";
import type { Report } from "../report/report-schema.js";

/** Names of the columns that say who paid, how much and when, which differ between sources. */
export interface TestColumns {
  readonly customer: string;
  readonly amount: string;
  readonly time: string;
  readonly scenario: string | null;
}

export interface Comparison {
  readonly report: Report;
  readonly test: ScoredTest;
  readonly rungs: readonly MeasuredRung[];
}

/** Fits and measures the rungs, with what only card fraud asks for: precision among the 100 riskiest cards of a day. */
export async function compareRungs(
  rungs: readonly Rung[],
  train: LabelledDataset,
  test: LabelledDataset,
  columns: TestColumns,
  about: { readonly seed: number; readonly data: string },
  options: LadderOptions,
): Promise<Comparison> {
  const { rungs: measured, verdict } = await ladder(rungs, train, test, { ...options, seed: about.seed });
  const fraud = Int32Array.from(numbers(test, test.namesOf("target")[0]));
  const day = Int32Array.from(test.column(columns.time, "timestamp").values, (time) =>
    Math.floor(time / DAY),
  );
  const customer = numbers(test, columns.customer);
  const scored: ScoredTest = {
    fraud,
    day,
    amount: Float64Array.from(numbers(test, columns.amount)),
    scenario: columns.scenario === null ? null : scenarioNames(test, columns.scenario),
    rungs: measured.map(({ name, scores }) => ({ name, scores })),
  };
  const hybrid = measured.find(({ name }) => name === "hybrid");
  const report: Report = {
    ...about,
    rows: test.rows,
    frauds: fraud.reduce((sum, label) => sum + label, 0),
    rungs: measured.map(({ model: _, scores, ...rung }) => ({
      ...rung,
      cardPrecisionAt100: cardPrecisionAtK({ day, customer, label: fraud, score: scores }, 100),
    })),
    ...(hybrid && { hybridAgainst: await gainsOf(hybrid, measured, fraud, about.seed) }),
    verdict,
  };
  return { report, test: scored, rungs: measured };
}

/** The gain of one rung over each of the others, not only over the one below. */
async function gainsOf(
  rung: MeasuredRung,
  all: readonly MeasuredRung[],
  fraud: Int32Array,
  seed: number,
): Promise<NonNullable<Report["hybridAgainst"]>> {
  const confidence = 0.95;
  const gains: NonNullable<Report["hybridAgainst"]> = {};
  for (const other of all) {
    if (other === rung) continue;
    const metric = { metric: "averagePrecision", seed, confidence } as const;
    const { difference, lower, upper } = await pairedBootstrap(fraud, rung.scores, other.scores, metric);
    gains[other.name] = { difference, lower, upper, confidence };
  }
  return gains;
}

function numbers(data: Dataset, name: string): ArrayLike<number> {
  return data.column(name, "numeric").values;
}

function scenarioNames(data: Dataset, name: string): string[] {
  const column = data.column(name);
  if (column.kind === "numeric") return Array.from(column.values, (value) => `scenario ${value}`);
  if (column.kind === "categorical")
    return Array.from(column.codes, (code) => column.categories[code] ?? "honest");
  throw new DataError(
    "compareRungs",
    `column '${name}' must be numeric or categorical, received ${column.kind}`,
  );
}

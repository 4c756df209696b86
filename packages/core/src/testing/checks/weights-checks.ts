import { concatDatasets } from "../../dataset/concat.js";
import type { ColumnLike } from "../../dataset/column-build.js";
import type { Dataset } from "../../dataset/dataset.js";
import { StrataError } from "../../errors.js";
import { Random } from "../../random.js";
import type { CheckGroup } from "../check.js";
import type { CheckContext } from "../check-context.js";
import { differs, ensureClose, ensureSame } from "../compare.js";
import { observe } from "../observe.js";
import { paramNames } from "../param-values.js";
import { ensureRefused } from "../refusal.js";
import { targetName } from "../sample.js";
import { ensure } from "../unmet.js";

const weightName = "rowWeight";

function weighted(data: Dataset, weights: ColumnLike): Dataset {
  return data.with({ [weightName]: weights }, { weight: weightName });
}

/** A seeded weight a row, one of a few. */
function drawn(rows: number, choices: readonly number[]): Float64Array {
  const random = new Random(11);
  return new Float64Array(rows).map(() => random.choice(choices));
}

/** Noise keeps a target from being so easy that every weighting gives the same model. */
const noisy = (context: CheckContext): Dataset => context.sample({ noise: 0.3 }).data;

async function unitWeights(context: CheckContext): Promise<void> {
  const data = noisy(context);
  const ones = await context.outcome(weighted(data, new Float64Array(data.rows).fill(1)));
  ensureClose("weights of 1", ones, await context.outcome(data), context.looseTolerance);
}

async function zeroWeights(context: CheckContext): Promise<void> {
  const data = noisy(context);
  let absurd = context.sample({ seed: 8, noise: 0.3 }).data;
  if (context.supervised) absurd = data;
  for (const { name, kind } of context.targets) {
    const { values } = data.column(name, "numeric");
    absurd = absurd.with({ [name]: values.map((y) => (kind === "number" ? y + 10 : 1 - y)) });
  }
  const both = concatDatasets([data, absurd]);
  const weights = new Float64Array(both.rows).fill(1, 0, data.rows);
  const outcome = await context.outcome(weighted(both, weights));
  ensureClose("rows of weight 0", outcome, await context.outcome(data), context.looseTolerance);
}

async function integerWeights(context: CheckContext): Promise<void> {
  const data = noisy(context);
  const weights = drawn(data.rows, [1, 2, 3]);
  const repeated = data.take([...weights.keys()].flatMap((row) => Array<number>(weights[row]).fill(row)));
  const outcome = await context.outcome(weighted(data, weights));
  ensureClose(
    "whole weights in place of repeated rows",
    outcome,
    await context.outcome(repeated),
    context.looseTolerance,
  );
}

async function weightsMatter(context: CheckContext): Promise<void> {
  const data = noisy(context);
  const outcome = await context.outcome(weighted(data, drawn(data.rows, [0.05, 20])));
  ensure(
    differs(outcome, await context.outcome(data), 1e-9),
    "weights must change the fit, as tags.sampleWeight says; outputs are the same",
  );
}

async function weightsIgnored(context: CheckContext): Promise<void> {
  const data = noisy(context);
  const outcome = await context.outcome(weighted(data, drawn(data.rows, [0.05, 20])));
  ensureSame("weights, which don't count as tags.sampleWeight says,", outcome, await context.outcome(data));
}

async function badWeightsRefused(context: CheckContext): Promise<void> {
  const { data } = context.sample();
  const with3 = (value: number) => new Float64Array(data.rows).fill(1).fill(value, 3, 4);
  const bad: readonly (readonly [string, ColumnLike])[] = [
    ["a negative weight", with3(-1)],
    ["a NaN weight", with3(Number.NaN)],
    ["an infinite weight", with3(Number.POSITIVE_INFINITY)],
    ["weights that are all zero", new Float64Array(data.rows)],
    ["a weight column of strings", Array.from({ length: data.rows }, () => "heavy")],
  ];
  for (const [what, weights] of bad)
    await ensureRefused(`fit with ${what}`, () => context.fit(weighted(data, weights)));
}

async function classWeights(context: CheckContext): Promise<void> {
  const { data: balanced } = context.sample({ noise: 0.3 });
  const classOf = balanced.column(targetName, "numeric").values;
  const data = balanced.filter((row) => classOf[row] === 0 || row % 4 === 0);
  const labels = data.column(targetName, "numeric").values;
  const fitWith = async (classWeight: unknown, rows: Dataset = data): Promise<Dataset> => {
    const model = await context.fitOn(context.make().with({ classWeight }), rows);
    return observe(model, context.testSample().data);
  };
  const plain = await fitWith(null);
  const counts = [0, 1].map((label) => labels.filter((value) => value === label).length);
  const factors = counts.map((count) => labels.length / (2 * count));
  const even = await fitWith("balanced");
  ensure(
    differs(even, plain, 1e-9),
    'classWeight "balanced" must change the fit of unequal classes, outputs are the same',
  );
  const byLabel = await fitWith({ 0: factors[0], 1: factors[1] });
  ensureClose(
    'class weights of n / (classes * count) in place of "balanced"',
    byLabel,
    even,
    context.looseTolerance,
  );
  if (context.tags.sampleWeight) {
    const rows = weighted(
      data,
      Float64Array.from(labels, (label) => factors[label]),
    );
    ensureClose(
      "sample weights in place of class weights",
      await fitWith(null, rows),
      even,
      context.looseTolerance,
    );
  }
  await ensureRefused("a class weight for a label that no row has", () => fitWith({ 5: 2 }), {
    error: StrataError,
    mentions: ["5"],
  });
}

const unlessUsed = ({ tags }: CheckContext): string | undefined =>
  tags.sampleWeight ? undefined : "weights don't count";

export const weightsChecks = {
  unitWeights: { about: "Weights of 1 are as none.", unless: unlessUsed, run: unitWeights },
  zeroWeights: { about: "A row of weight 0 is as one left out.", unless: unlessUsed, run: zeroWeights },
  integerWeights: { about: "A row of weight 2 is as two rows.", unless: unlessUsed, run: integerWeights },
  weightsMatter: {
    about: "Weights change the fit where tags.sampleWeight says so.",
    unless: unlessUsed,
    run: weightsMatter,
  },
  weightsIgnored: {
    about: "Weights change nothing where tags.sampleWeight says that they don't count.",
    unless: ({ tags }) => (tags.sampleWeight ? "weights count" : undefined),
    run: weightsIgnored,
  },
  badWeightsRefused: {
    about: "Weights that are negative, NaN, infinite or all zero are refused.",
    unless: unlessUsed,
    run: badWeightsRefused,
  },
  classWeights: {
    about: 'classWeight "balanced" and by label act as the sample weights that they stand for.',
    unless: ({ estimator }) =>
      paramNames(estimator).includes("classWeight") ? undefined : "it has no classWeight",
    run: classWeights,
  },
} as const satisfies CheckGroup;

import { HistGradientBoostingClassifier } from "@strata-ml/classical";
import {
  averagePrecision,
  type Dataset,
  type LabelledDataset,
  Random,
  rocAuc,
  type SequenceColumn,
} from "@strata-ml/core";
import { NeuralClassifier } from "@strata-ml/deep";
import { beforeAll, describe, expect, it } from "vitest";
import { simulatedData, simulatedSplit } from "../data/simulated-data.js";
import { simulate } from "./simulate.js";

/*
 * What the simulation must be, whatever is trained on it. Models here are small and take few epochs: what counts is how
 * they differ. Networks of two seeds are averaged, which the bounds below need to hold for other seeds as well.
 */

const TEXT = "descriptor";
const HISTORY = "customerHistory";

let train: LabelledDataset;
let test: LabelledDataset;
let tabular: readonly string[];

beforeAll(async () => {
  ({ train, test } = simulatedSplit(await simulatedData(simulate())));
  tabular = train.featureSchema
    .filter(({ kind }) => kind === "numeric" || kind === "categorical")
    .map(({ name }) => name);
}, 120_000);

describe("single columns", () => {
  const truth = (): ArrayLike<number> => test.column("fraud", "numeric").values;
  const auc = (scores: Float64Array): number => {
    const value = rocAuc(truth(), scores, { positive: 1 });
    return Math.max(value, 1 - value);
  };

  it("none separates fraud by its size", () => {
    for (const { name, kind } of train.featureSchema) {
      if (kind !== "numeric") continue;
      expect(auc(Float64Array.from(test.column(name, "numeric").values)), name).toBeLessThan(0.75);
    }
  });

  it("none separates fraud by the share of fraud that training saw at its value", () => {
    const identifiers = ["customer", "terminal", TEXT];
    for (const name of [...tabular, ...identifiers]) {
      const [seen, shown] = [train, test].map((data) => cells(data, name));
      expect(auc(targetRates(seen, train.column("fraud", "numeric").values, shown)), name).toBeLessThan(0.75);
    }
  });

  /** Values as keys: categories and identifiers as they are, numbers by the digits that three figures keep. */
  function cells(data: Dataset, name: string): readonly (string | number)[] {
    const column = data.column(name);
    if (column.kind === "text") return column.values.map((value) => value ?? "");
    if (column.kind === "categorical") return [...column.codes];
    if (column.kind !== "numeric") throw new Error(`no cells of ${column.kind}`);
    if (data.roleOf(name) === "id") return [...column.values];
    return Array.from(column.values, (value) => value.toPrecision(2));
  }

  /** Shares of fraud by key, drawn towards the overall share by 20 rows' weight. */
  function targetRates(
    seen: readonly (string | number)[],
    labels: ArrayLike<number>,
    shown: readonly (string | number)[],
  ): Float64Array {
    const counts = new Map<string | number, { rows: number; frauds: number }>();
    let frauds = 0;
    seen.forEach((key, row) => {
      const count = counts.get(key) ?? { rows: 0, frauds: 0 };
      counts.set(key, { rows: count.rows + 1, frauds: count.frauds + labels[row] });
      frauds += labels[row];
    });
    const share = frauds / seen.length;
    return Float64Array.from(shown, (key) => {
      const { rows, frauds } = counts.get(key) ?? { rows: 0, frauds: 0 };
      return (frauds + 20 * share) / (rows + 20);
    });
  }
});

describe("modalities", () => {
  let whole: Scored;
  beforeAll(async () => {
    whole = await network([...tabular, TEXT, HISTORY]);
  }, 300_000);

  it("each costs average precision when it is taken away", { timeout: 600_000 }, async () => {
    const without = {
      tabular: await network([TEXT, HISTORY]),
      text: await network([...tabular, HISTORY]),
      history: await network([...tabular, TEXT]),
    };
    for (const [modality, scored] of Object.entries(without)) {
      expect(scored.averagePrecision, modality).toBeLessThan(whole.averagePrecision - 0.03);
    }
    // A scenario is lost with the modality that shows it; the joint one with either of its two.
    expect(whole.of("lookAlike")).toBeGreaterThan(0.1);
    expect(without.text.of("lookAlike")).toBeLessThan(0.03);
    expect(whole.of("accountTakeover")).toBeGreaterThan(0.3);
    expect(without.history.of("accountTakeover")).toBeLessThan(0.15);
    expect(without.text.of("voucherCashOut")).toBeLessThan(whole.of("voucherCashOut") - 0.05);
    expect(without.history.of("voucherCashOut")).toBeLessThan(whole.of("voucherCashOut") - 0.05);
  });

  it("the order of the history is what the sequence rung lives on, and no other", {
    timeout: 300_000,
  }, async () => {
    const shuffled = { train: shuffledHistory(train), test: shuffledHistory(test) };
    const sequence = await network([HISTORY], { train, test }, [0]);
    const disordered = await network([HISTORY], shuffled, [0]);
    expect(disordered.averagePrecision).toBeLessThan(sequence.averagePrecision / 2);

    // Boosting that sees the same steps as sums and extremes has no use for their order.
    const summarised = await boosting({ train: withSummaries(train), test: withSummaries(test) });
    const after = await boosting({
      train: withSummaries(shuffled.train),
      test: withSummaries(shuffled.test),
    });
    expect(Math.abs(after.averagePrecision - summarised.averagePrecision)).toBeLessThan(0.03);
    expect(summarised.averagePrecision).toBeLessThan(whole.averagePrecision - 0.03);
  });
});

interface Split {
  readonly train: LabelledDataset;
  readonly test: LabelledDataset;
}

interface Scored {
  readonly averagePrecision: number;
  /** Average precision of one scenario's frauds against all honest payments. */
  readonly of: (scenario: string) => number;
}

async function network(
  features: readonly string[],
  split: Split = { train, test },
  seeds: readonly number[] = [0, 1],
): Promise<Scored> {
  const sum = new Float64Array(test.rows);
  for (const seed of seeds) {
    const estimator = new NeuralClassifier({
      majorityRatio: 15,
      epochs: 15,
      learningRate: 0.004,
      patience: 8,
      hiddenUnits: [32],
      sequenceUnits: 24,
      textNgram: 2,
      seed,
    });
    const model = await estimator.fit(split.train.selectFeatures(features));
    const proba = await model.predictProba(split.test.selectFeatures(features));
    proba.column(model.classes.indexOf(1)).forEach((score, row) => (sum[row] += score));
  }
  return scored(sum);
}

async function boosting(split: Split): Promise<Scored> {
  const features = split.train.featureSchema
    .filter(({ kind }) => kind === "numeric" || kind === "categorical")
    .map(({ name }) => name);
  const estimator = new HistGradientBoostingClassifier({ maxLeafNodes: 8, l2Regularization: 5 });
  const model = await estimator.fit(split.train.selectFeatures(features));
  return scored(model.predictProba(split.test.selectFeatures(features)).column(model.classes.indexOf(1)));
}

function scored(scores: Float64Array): Scored {
  const truth = test.column("fraud", "numeric").values;
  const { codes, categories } = test.column("scenario", "categorical");
  const rows = [...truth.keys()];
  return {
    averagePrecision: averagePrecision(truth, scores, { positive: 1 }),
    of: (scenario) => {
      const kept = rows.filter((row) => truth[row] === 0 || categories[codes[row]] === scenario);
      return averagePrecision(
        kept.map((row) => truth[row]),
        kept.map((row) => scores[row]),
        { positive: 1 },
      );
    },
  };
}

/** Every history with its steps in random order, but for the last one, which is the payment itself. */
function shuffledHistory(data: LabelledDataset): LabelledDataset {
  const history = data.column(HISTORY, "sequence");
  const width = history.fields.length;
  const values = history.values.slice();
  const random = new Random(1);
  for (let row = 0; row < data.rows; row++) {
    const [from, to] = [history.offsets[row], history.offsets[row + 1] - 1];
    const order = random.permutation(to - from);
    order.forEach((source, s) => {
      values.set(
        history.values.subarray((from + source) * width, (from + source + 1) * width),
        (from + s) * width,
      );
    });
  }
  return data.with({ [HISTORY]: { ...history, values } satisfies SequenceColumn });
}

/** The history's fields as sums and extremes over its steps, whatever their order. */
function withSummaries(data: LabelledDataset): LabelledDataset {
  const { fields, offsets, values } = data.column(HISTORY, "sequence");
  const columns = fields.flatMap(({ name }, f) => {
    const steps = (row: number): number[] =>
      Array.from(
        { length: offsets[row + 1] - offsets[row] },
        (_, s) => values[(offsets[row] + s) * fields.length + f],
      );
    const column = (summary: (steps: readonly number[]) => number): Float64Array =>
      Float64Array.from({ length: data.rows }, (_, row) => summary(steps(row)));
    return [
      [`sum of ${name}`, column((all) => all.reduce((sum, value) => sum + value, 0))],
      [`least ${name}`, column((all) => Math.min(...all))],
      [`greatest ${name}`, column((all) => Math.max(...all))],
    ] as const;
  });
  return data.with(Object.fromEntries(columns));
}

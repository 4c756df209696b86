import { defineTask, type LabelledDataset } from "@strata-ml/core";
import type { HandbookHistories, HistorySteps } from "../data/handbook-histories.js";
import { type HandbookWeeks, type HandbookWeeksOptions, readHandbookWeeks } from "../data/handbook-weeks.js";
import { handbookClassifier } from "./handbook-networks.js";

/** One fit, in words that pass to a worker. */
export interface NetworkFit {
  readonly file: string;
  readonly dates: HandbookWeeksOptions;
  readonly histories: HistorySteps;
  readonly seed: number;
  readonly epochs: number;
}

export interface FittedScores {
  /** Log odds of each test row. */
  readonly scores: Float64Array;
  readonly fitSeconds: number;
}

/** What this thread has read: every fit of a run asks for the same. */
let held: { readonly key: string; readonly weeks: Promise<HandbookWeeks> } | undefined;

function weeksOf(file: string, dates: HandbookWeeksOptions): Promise<HandbookWeeks> {
  const key = JSON.stringify([file, dates]);
  if (held?.key !== key) held = { key, weeks: readHandbookWeeks(file, dates) };
  return held.weeks;
}

/** Fits a network with these histories on the training rows and scores the test rows. */
export const fitHandbookNetwork = defineTask(
  import.meta.url,
  "fitHandbookNetwork",
  async ({ file, dates, histories: steps, seed, epochs }: NetworkFit, context): Promise<FittedScores> => {
    const { train, test, histories } = await weeksOf(file, dates);
    const estimator = handbookClassifier(steps, seed, epochs);
    const rows = networkRows(train, histories, steps);
    const started = performance.now();
    const model = await estimator.fit(rows, {
      signal: context.signal,
      onProgress: ({ stage, done, total, metrics }) => {
        if (stage === "epoch") context.progress(done, total, metrics);
      },
    });
    const fitSeconds = (performance.now() - started) / 1000;
    const scores = await model.decisionFunction(networkRows(test, histories, steps));
    return { scores: Float64Array.from(scores.data), fitSeconds };
  },
);

/** Rows as a network takes them: where it has the customer's history, the row's own features are its last step. */
function networkRows(
  rows: LabelledDataset,
  histories: HandbookHistories,
  steps: HistorySteps,
): LabelledDataset {
  return histories.with(steps.customer === undefined ? rows : rows.selectFeatures([]), steps);
}

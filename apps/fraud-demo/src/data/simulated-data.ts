import {
  categorical,
  DataError,
  type Dataset,
  fromColumns,
  type LabelledDataset,
  numeric,
  parseParams,
  text,
  timestamp,
} from "@strata-ml/core";
import { z } from "zod";
import { type BankEngineOptions, bankEngine } from "../features/bank-features.js";
import { FeatureTable } from "../features/feature-table.js";
import { channels, DAY } from "../features/stream.js";
import { mccs } from "../simulator/categories.js";
import { type SimulatedEvent, type SimulatedTransaction, scenarios } from "../simulator/transaction.js";

/** Columns of a simulated dataset that are no features. `fraud` is the truth, which only a simulator knows. */
const simulatedRoles = {
  target: "fraud",
  time: "time",
  id: ["transaction", "customer", "terminal", "scenario", "reportedAt"],
} as const;

export type SimulatedDataOptions = Omit<BankEngineOptions, "mccs">;

/**
 * Runs a stream through the feature engine: one row a transaction, with the engine's features and histories, category,
 * channel and country as categories, the descriptor as text; the truth as target.
 */
export async function simulatedData(
  events: AsyncIterable<SimulatedEvent>,
  options: SimulatedDataOptions = {},
): Promise<LabelledDataset> {
  const engine = bankEngine({ ...options, mccs });
  const table = new FeatureTable(engine);
  const seen: SimulatedTransaction[] = [];
  for await (const event of events) {
    if (event.kind === "accountEvent") engine.accountEvent(event);
    else if (event.kind === "fraudReport") engine.fraudReport(event);
    else {
      table.add(engine.step(event));
      seen.push(event);
    }
  }
  return fromColumns(
    {
      ...table.columns(),
      mcc: categorical(
        seen.map(({ mcc }) => mcc),
        mccs,
      ),
      channel: categorical(
        seen.map(({ channel }) => channel),
        channels,
      ),
      country: categorical(seen.map(({ country }) => country)),
      descriptor: text(seen.map(({ descriptor }) => descriptor)),
      fraud: numeric(seen.map(({ fraud }) => fraud)),
      time: timestamp(seen.map(({ time }) => time)),
      transaction: numeric(seen.map(({ id }) => id)),
      customer: numeric(seen.map(({ customer }) => customer)),
      terminal: numeric(seen.map(({ terminal }) => terminal)),
      scenario: categorical(
        seen.map(({ scenario }) => scenario),
        scenarios,
      ),
      reportedAt: timestamp(seen.map(({ reportedAt }) => reportedAt)),
    },
    simulatedRoles,
  );
}

const splitSchema = z.strictObject({
  testShare: z.number().gt(0).lt(1).default(0.25),
  delayDays: z.int().min(0).default(7),
});

export type SimulatedSplitOptions = z.input<typeof splitSchema>;

export interface SimulatedSplit {
  readonly train: LabelledDataset;
  readonly test: LabelledDataset;
}

/**
 * The last share of the days for testing, the days before the label delay for training. Training labels are what reports
 * have made known when the test starts: frauds that nobody reported yet stand as honest. Test labels are the truth.
 *
 * @throws DataError where a part has no rows; ParamError for an option out of range.
 */
export function simulatedSplit(data: LabelledDataset, options: SimulatedSplitOptions = {}): SimulatedSplit {
  const owner = "simulatedSplit";
  const { testShare, delayDays } = parseParams(owner, splitSchema, options);
  const time = data.column("time", "timestamp").values;
  if (data.rows === 0) throw new DataError(owner, "the dataset must have rows, received none");
  const first = Math.floor(time[0] / DAY) * DAY;
  const days = Math.ceil((time[data.rows - 1] - first + 1) / DAY);
  const testStart = first + Math.round(days * (1 - testShare)) * DAY;
  const train = data.filter((row) => time[row] < testStart - delayDays * DAY);
  const test = data.filter((row) => time[row] >= testStart);
  for (const [name, part] of Object.entries({ train, test })) {
    if (part.rows === 0)
      throw new DataError(
        owner,
        `the ${name} days must have transactions, received none (${days} days in all)`,
      );
  }
  return { train: train.with({ fraud: labelsKnownAt(train, testStart) }), test };
}

/** 1 where a fraud report has come by a moment, else 0. */
function labelsKnownAt(data: Dataset, moment: number): Float64Array {
  const { values } = data.column("reportedAt", "timestamp");
  return Float64Array.from(values, (reportedAt) => (reportedAt <= moment ? 1 : 0));
}

import {
  type Dataset,
  DataError,
  fromColumns,
  type LabelledDataset,
  parseParams,
  type ReadOptions,
} from "@strata-ml/core";
import { csvFileBatches } from "@strata-ml/core/node";
import { z } from "zod";
import { type HandbookEngineOptions, handbookEngine } from "../features/handbook-features.js";
import { FeatureTable } from "../features/feature-table.js";
import { type CardTransaction, DAY, type FraudReport } from "../features/stream.js";
import { handbookKinds, handbookMissing, handbookRoles } from "./handbook-columns.js";
import { requireLabels } from "./read-handbook.js";

/** Milliseconds until a fraud is known: the handbook's terminal windows end that long ago. */
export const LABEL_DELAY = 7 * DAY;

const schema = z.strictObject({
  from: z.iso.date().default("2018-07-25"),
  days: z.int().min(1).default(21),
});

export interface HandbookRawOptions extends HandbookEngineOptions {
  /** First day whose rows are given; earlier ones fill the windows. Default 2018-07-25. */
  readonly from?: string;
  /** Days of rows; default 21. */
  readonly days?: number;
}

/**
 * Features of the handbook's raw transactions (`fdh_raw.csv`, gzipped or not), computed by the streaming engine, with a
 * history of the customer and of the terminal; columns of other roles as `readHandbook` has them.
 *
 * @throws ParseError as `readHandbook`; DataError for transactions out of time order, and where no row is of those days.
 */
export async function readHandbookRaw(
  path: string,
  { from, days, historySteps, ...read }: HandbookRawOptions & ReadOptions = {},
): Promise<LabelledDataset> {
  const kinds = handbookKinds(["TX_AMOUNT"]);
  const batches = csvFileBatches(path, {
    ...read,
    kinds,
    missing: handbookMissing,
    select: Object.keys(kinds),
    roles: handbookRoles,
  });
  return handbookRawFeatures(batches, {
    ...(from !== undefined && { from }),
    ...(days !== undefined && { days }),
    ...(historySteps !== undefined && { historySteps }),
  });
}

/** {@link readHandbookRaw} from batches of raw columns in time order; stops reading after the last day. */
export async function handbookRawFeatures(
  batches: AsyncIterable<Dataset>,
  { historySteps, ...dates }: HandbookRawOptions = {},
): Promise<LabelledDataset> {
  const owner = "readHandbookRaw";
  const { from, days } = parseParams(owner, schema, dates);
  const start = Date.parse(from);
  const end = start + days * DAY;
  const engine = handbookEngine(historySteps === undefined ? {} : { historySteps });
  const table = new FeatureTable(engine);
  const carried = new Map<string, number[]>([...handbookRoles.id, "TX_FRAUD"].map((name) => [name, []]));
  const times: number[] = [];
  let read = 0;
  const known = new KnownFrauds((report) => engine.fraudReport(report));

  reading: for await (const batch of batches) {
    const column = (name: string): ArrayLike<number> => batch.column(name, "numeric").values;
    const time = batch.column("TX_DATETIME", "timestamp").values;
    const [ids, customers, terminals] = ["TRANSACTION_ID", "CUSTOMER_ID", "TERMINAL_ID"].map(column);
    const amounts = column("TX_AMOUNT");
    const labels = column("TX_FRAUD");
    requireLabels(owner, labels, read);
    read += batch.rows;
    const kept = [...carried].map(([name, values]) => ({ values, source: column(name) }));
    for (let i = 0; i < batch.rows; i++) {
      if (time[i] >= end) break reading;
      const transaction: CardTransaction = {
        id: ids[i],
        time: time[i],
        customer: customers[i],
        terminal: terminals[i],
        amount: amounts[i],
      };
      known.until(time[i]);
      if (time[i] < start) engine.observe(transaction);
      else {
        table.add(engine.step(transaction));
        times.push(time[i]);
        for (const { values, source } of kept) values.push(source[i]);
      }
      if (labels[i] === 1) known.add(transaction);
    }
  }
  if (table.rows === 0)
    throw new DataError(
      owner,
      `the file must have transactions from ${from} on for ${days} days, received none`,
    );
  const others = Object.fromEntries([...carried].map(([name, values]) => [name, Float64Array.from(values)]));
  return fromColumns(
    { ...table.columns(), ...others, TX_DATETIME: { kind: "timestamp", values: Float64Array.from(times) } },
    handbookRoles,
  );
}

/** Turns labels into reports that come when the delay is over, as the handbook assumes. */
class KnownFrauds {
  private readonly waiting: CardTransaction[] = [];
  private next = 0;

  constructor(private readonly tell: (report: FraudReport) => void) {}

  add(transaction: CardTransaction): void {
    this.waiting.push(transaction);
  }

  until(time: number): void {
    for (; this.next < this.waiting.length; this.next++) {
      const { id, time: transactionTime, customer, terminal } = this.waiting[this.next];
      const due = transactionTime + LABEL_DELAY;
      if (due > time) return;
      this.tell({ kind: "fraudReport", time: due, transaction: id, transactionTime, customer, terminal });
    }
  }
}

import { DataError, type Dataset, type LabelledDataset, type SequenceColumn } from "@strata-ml/core";
import { DAY } from "../features/stream.js";
import { LABEL_DELAY } from "./handbook-raw.js";

const terminalFields = ["logAge", "logAmount", "timesUsual", "fraud"] as const;

/** How many steps a row sees at most; a history left out gives no column. */
export interface HistorySteps {
  /** The customer's last transactions, its own as the last, each with the table's features. */
  readonly customer?: number;
  /** The terminal's last transactions older than 7 days, whose labels are known, each with its age, amount and label. */
  readonly terminal?: number;
}

/**
 * Histories of the customer and the terminal, gathered from a table of every transaction in time order, as
 * `handbookRawFeatures` makes it without histories of its own. The longer ones would not fit in memory for all rows:
 * `with` gives those of the rows asked for.
 *
 * A terminal's history has settled transactions alone: a label counts from 7 days after its transaction on, exactly as
 * in the terminal windows. A customer's history holds no label at all.
 */
export class HandbookHistories {
  private readonly time: Float64Array;
  private readonly rowOf: ReadonlyMap<number, number>;
  private readonly customers: Places;
  private readonly terminals: Places;
  private readonly features: readonly { readonly name: string; readonly values: ArrayLike<number> }[];

  /** @throws DataError for rows out of time order. */
  constructor(private readonly table: LabelledDataset) {
    this.time = Float64Array.from(table.column("TX_DATETIME", "timestamp").values);
    const late = this.time.findIndex((time, row) => row > 0 && time < this.time[row - 1]);
    if (late >= 0)
      throw new DataError("HandbookHistories", `rows must come in time order, received row ${late} too late`);
    const numbers = (name: string): ArrayLike<number> => table.column(name, "numeric").values;
    this.rowOf = new Map(Array.from(numbers("TRANSACTION_ID"), (id, row) => [id, row]));
    this.customers = placesOf(numbers("CUSTOMER_ID"));
    this.terminals = placesOf(numbers("TERMINAL_ID"));
    this.features = table.namesOf("feature").map((name) => ({ name, values: numbers(name) }));
  }

  /**
   * Rows of the table with their histories as the columns `customer` and `terminal`.
   *
   * @throws DataError for a transaction that the table lacks, or steps below 1.
   */
  with(rows: LabelledDataset, { customer, terminal }: HistorySteps): LabelledDataset {
    const at = this.placesIn(rows);
    return rows.with({
      ...(customer !== undefined && { customer: this.customerHistory(at, steps("customer", customer)) }),
      ...(terminal !== undefined && { terminal: this.terminalHistory(at, steps("terminal", terminal)) }),
    });
  }

  private placesIn(rows: Dataset): Int32Array {
    return Int32Array.from(rows.column("TRANSACTION_ID", "numeric").values, (id) => {
      const row = this.rowOf.get(id);
      if (row === undefined)
        throw new DataError("HandbookHistories", `the table must have transaction ${id}, received none`);
      return row;
    });
  }

  private customerHistory(rows: Int32Array, most: number): SequenceColumn {
    const { features, customers } = this;
    return gather(
      rows,
      features.map(({ name }) => name),
      (row) => {
        const end = customers.place[row] + 1;
        return customers.rows[row].slice(Math.max(0, end - most), end);
      },
      (step, _, out, from) => {
        for (let f = 0; f < features.length; f++) out[from + f] = features[f].values[step];
      },
    );
  }

  private terminalHistory(rows: Int32Array, most: number): SequenceColumn {
    const { terminals, time } = this;
    const numbers = (name: string): ArrayLike<number> => this.table.column(name, "numeric").values;
    const [amount, usual, fraud] = ["amount", "customerMeanAmount30d", "TX_FRAUD"].map(numbers);
    return gather(
      rows,
      terminalFields,
      (row) => {
        const all = terminals.rows[row];
        let end = terminals.place[row];
        while (end > 0 && time[all[end - 1]] > time[row] - LABEL_DELAY) end--;
        return all.slice(Math.max(0, end - most), end);
      },
      (step, row, out, from) => {
        out[from] = Math.log1p((time[row] - time[step]) / DAY);
        out[from + 1] = Math.log1p(amount[step]);
        out[from + 2] = usual[step] > 0 ? amount[step] / usual[step] : 1;
        out[from + 3] = fraud[step];
      },
    );
  }
}

function steps(name: string, count: number): number {
  if (Number.isInteger(count) && count >= 1) return count;
  throw new DataError("HandbookHistories", `${name} must be a whole number >= 1, received ${count}`);
}

/** The rows of each row's customer or terminal in time order, and its own place among them. */
interface Places {
  readonly rows: readonly (readonly number[])[];
  readonly place: Int32Array;
}

function placesOf(entity: ArrayLike<number>): Places {
  const lists = new Map<number, number[]>();
  const place = new Int32Array(entity.length);
  const rows = Array.from(entity, (id, row) => {
    let list = lists.get(id);
    if (list === undefined) lists.set(id, (list = []));
    place[row] = list.push(row) - 1;
    return list;
  });
  return { rows, place };
}

function gather(
  rows: Int32Array,
  fields: readonly string[],
  stepsOf: (row: number) => readonly number[],
  write: (step: number, row: number, out: Float32Array, from: number) => void,
): SequenceColumn {
  const found = Array.from(rows, stepsOf);
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) offsets[i + 1] = offsets[i] + found[i].length;
  const values = new Float32Array(offsets[rows.length] * fields.length);
  for (let i = 0, at = 0; i < rows.length; i++) {
    for (const step of found[i]) {
      write(step, rows[i], values, at);
      at += fields.length;
    }
  }
  return { kind: "sequence", offsets, values, fields: fields.map((name) => ({ name, kind: "numeric" })) };
}

import { DataError, type SequenceField } from "@strata-ml/core";
import type { AccountEvent, CardTransaction, FraudReport } from "./stream.js";

/** A group of numbers about each transaction that share one state. */
export interface FeatureBlock<T extends CardTransaction> {
  readonly names: readonly string[];
  /** Takes a transaction in and writes its features to `out` from `at` on. */
  step(transaction: T, out: Float64Array, at: number): void;
  accountEvent?(event: AccountEvent): void;
  fraudReport?(report: FraudReport): void;
}

/** A bounded history that each transaction sees, oldest step first. */
export interface HistoryBlock<T extends CardTransaction> {
  readonly name: string;
  readonly fields: readonly SequenceField[];
  readonly maxSteps: number;
  /** Takes a transaction in; `features` is its row of the engine. */
  observe?(transaction: T, features: Float64Array): void;
  /** Writes the history that a transaction just taken in sees to `out`; returns the steps written. */
  write(transaction: T, out: Float32Array): number;
  accountEvent?(event: AccountEvent): void;
  fraudReport?(report: FraudReport): void;
}

/** What the engine says about one transaction; overwritten by the next step. */
export interface FeatureRow {
  readonly features: Float64Array;
  readonly histories: readonly { readonly values: Float32Array; readonly steps: number }[];
}

/**
 * The one code path for features, online and in training: everything enters in time order, one event at a time, and a
 * transaction's features depend on nothing that came later. Transactions carry no label; a fraud becomes known by its
 * report alone, so no feature can use a label before it is there.
 *
 * @example
 * const engine = new FeatureEngine(handbookBlocks());
 * engine.step({ id: 0, time: Date.UTC(2018, 3, 1), customer: 1, terminal: 7, amount: 20 }).features;
 */
export class FeatureEngine<T extends CardTransaction> {
  readonly names: readonly string[];
  readonly histories: readonly HistoryBlock<T>[];
  private readonly blocks: readonly FeatureBlock<T>[];
  private readonly row: { features: Float64Array; histories: { values: Float32Array; steps: number }[] };
  private now = Number.NEGATIVE_INFINITY;

  constructor(blocks: readonly FeatureBlock<T>[], histories: readonly HistoryBlock<T>[] = []) {
    this.blocks = blocks;
    this.histories = histories;
    this.names = blocks.flatMap((block) => block.names);
    this.row = {
      features: new Float64Array(this.names.length),
      histories: histories.map(({ fields, maxSteps }) => ({
        values: new Float32Array(fields.length * maxSteps),
        steps: 0,
      })),
    };
  }

  /** Takes a transaction in and returns its features, in a buffer that the next step overwrites. Throws {@link DataError} for one that comes before what is known already. */
  step(transaction: T): FeatureRow {
    this.observe(transaction);
    const { histories } = this.row;
    for (let h = 0; h < histories.length; h++) {
      histories[h].steps = this.histories[h].write(transaction, histories[h].values);
    }
    return this.row;
  }

  /** {@link step} for a transaction whose row nobody reads, such as one that only warms the windows up. */
  observe(transaction: T): void {
    this.tick(transaction.time, "transaction");
    const { features } = this.row;
    let at = 0;
    for (const block of this.blocks) {
      block.step(transaction, features, at);
      at += block.names.length;
    }
    for (const history of this.histories) history.observe?.(transaction, features);
  }

  accountEvent(event: AccountEvent): void {
    this.tick(event.time, "account event");
    for (const block of this.blocks) block.accountEvent?.(event);
    for (const history of this.histories) history.accountEvent?.(event);
  }

  fraudReport(report: FraudReport): void {
    this.tick(report.time, "fraud report");
    for (const block of this.blocks) block.fraudReport?.(report);
    for (const history of this.histories) history.fraudReport?.(report);
  }

  private tick(time: number, what: string): void {
    if (!(time >= this.now)) {
      throw new DataError(
        "FeatureEngine",
        `a ${what} must come in time order, at ${this.now} or later, received time ${time}`,
      );
    }
    this.now = time;
  }
}

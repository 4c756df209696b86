import type { FeatureBlock } from "./feature-engine.js";
import { type CardTransaction, DAY, type FraudReport } from "./stream.js";
import { TrailingWindows } from "./trailing-windows.js";

const days = [1, 7, 30];
const FRAUD = 0;

/** A settled transaction's fields in the windows of {@link TerminalRisk}. */
export const terminalFields = { fraud: FRAUD, amount: 1 } as const;

/**
 * How many transactions a terminal had over 1, 7 and 30 days, and the share of them known to be fraud, in windows that end
 * 7 days ago: investigations take about that long. A report that comes later still counts from its moment on; a
 * transaction younger than the delay never counts, even where its report came early.
 */
export class TerminalRisk implements FeatureBlock<CardTransaction> {
  readonly names = days.flatMap((d) => [`terminalCount${d}d`, `terminalRisk${d}d`]);
  private readonly terminals = new Map<number, TrailingWindows>();
  private readonly record = new Float64Array(2);

  constructor(private readonly delay: number = 7 * DAY) {}

  step({ id, time, terminal, amount }: CardTransaction, out: Float64Array, at: number): void {
    const windows = this.windowsOf(terminal);
    this.record[terminalFields.amount] = amount;
    windows.push(time, id, this.record);
    windows.advance(time);
    for (let w = 0; w < days.length; w++) {
      const count = windows.count(w);
      out[at + 2 * w] = count;
      out[at + 2 * w + 1] = count > 0 ? windows.sum(w, FRAUD) / count : 0;
    }
  }

  fraudReport({ terminal, transaction, transactionTime }: FraudReport): void {
    this.terminals.get(terminal)?.amend(transactionTime, transaction, FRAUD, 1);
  }

  /** The windows of one terminal, where they stood at its last transaction. */
  windowsOf(terminal: number): TrailingWindows {
    let windows = this.terminals.get(terminal);
    if (windows === undefined) {
      windows = new TrailingWindows({ windows: days.map((d) => d * DAY), delay: this.delay, width: 2 });
      this.terminals.set(terminal, windows);
    }
    return windows;
  }
}

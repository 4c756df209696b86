import type { SequenceField } from "@strata-ml/core";
import type { HistoryBlock } from "./feature-engine.js";
import { type CardTransaction, DAY } from "./stream.js";
import { type TerminalRisk, terminalFields } from "./terminal-risk.js";

/**
 * The last settled transactions of the terminal (older than the label delay, at most 30 days beyond it), oldest first:
 * logarithms of amount and of age in days, and whether a fraud report has come. The transaction itself is never in it.
 * Reads the windows of a {@link TerminalRisk} in the same engine.
 */
export class TerminalHistory implements HistoryBlock<CardTransaction> {
  readonly name = "terminalHistory";
  readonly fields: readonly SequenceField[] = [
    { name: "logAge", kind: "numeric" },
    { name: "logAmount", kind: "numeric" },
    { name: "fraud", kind: "numeric" },
  ];

  constructor(
    private readonly risk: TerminalRisk,
    readonly maxSteps: number,
  ) {}

  write({ time, terminal }: CardTransaction, out: Float32Array): number {
    const windows = this.risk.windowsOf(terminal);
    const steps = windows.newest(this.maxSteps);
    for (let s = 0; s < steps; s++) {
      const back = steps - s;
      out[s * 3] = Math.log1p((time - windows.timeAt(back)) / DAY);
      out[s * 3 + 1] = Math.log1p(windows.valueAt(back, terminalFields.amount));
      out[s * 3 + 2] = windows.valueAt(back, terminalFields.fraud);
    }
    return steps;
  }
}

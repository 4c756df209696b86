import type { FeatureBlock } from "./feature-engine.js";
import { type BankTransaction, DAY } from "./stream.js";
import { TrailingWindows } from "./trailing-windows.js";

const windows = [DAY, 30 * DAY];

/** How often the customer paid at this terminal and in this merchant category lately, the transaction itself included. */
export class Familiarity implements FeatureBlock<BankTransaction> {
  readonly names = ["sameTerminalCount1d", "sameTerminalCount30d", "sameMccCount1d", "sameMccCount30d"];
  private readonly customers = new Map<number, Map<number | string, TrailingWindows>>();

  step({ id, time, customer, terminal, mcc }: BankTransaction, out: Float64Array, at: number): void {
    let seen = this.customers.get(customer);
    if (seen === undefined) this.customers.set(customer, (seen = new Map()));
    this.count(seen, terminal, time, id, out, at);
    this.count(seen, mcc, time, id, out, at + 2);
  }

  private count(
    seen: Map<number | string, TrailingWindows>,
    key: number | string,
    time: number,
    id: number,
    out: Float64Array,
    at: number,
  ): void {
    let visits = seen.get(key);
    if (visits === undefined) seen.set(key, (visits = new TrailingWindows({ windows, width: 0 })));
    visits.push(time, id, []);
    visits.advance(time);
    out[at] = visits.count(0);
    out[at + 1] = visits.count(1);
  }
}

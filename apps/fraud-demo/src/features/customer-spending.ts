import type { FeatureBlock } from "./feature-engine.js";
import { type CardTransaction, DAY } from "./stream.js";
import { TrailingWindows } from "./trailing-windows.js";

const days = [1, 7, 30];

/** How often and how much a customer paid over the last 1, 7 and 30 days, the transaction itself included. */
export class CustomerSpending implements FeatureBlock<CardTransaction> {
  readonly names = days.flatMap((d) => [`customerCount${d}d`, `customerMeanAmount${d}d`]);
  private readonly customers = new Map<number, TrailingWindows>();
  private readonly record = new Float64Array(1);

  step({ id, time, customer, amount }: CardTransaction, out: Float64Array, at: number): void {
    let windows = this.customers.get(customer);
    if (windows === undefined) {
      windows = new TrailingWindows({ windows: days.map((d) => d * DAY) });
      this.customers.set(customer, windows);
    }
    this.record[0] = amount;
    windows.push(time, id, this.record);
    windows.advance(time);
    for (let w = 0; w < days.length; w++) {
      out[at + 2 * w] = windows.count(w);
      out[at + 2 * w + 1] = windows.sum(w) / windows.count(w);
    }
  }
}

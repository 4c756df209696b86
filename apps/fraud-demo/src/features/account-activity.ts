import type { FeatureBlock } from "./feature-engine.js";
import { type AccountEvent, accountEventTypes, type CardTransaction, DAY } from "./stream.js";
import { TrailingWindows } from "./trailing-windows.js";

const windows = [DAY, 7 * DAY];

/** How often each kind of account event happened to the customer over the last day and week. */
export class AccountActivity implements FeatureBlock<CardTransaction> {
  readonly names = ["1d", "7d"].flatMap((window) => accountEventTypes.map((type) => `${type}Count${window}`));
  private readonly customers = new Map<number, TrailingWindows>();
  private readonly record = new Float64Array(accountEventTypes.length);
  private events = 0;

  accountEvent({ customer, time, type }: AccountEvent): void {
    let activity = this.customers.get(customer);
    if (activity === undefined) {
      activity = new TrailingWindows({ windows, width: accountEventTypes.length });
      this.customers.set(customer, activity);
    }
    this.record.fill(0)[accountEventTypes.indexOf(type)] = 1;
    activity.push(time, this.events++, this.record);
    activity.advance(time);
  }

  step({ customer, time }: CardTransaction, out: Float64Array, at: number): void {
    const activity = this.customers.get(customer);
    activity?.advance(time);
    const width = accountEventTypes.length;
    for (let w = 0; w < windows.length; w++) {
      for (let c = 0; c < width; c++) out[at + w * width + c] = activity?.sum(w, c) ?? 0;
    }
  }
}

import { hourOf } from "./calendar.js";
import type { FeatureBlock } from "./feature-engine.js";
import { type BankTransaction, DAY, HOUR } from "./stream.js";
import { TrailingWindows } from "./trailing-windows.js";

const HOUR_WINDOW = 0;
const DAY_WINDOW = 1;
const MONTH_WINDOW = 2;
/** Fields of a customer's records. */
const AMOUNT = 0;
const DECLINED = 1;
const SMALL = 2;
const SMALL_AMOUNT = 10;
/** Hours given where there is no earlier transaction. */
const NO_GAP = 720;

/** How the transaction compares with the customer's own last month: pace, amount, declines. The transaction counts in its windows. */
export class CustomerBehaviour implements FeatureBlock<BankTransaction> {
  readonly names = [
    "hour",
    "hoursSinceLast",
    "customerCount1h",
    "amountToMean30d",
    "customerSmallCount1d",
    "customerDeclined1d",
    "customerDeclined30d",
    "declined",
  ];
  private readonly customers = new Map<number, { windows: TrailingWindows; last: number }>();
  private readonly record = new Float64Array(3);

  step({ id, time, customer, amount, declined }: BankTransaction, out: Float64Array, at: number): void {
    let state = this.customers.get(customer);
    if (state === undefined) {
      const windows = new TrailingWindows({ windows: [HOUR, DAY, 30 * DAY], width: 3 });
      state = { windows, last: Number.NEGATIVE_INFINITY };
      this.customers.set(customer, state);
    }
    const { windows, last } = state;
    windows.advance(time);
    const earlier = windows.count(MONTH_WINDOW);
    const mean = earlier > 0 ? windows.sum(MONTH_WINDOW, AMOUNT) / earlier : amount;
    this.record[AMOUNT] = amount;
    this.record[DECLINED] = declined ? 1 : 0;
    this.record[SMALL] = amount < SMALL_AMOUNT ? 1 : 0;
    windows.push(time, id, this.record);
    windows.advance(time);
    state.last = time;
    out[at] = hourOf(time);
    out[at + 1] = Math.min(NO_GAP, (time - last) / HOUR);
    out[at + 2] = windows.count(HOUR_WINDOW);
    out[at + 3] = amount / mean;
    out[at + 4] = windows.sum(DAY_WINDOW, SMALL);
    out[at + 5] = windows.sum(DAY_WINDOW, DECLINED);
    out[at + 6] = windows.sum(MONTH_WINDOW, DECLINED);
    out[at + 7] = declined ? 1 : 0;
  }
}

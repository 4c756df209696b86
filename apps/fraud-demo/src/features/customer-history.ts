import type { SequenceField } from "@strata-ml/core";
import type { HistoryBlock } from "./feature-engine.js";
import { type AccountEvent, type CardTransaction, HOUR } from "./stream.js";

export interface CustomerHistoryOptions<T extends CardTransaction> {
  /** Most steps that a transaction sees; the oldest are forgotten. */
  readonly maxSteps: number;
  /** Fields of a step after the first, which is `logGap`: the logarithm of 1 + hours since the step before. */
  readonly fields: readonly SequenceField[];
  /** Writes a transaction's fields to `out`, `logGap` apart; `features` is its row of the engine. */
  readonly describe: (transaction: T, features: Float64Array, out: Float64Array) => void;
  /** The same for account events; without it they are left out. */
  readonly describeEvent?: (event: AccountEvent, out: Float64Array) => void;
}

/** The customer's last steps in time order, the transaction itself as the last one. No step holds a label. */
export class CustomerHistory<T extends CardTransaction> implements HistoryBlock<T> {
  readonly name = "customerHistory";
  readonly fields: readonly SequenceField[];
  readonly maxSteps: number;
  private readonly customers = new Map<number, StepRing>();
  private readonly scratch: Float64Array;

  constructor(private readonly options: CustomerHistoryOptions<T>) {
    this.fields = [{ name: "logGap", kind: "numeric" }, ...options.fields];
    this.maxSteps = options.maxSteps;
    this.scratch = new Float64Array(options.fields.length);
  }

  observe(transaction: T, features: Float64Array): void {
    this.options.describe(transaction, features, this.scratch);
    this.ringOf(transaction.customer).push(transaction.time, this.scratch);
  }

  write({ customer }: T, out: Float32Array): number {
    return this.ringOf(customer).write(out);
  }

  accountEvent(event: AccountEvent): void {
    if (this.options.describeEvent === undefined) return;
    this.options.describeEvent(event, this.scratch);
    this.ringOf(event.customer).push(event.time, this.scratch);
  }

  private ringOf(customer: number): StepRing {
    let ring = this.customers.get(customer);
    if (ring === undefined) {
      ring = new StepRing(this.maxSteps, this.fields.length);
      this.customers.set(customer, ring);
    }
    return ring;
  }
}

class StepRing {
  private readonly store: Float32Array;
  private pushed = 0;
  private last = Number.NaN;

  constructor(
    private readonly maxSteps: number,
    private readonly width: number,
  ) {
    this.store = new Float32Array(maxSteps * width);
  }

  push(time: number, rest: Float64Array): void {
    const at = (this.pushed++ % this.maxSteps) * this.width;
    this.store[at] = this.pushed === 1 ? 0 : Math.log1p((time - this.last) / HOUR);
    this.store.set(rest, at + 1);
    this.last = time;
  }

  write(out: Float32Array): number {
    const steps = Math.min(this.pushed, this.maxSteps);
    const oldest = this.pushed > this.maxSteps ? (this.pushed % this.maxSteps) * this.width : 0;
    const used = steps * this.width;
    out.set(this.store.subarray(oldest, used), 0);
    out.set(this.store.subarray(0, oldest), used - oldest);
    return steps;
  }
}

import type { FeatureBlock } from "./feature-engine.js";
import { type BankTransaction, HOUR } from "./stream.js";

interface Seen {
  time: number;
  x: number;
  y: number;
}

/** Where the payment comes from and with what: distances in km, speed between payments in person in km/h, age of the device in days. */
export class PlaceAndDevice implements FeatureBlock<BankTransaction> {
  readonly names = ["distanceHome", "distanceLast", "speed", "newDevice", "deviceAgeDays"];
  private readonly lastInPerson = new Map<number, Seen>();

  step(transaction: BankTransaction, out: Float64Array, at: number): void {
    const { customer, time, x, y, channel } = transaction;
    const last = this.lastInPerson.get(customer);
    const distance = last === undefined ? 0 : Math.hypot(x - last.x, y - last.y);
    const inPerson = channel !== "ecom";
    out[at] = transaction.distanceKm;
    out[at + 1] = distance;
    // Five minutes at least, so that two tills of one street are no race.
    out[at + 2] = inPerson && last !== undefined ? distance / Math.max((time - last.time) / HOUR, 1 / 12) : 0;
    out[at + 3] = transaction.newDevice ? 1 : 0;
    out[at + 4] = transaction.deviceAgeDays;
    if (!inPerson) return;
    if (last === undefined) this.lastInPerson.set(customer, { time, x, y });
    else Object.assign(last, { time, x, y });
  }
}

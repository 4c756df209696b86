import type { Random } from "@strata-ml/core";
import { type AccountEvent, type AccountEventType, DAY, HOUR } from "../features/stream.js";
import { isWeekend } from "../features/calendar.js";
import { categories } from "./categories.js";
import type { Checkout, Draft, OnlineOptions } from "./checkout.js";
import type { Customer, Device } from "./customers.js";
import type { City } from "./places.js";

const MINUTE = 60_000;
const SPREES = 0.008;
const TRIPS = 0.004;
const CASH = 0.04;
const LOGINS = 0.3;
const GUESTS = 0.01;

/** Account events that customers make on their own, a day. */
const changes: readonly (readonly [AccountEventType, number])[] = [
  ["login", 0.08],
  ["passwordReset", 0.003],
  ["addressChange", 0.0012],
  ["phoneChange", 0.0012],
  ["limitChange", 0.003],
];
const DEVICE_CHANGES = 0.004;

export interface HonestDayOptions {
  readonly random: Random;
  readonly cities: readonly City[];
  readonly checkout: Checkout;
  readonly newDevice: (firstUse: number, used: boolean) => Device;
  /** How the line of an online purchase is written: this is where look-alikes come in. */
  readonly onlineLine: () => OnlineOptions["line"];
  readonly emit: (event: Draft | AccountEvent) => void;
}

/** Mean transactions a day for a customer of rate 1: weekends, sprees and all. */
export const MEAN_DAY = 1.08;

/** One day of a customer's honest life: payments at their hours, shopping sprees, trips, logins and changes of the account. */
export function honestDay(
  customer: Customer,
  day: number,
  midnight: number,
  options: HonestDayOptions,
): void {
  const { random, checkout, emit } = options;
  moveAbout(customer, day, options);
  accountChanges(customer, midnight, options);
  const spree = random.uniform() < SPREES ? 3 + random.integer(3) : 1;
  const rhythm = isWeekend(midnight) ? customer.weekendFactor : 1;
  const times = Array.from({ length: random.poisson(customer.rate * spree * rhythm) }, () =>
    momentOf(random, customer, midnight),
  ).sort((a, b) => a - b);
  for (const time of times) {
    const city = customer.travel?.city ?? customer.city;
    if (random.uniform() < CASH) {
      emit(checkout.cash(customer, time, city));
      continue;
    }
    const category = customer.taste.draw(random);
    const online = categories[category].online;
    if (online < 1 && random.uniform() >= online * customer.onlineness) {
      emit(checkout.store(customer, time, category, city));
      continue;
    }
    if (random.uniform() < LOGINS) {
      const before = Math.max(midnight, time - Math.round((1 + 6 * random.uniform()) * MINUTE));
      emit({ kind: "accountEvent", time: before, customer: customer.id, type: "login" });
    }
    const guest = random.uniform() < GUESTS ? { device: options.newDevice(time, false) } : {};
    const line = options.onlineLine();
    const draft = checkout.online(customer, time, category, { ...guest, ...(line && { line }) });
    if (line === "lookAlike" && !draft.declined) Object.assign(draft, { fraud: true, scenario: "lookAlike" });
    emit(draft);
  }
}

/** A whole second of a day, at an hour that is the customer's. */
export function momentOf(random: Random, customer: Customer, midnight: number): number {
  return midnight + customer.hours.draw(random) * HOUR + random.integer(3600) * 1000;
}

function moveAbout(customer: Customer, day: number, { random, cities }: HonestDayOptions): void {
  if (customer.travel !== null && day >= customer.travel.until) customer.travel = null;
  if (customer.travel === null && random.uniform() < TRIPS) {
    customer.travel = { city: random.integer(cities.length), until: day + 2 + random.integer(7) };
  }
}

function accountChanges(
  customer: Customer,
  midnight: number,
  { random, newDevice, emit }: HonestDayOptions,
): void {
  for (const [type, rate] of changes) {
    if (random.uniform() >= rate) continue;
    const time = midnight + random.integer(DAY / 1000) * 1000;
    emit({ kind: "accountEvent", time, customer: customer.id, type });
  }
  if (random.uniform() >= DEVICE_CHANGES) return;
  const time = midnight + random.integer(8) * HOUR;
  customer.device = newDevice(time, false);
  if (random.uniform() < 0.6) emit({ kind: "accountEvent", time, customer: customer.id, type: "newDevice" });
}

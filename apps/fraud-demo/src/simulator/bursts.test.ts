import { Random, rocAuc } from "@strata-ml/core";
import { describe, expect, it } from "vitest";
import { bankEngine } from "../features/bank-features.js";
import { type AccountEvent, HOUR } from "../features/stream.js";
import { accountTakeover, type BurstOptions, cardTesting, voucherCashOut } from "./bursts.js";
import { mccs } from "./categories.js";
import { Checkout, type Draft } from "./checkout.js";
import { type Customer, type Device, makeCustomer } from "./customers.js";
import { makeMarket } from "./merchants.js";
import { makeCities } from "./places.js";
import { Weighted } from "./weighted.js";

const BURSTS = 500;
const start = Date.parse("2024-03-01");

type Burst = (customer: Customer, start: number, fraud: boolean, options: BurstOptions) => void;

interface Sample {
  readonly fraud: boolean;
  readonly events: readonly (Draft | AccountEvent)[];
  /** Features of the last purchase, and what its history holds whatever its order. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** Bursts of fraud and of honest customers in turn, each of a customer of its own. */
function sample(burst: Burst): Sample[] {
  const random = new Random(11);
  const cities = makeCities(random.fork("cities"));
  const market = makeMarket(random.fork("market"), cities, 500);
  let devices = 0;
  const newDevice = (firstUse: number, used: boolean): Device => ({ id: devices++, firstUse, used });
  const towns = new Weighted(cities.slice(0, 10).map(({ weight }) => weight));
  const checkout = new Checkout(random, cities, market);
  return Array.from({ length: 2 * BURSTS }, (_, id) => {
    const fraud = id % 2 === 0;
    const customer = makeCustomer(random, id, towns, { cities, market, newDevice, start });
    const events: (Draft | AccountEvent)[] = [];
    const emit = (event: Draft | AccountEvent): unknown => events.push(event);
    burst(customer, start + random.integer(12) * HOUR, fraud, { random, checkout, newDevice, emit });
    return { fraud, events, numbers: numbersOf(events) };
  });
}

function numbersOf(events: readonly (Draft | AccountEvent)[]): Map<string, number> {
  const engine = bankEngine({ mccs });
  const numbers = new Map<string, number>();
  const { fields } = engine.histories[0];
  events.forEach((event, id) => {
    if (event.kind === "accountEvent") return engine.accountEvent(event);
    const { features, histories } = engine.step({ ...event, id });
    engine.names.forEach((name, j) => numbers.set(name, features[j]));
    const { values, steps } = histories[0];
    fields.forEach(({ name }, f) => {
      const column = Array.from({ length: steps }, (_, s) => values[s * fields.length + f]).sort(
        (a, b) => a - b,
      );
      numbers.set(
        `sum of ${name}`,
        column.reduce((sum, value) => sum + value, 0),
      );
      numbers.set(`least ${name}`, column[0]);
      numbers.set(`median ${name}`, column[steps >> 1]);
      numbers.set(`greatest ${name}`, column[steps - 1]);
    });
  });
  return numbers;
}

/** How well a number tells fraud from honest bursts, from .5 (not at all) to 1. */
function separation(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const auc = rocAuc(
    samples.map(({ fraud }) => (fraud ? 1 : 0)),
    samples.map(value),
  );
  return Math.max(auc, 1 - auc);
}

const place = (events: Sample["events"], type: AccountEvent["type"]): number =>
  events.findIndex((event) => event.kind === "accountEvent" && event.type === type);

const smallAmounts = (events: Sample["events"]): number[] =>
  events.flatMap((event) => (event.kind === "transaction" && event.amount < 20 ? [event.amount] : []));

describe.each<[string, Burst, (sample: Sample) => number]>([
  [
    "cardTesting",
    cardTesting,
    ({ events }) => {
      const small = smallAmounts(events);
      return small.every((amount, i) => i === 0 || amount > small[i - 1]) ? 1 : 0;
    },
  ],
  [
    "accountTakeover",
    accountTakeover,
    ({ events }) => (place(events, "passwordReset") < place(events, "newDevice") ? 1 : 0),
  ],
  [
    "voucherCashOut after either order",
    (customer, at, addressFirst, options) => voucherCashOut(customer, at, addressFirst, true, options),
    ({ events }) => (place(events, "addressChange") < place(events, "limitChange") ? 1 : 0),
  ],
])("%s", (_name, burst, order) => {
  const samples = sample(burst);

  it("is told by the order of its history", () => {
    expect(separation(samples, order)).toBeGreaterThan(0.95);
  });

  it("is told by no feature, count, sum or extreme of its history", () => {
    // Chance stays within .5 +- .07 for 500 against 500 and some eighty numbers (3.8 standard errors).
    for (const name of samples[0].numbers.keys()) {
      expect(
        separation(samples, ({ numbers }) => numbers.get(name)!),
        name,
      ).toBeLessThan(0.57);
    }
  });
});

describe("voucherCashOut", () => {
  it("is fraud only where the address came first and a voucher was bought", () => {
    for (const addressFirst of [true, false]) {
      for (const voucher of [true, false]) {
        const burst: Burst = (customer, at, _, options) =>
          voucherCashOut(customer, at, addressFirst, voucher, options);
        const bought = sample(burst).flatMap(({ events }) =>
          events.filter(({ kind }) => kind === "transaction"),
        );
        const frauds = bought.filter((event) => event.kind === "transaction" && event.fraud).length;
        if (addressFirst && voucher) expect(frauds / bought.length).toBeGreaterThan(0.95);
        else expect(frauds).toBe(0);
      }
    }
  });
});

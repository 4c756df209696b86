import type { Random } from "@strata-ml/core";
import { accountTakeover, type BurstOptions, cardTesting, voucherCashOut } from "./bursts.js";
import type { Customer } from "./customers.js";
import { momentOf } from "./honest-day.js";
import type { City } from "./places.js";
import type { SimulationParams } from "./simulation-params.js";
import { relay, strangeDevice } from "./tabular-attacks.js";
import type { Scenario } from "./transaction.js";
import type { Weighted } from "./weighted.js";

/** Frauds a day of each scenario while it is active. */
export type FraudsPerDay = Readonly<Record<Scenario, number>>;

/** Frauds of one attack, on average: how many of its purchases count, less those declined. */
const fraudsPerAttack = {
  strangeDevice: 1.47,
  relay: 2.94,
  cardTesting: 0.98,
  accountTakeover: 1.37,
  voucherCashOut: 0.98,
};

export interface AttackPlanOptions extends BurstOptions {
  readonly params: SimulationParams;
  readonly perDay: FraudsPerDay;
  readonly driftDay: number;
  readonly customers: readonly Customer[];
  readonly byRate: Weighted;
  readonly cities: readonly City[];
}

/** Attacks, and the honest bursts that look like them, spread evenly over the days: a short run has its share of each. */
export class AttackPlan {
  /** What each kind of burst is behind its mean, in bursts. */
  private readonly owed = new Map<string, number>();

  constructor(private readonly options: AttackPlanOptions) {}

  /** Starts those of one day. */
  startDay(day: number, midnight: number): void {
    const { options } = this;
    const { random, params, perDay, driftDay, cities } = options;
    const moment = (customer: Customer): number => momentOf(random, customer, midnight);

    const devices = perDay.strangeDevice / fraudsPerAttack.strangeDevice;
    const signs = { unknown: true, far: true, night: true };
    this.launch("device", devices, (customer) => strangeDevice(customer, midnight, signs, options));
    for (const missing of ["unknown", "far", "night"]) {
      this.launch(`device but ${missing}`, (devices * params.decoys) / 6, (customer) =>
        strangeDevice(customer, midnight, { ...signs, [missing]: false }, options),
      );
    }
    if (day >= driftDay) {
      this.launch("relay", perDay.relay / fraudsPerAttack.relay, (customer) =>
        relay(customer, midnight, otherCity(random, customer, cities), options),
      );
    }

    const tests = perDay.cardTesting / fraudsPerAttack.cardTesting;
    const takeovers = perDay.accountTakeover / fraudsPerAttack.accountTakeover;
    for (const fraud of [true, false]) {
      const times = fraud ? 1 : params.decoys;
      this.launch(`test ${fraud}`, tests * times, (customer) =>
        cardTesting(customer, moment(customer), fraud, options),
      );
      this.launch(`takeover ${fraud}`, takeovers * times, (customer) =>
        accountTakeover(customer, moment(customer), fraud, options),
      );
    }

    const cashOuts = perDay.voucherCashOut / fraudsPerAttack.voucherCashOut;
    for (const addressFirst of [true, false]) {
      for (const voucher of [true, false]) {
        const times = addressFirst && voucher ? 1 : params.decoys / 2;
        this.launch(`voucher ${addressFirst} ${voucher}`, cashOuts * times, (customer) =>
          voucherCashOut(customer, moment(customer), addressFirst, voucher, options),
        );
      }
    }
  }

  private launch(kind: string, mean: number, start: (customer: Customer) => void): void {
    const { random, customers, byRate } = this.options;
    let owed = (this.owed.get(kind) ?? random.uniform()) + mean;
    for (; owed >= 1; owed--) start(customers[byRate.draw(random)]);
    this.owed.set(kind, owed);
  }
}

/** A town away from where the customer lives and is. */
function otherCity(random: Random, customer: Customer, cities: readonly City[]): number {
  for (;;) {
    const city = random.integer(cities.length);
    const here = cities[customer.travel?.city ?? customer.city];
    if (city !== customer.city && Math.hypot(cities[city].x - here.x, cities[city].y - here.y) > 100)
      return city;
  }
}

import type { Random } from "@strata-ml/core";
import { type Channel, DAY } from "../features/stream.js";
import { CASH_MCC, categories } from "./categories.js";
import type { Customer, Device } from "./customers.js";
import { lookAlike } from "./look-alike.js";
import type { Market, Merchant, Shelf, Terminal } from "./merchants.js";
import { cashLine, onlineLine, storeLine, voucherLine } from "./merchant-text.js";
import { type City, distance, near, type Point } from "./places.js";
import type { Scenario, SimulatedTransaction } from "./transaction.js";

/** A transaction before it has its place in the stream. */
export type Draft = {
  -readonly [K in Exclude<keyof SimulatedTransaction, "id" | "reportedAt">]: SimulatedTransaction[K];
};

export interface OnlineOptions {
  readonly amount?: number;
  readonly device?: Device;
  /** Where the connection comes from; default near where the customer is. */
  readonly from?: Point & { readonly country: string };
  readonly line?: "plain" | "voucher" | "lookAlike";
}

const DECLINED = 0.02;
const VOUCHERS = 0.03;
/** Online payments through a private network, seen as from elsewhere. */
const HIDDEN = 0.05;
const USUAL = 0.85;
/** Shops a category that look-alikes imitate. */
const IMITATED = 2;
const MOST_CONTACTLESS = 50;

/** Makes payments that look as a customer's do: merchant, amount, channel, descriptor, device and place. */
export class Checkout {
  constructor(
    private readonly random: Random,
    private readonly cities: readonly City[],
    private readonly market: Market,
  ) {}

  /** A purchase at a till of `city`, a position; the category comes from the customer's taste unless given. */
  store(customer: Customer, time: number, category: number, city: number): Draft {
    const usual = city === customer.city ? customer.usualStores[category] : [];
    const merchant = this.merchant(usual, this.market.stores[city][category]);
    const terminal = this.random.choice(merchant.terminals);
    const amount = this.amount(customer, category);
    const tap = amount <= MOST_CONTACTLESS && this.random.uniform() < 0.75;
    const line = storeLine(this.random, merchant.name, merchant.store, this.cities[city].name);
    return this.inPerson(customer, time, terminal, {
      amount,
      descriptor: line,
      mcc: categories[category].mcc,
      channel: tap ? "contactless" : "chip",
    });
  }

  cash(customer: Customer, time: number, city: number): Draft {
    const terminal = this.random.choice(this.market.cash[city]);
    const notes = 1 + Math.floor(3 * this.random.exponential() * Math.exp(customer.spend));
    const descriptor = cashLine(this.random, this.cities[city].name);
    return this.inPerson(customer, time, terminal, {
      amount: 20 * notes,
      descriptor,
      mcc: CASH_MCC,
      channel: "atm",
    });
  }

  /** A purchase online in a category that sells there. */
  online(customer: Customer, time: number, category: number, options: OnlineOptions = {}): Draft {
    const { random } = this;
    const merchant = this.merchant(customer.usualOnline[category], this.market.online[category]);
    const device = options.device ?? customer.device;
    const from = options.from ?? this.connection(customer);
    const newDevice = !device.used;
    if (newDevice) device.firstUse = Math.min(device.firstUse, time);
    device.used = true;
    const line = options.line ?? (random.uniform() < VOUCHERS ? "voucher" : "plain");
    return this.draft(customer, time, random.choice(merchant.terminals), from, {
      amount: options.amount ?? this.amount(customer, category),
      descriptor:
        line === "voucher"
          ? voucherLine(random, merchant.name)
          : onlineLine(random, line === "plain" ? merchant.name : this.forged(category)),
      mcc: categories[category].mcc,
      channel: "ecom",
      device: device.id,
      deviceAgeDays: (time - device.firstUse) / DAY,
      newDevice,
      country: from.country,
    });
  }

  /** A category of the customer's taste that sells online. */
  onlineCategory(customer: Customer): number {
    for (;;) {
      const category = customer.taste.draw(this.random);
      if (this.random.uniform() < categories[category].online) return category;
    }
  }

  /** A category of the customer's taste that has tills. */
  storeCategory(customer: Customer): number {
    for (;;) {
      const category = customer.taste.draw(this.random);
      if (this.random.uniform() >= categories[category].online) return category;
    }
  }

  /** A point in a random town, abroad included, at least `least` km from the customer's home. */
  farFrom(customer: Customer, least: number): Point & { readonly country: string } {
    const away = this.cities.filter((city) => distance(city, customer.home) >= least);
    const city = this.random.choice(away);
    return { ...near(this.random, city, 10), country: city.country };
  }

  private inPerson(
    customer: Customer,
    time: number,
    terminal: Terminal,
    paid: { amount: number; descriptor: string; mcc: string; channel: Channel },
  ): Draft {
    return this.draft(customer, time, terminal, terminal, {
      ...paid,
      device: customer.card.id,
      deviceAgeDays: (time - customer.card.firstUse) / DAY,
      newDevice: false,
      country: terminal.city?.country ?? "",
    });
  }

  private draft(
    customer: Customer,
    time: number,
    terminal: Terminal,
    { x, y }: Point,
    paid: Pick<
      Draft,
      "amount" | "descriptor" | "mcc" | "channel" | "device" | "deviceAgeDays" | "newDevice" | "country"
    >,
  ): Draft {
    const scenario: Scenario | null = null;
    return {
      kind: "transaction",
      time,
      customer: customer.id,
      terminal: terminal.id,
      ...paid,
      amount: Math.max(0.5, Math.round(paid.amount * 100) / 100),
      declined: this.random.uniform() < DECLINED,
      x,
      y,
      distanceKm: distance(customer.home, { x, y }),
      fraud: false,
      scenario,
    };
  }

  /** Forgers imitate what everybody knows: the most popular shops of the category. */
  private forged(category: number): string {
    const known = this.market.online[category].ranked.slice(0, IMITATED);
    return lookAlike(this.random, this.random.choice(known).name);
  }

  /** Near home or where they travel; now and then elsewhere, through a private network. */
  private connection(customer: Customer): Point & { readonly country: string } {
    const hidden = this.random.uniform() < HIDDEN;
    const city = hidden
      ? this.random.choice(this.cities)
      : this.cities[customer.travel?.city ?? customer.city];
    return { ...near(this.random, city, 12), country: city.country };
  }

  private merchant(usual: readonly Merchant[], shelf: Shelf): Merchant {
    if (usual.length > 0 && this.random.uniform() < USUAL) return this.random.choice(usual);
    return shelf.merchants[shelf.pick.draw(this.random)];
  }

  private amount(customer: Customer, category: number): number {
    const { median, sigma } = categories[category];
    return median * Math.exp(customer.spend + sigma * this.random.normal());
  }
}

import type { Random } from "@strata-ml/core";
import { DAY } from "../features/stream.js";
import { categories } from "./categories.js";
import type { Market, Merchant, Shelf } from "./merchants.js";
import { type City, near, type Point } from "./places.js";
import { Weighted } from "./weighted.js";

/** A card holder; the mutable parts are where they are and what they pay with. */
export interface Customer {
  readonly id: number;
  readonly home: Point;
  /** Position of the home town. */
  readonly city: number;
  /** Transactions on an average day. */
  readonly rate: number;
  /** Logarithm of how much more than others they spend. */
  readonly spend: number;
  /** How much more than others they buy online. */
  readonly onlineness: number;
  /** What they buy. */
  readonly taste: Weighted;
  /** When they pay, by hour. */
  readonly hours: Weighted;
  readonly weekendFactor: number;
  /** Usual merchants by category, at home and online. */
  readonly usualStores: readonly (readonly Merchant[])[];
  readonly usualOnline: readonly (readonly Merchant[])[];
  readonly card: Device;
  /** The phone or computer that they buy online with. */
  device: Device;
  travel: Travel | null;
}

export interface Device {
  readonly id: number;
  /** Time of its first use with this customer. */
  firstUse: number;
  used: boolean;
}

interface Travel {
  /** Position of the town they are in. */
  readonly city: number;
  /** First day back home. */
  readonly until: number;
}

export interface CustomerWorld {
  readonly cities: readonly City[];
  readonly market: Market;
  /** Gives devices their ids. */
  readonly newDevice: (firstUse: number, used: boolean) => Device;
  readonly start: number;
}

export function makeCustomer(random: Random, id: number, towns: Weighted, world: CustomerWorld): Customer {
  const city = towns.draw(random);
  const shift = random.normal() * 1.5;
  const owl = random.uniform() < 0.12 ? 0.6 : 0.06;
  const { market, newDevice, start } = world;
  return {
    id,
    home: near(random, world.cities[city], 6),
    city,
    rate: 0.8 * Math.exp(0.5 * random.normal() - 0.125),
    spend: 0.35 * random.normal(),
    onlineness: Math.exp(0.4 * random.normal()),
    taste: new Weighted(categories.map(({ weight }) => weight * Math.exp(0.7 * random.normal()))),
    hours: new Weighted(Array.from({ length: 24 }, (_, hour) => hourWeight(hour - shift, owl))),
    weekendFactor: Math.exp(0.3 * random.normal() + 0.1),
    usualStores: market.stores[city].map((shelf) => usual(random, shelf, 3)),
    usualOnline: market.online.map((shelf) => usual(random, shelf, 4)),
    card: newDevice(start - DAY * (30 + random.integer(1000)), true),
    device: newDevice(start - DAY * random.exponential() * 300, true),
    travel: null,
  };
}

/** Little at night, peaks at noon and early evening. */
function hourWeight(hour: number, owl: number): number {
  const bump = (centre: number, width: number): number => {
    const apart = Math.abs(((hour - centre + 36) % 24) - 12);
    return Math.exp(-((apart / width) ** 2) / 2);
  };
  return 0.02 + 0.9 * bump(12.5, 2.5) + bump(18.5, 2.5) + 0.35 * bump(9, 1.5) + owl * bump(1, 2);
}

function usual(random: Random, shelf: Shelf, count: number): Merchant[] {
  if (shelf.merchants.length === 0) return [];
  return Array.from({ length: count }, () => shelf.merchants[shelf.pick.draw(random)]);
}

import type { Random } from "@strata-ml/core";
import { brands, categories } from "./categories.js";
import { type City, near, type Point } from "./places.js";
import { Weighted } from "./weighted.js";

/** A shop: its till stands somewhere, or it sells online through gateways that it shares with others. */
export interface Merchant {
  readonly name: string;
  /** Position in `categories`. */
  readonly category: number;
  /** Store number as descriptors show it. */
  readonly store: number;
  readonly popularity: number;
  readonly terminals: readonly Terminal[];
}

export interface Terminal extends Point {
  readonly id: number;
  /** Null for an online gateway, which stands nowhere. */
  readonly city: City | null;
}

/** All that can be paid at. */
export interface Market {
  /** Tills by city, then by category. */
  readonly stores: readonly (readonly Shelf[])[];
  /** Online shops by category. */
  readonly online: readonly Shelf[];
  /** Cash machines by city. */
  readonly cash: readonly (readonly Terminal[])[];
  readonly terminalCount: number;
}

/** The merchants of one kind in one place, to draw from by popularity. */
export interface Shelf {
  readonly merchants: readonly Merchant[];
  readonly pick: Weighted;
  /** Most popular first. */
  readonly ranked: readonly Merchant[];
}

const TILLS_PER_CUSTOMER = 0.3;
const SHOPS_PER_CUSTOMER = 0.12;
const GATEWAYS_PER_CUSTOMER = 0.02;

export function makeMarket(random: Random, cities: readonly City[], customers: number): Market {
  let terminalCount = 0;
  const newTerminal = (city: City | null): Terminal => {
    const place = city === null ? { x: 0, y: 0 } : near(random, city, 4);
    return { id: terminalCount++, city, ...place };
  };
  const newMerchant = (category: number, terminals: readonly Terminal[]): Merchant => ({
    name: `${random.choice(brands)} ${random.choice(categories[category].words)}`,
    category,
    store: random.integer(10_000),
    popularity: random.exponential() + 0.1,
    terminals,
  });

  const cityWeight = cities.reduce((sum, { weight }) => sum + weight, 0);
  const tillWeight = categories.reduce((sum, { weight, online }) => sum + weight * (1 - online), 0);
  const stores = cities.map((city) => {
    const tills = (TILLS_PER_CUSTOMER * customers * city.weight) / cityWeight;
    return categories.map(({ weight, online }, category) => {
      const count = Math.max(online === 1 ? 0 : 1, Math.round((tills * weight * (1 - online)) / tillWeight));
      return shelf(Array.from({ length: count }, () => newMerchant(category, [newTerminal(city)])));
    });
  });
  const cash = cities.map((city) =>
    Array.from({ length: Math.max(1, Math.round((customers * 0.01 * city.weight) / cityWeight)) }, () =>
      newTerminal(city),
    ),
  );

  const gateways = Array.from({ length: Math.max(6, Math.round(customers * GATEWAYS_PER_CUSTOMER)) }, () =>
    newTerminal(null),
  );
  const onlineWeight = categories.reduce((sum, { weight, online }) => sum + weight * online, 0);
  const online = categories.map(({ weight, online: share }, category) => {
    const wanted = (SHOPS_PER_CUSTOMER * customers * weight * share) / onlineWeight;
    const count = Math.max(share === 0 ? 0 : 2, Math.round(wanted));
    return shelf(
      Array.from({ length: count }, () =>
        newMerchant(category, [random.choice(gateways), random.choice(gateways), random.choice(gateways)]),
      ),
    );
  });
  return { stores, online, cash, terminalCount };
}

function shelf(merchants: readonly Merchant[]): Shelf {
  return {
    merchants,
    pick: new Weighted(merchants.map(({ popularity }) => popularity)),
    ranked: [...merchants].sort((a, b) => b.popularity - a.popularity),
  };
}

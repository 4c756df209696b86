import type { Random } from "@strata-ml/core";
import { cityNames } from "./categories.js";

/** A town; places are in km on a plane. */
export interface City {
  readonly name: string;
  readonly country: string;
  readonly x: number;
  readonly y: number;
  /** How many live there, relative to the others. */
  readonly weight: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const HOME = "NL";
const abroad: readonly (readonly [name: string, country: string, x: number, y: number])[] = [
  ["ANTWERP", "BE", 150, -320],
  ["HAMBURG", "DE", 950, 420],
  ["LYON", "FR", -150, -1050],
  ["PORTO", "PT", -1500, -1500],
  ["BOSTON", "US", -5700, 200],
  ["OSAKA", "JP", 9100, 900],
];

/** The home country's towns, then those abroad. */
export function makeCities(random: Random): City[] {
  const towns = cityNames.map((name, i): City => {
    return {
      name,
      country: HOME,
      x: random.uniform() * 700,
      y: random.uniform() * 700,
      weight: 1 / (i + 2),
    };
  });
  return [...towns, ...abroad.map(([name, country, x, y]): City => ({ name, country, x, y, weight: 0.1 }))];
}

export function isHome(city: City): boolean {
  return city.country === HOME;
}

/** A point near a town's centre. */
export function near(random: Random, city: City, spread: number): Point {
  return { x: city.x + spread * random.normal(), y: city.y + spread * random.normal() };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

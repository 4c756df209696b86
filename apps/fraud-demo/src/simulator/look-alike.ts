import type { Random } from "@strata-ml/core";

const digitFor: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1", E: "3", A: "4", S: "5" };
const oddPrefixes = ["SQ*", "PYPL-", "PP-", "PAYPAI *"];
const oddSuffixes = ["-SECURE", "-BILLING", "-VERIFY"];

/**
 * A merchant's name forged to pass a quick glance: letters replaced by digits that look the same, or a processor
 * that does not exist in front, and often a second change. The number of variants is far above the frauds of a run.
 */
export function lookAlike(random: Random, name: string): string {
  let forged = random.uniform() < 0.8 ? replaceLetters(random, name, 2 + random.integer(2)) : name;
  if (forged === name) forged = random.choice(oddPrefixes) + name;
  return random.uniform() < 0.35 ? secondChange(random, forged) : forged;
}

function replaceLetters(random: Random, name: string, count: number): string {
  const places = random.shuffle(Array.from(name).flatMap((ch, i) => (i > 0 && ch in digitFor ? [i] : [])));
  const chosen = new Set(places.slice(0, count));
  return Array.from(name, (ch, i) => (chosen.has(i) ? digitFor[ch] : ch)).join("");
}

function secondChange(random: Random, name: string): string {
  const at = 1 + random.integer(Math.max(1, Math.min(8, name.length - 2)));
  switch (random.integer(4)) {
    case 0:
      return name.slice(0, at - 1) + name[at] + name[at - 1] + name.slice(at + 1);
    case 1:
      return name.slice(0, at) + name[at] + name.slice(at);
    case 2:
      return `${name.slice(0, at)}-${name.slice(at)}`;
    default:
      return name.split(" ")[0] + random.choice(oddSuffixes);
  }
}

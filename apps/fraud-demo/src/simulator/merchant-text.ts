import type { Random } from "@strata-ml/core";

/** Longest descriptor that fits a statement line. */
const LINE = 25;

const processors = ["SQ *", "PAYPAL *", "TST* ", "SP ", "CKO*", "ZTL*"];
const vouchers = ["GIFT CARD", "EGIFT", "VOUCHER", "TOPUP", "PREPAID", "RELOAD", "STORE CREDIT"];
const referenceLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";

/** A line for a purchase at a till: name, often store number and city, sometimes through a processor. */
export function storeLine(random: Random, name: string, store: number, city: string): string {
  const processor = random.uniform() < 0.12 ? random.choice(["SQ *", "TST* "]) : "";
  const number = random.uniform() < 0.5 ? ` #${String(store).padStart(4, "0")}` : "";
  const place = random.uniform() < 0.7 ? ` ${city}` : "";
  return finish(random, processor + withSlip(random, name) + number + place);
}

/** A line for a purchase online: the shop's address, a reference of its order system, or a payment processor in front. */
export function onlineLine(random: Random, name: string): string {
  const shown = withSlip(random, name);
  const form = random.uniform();
  if (form < 0.25) return finish(random, `${shown.replaceAll(" ", "")}.COM`);
  if (form < 0.5) return finish(random, `${shown}*${reference(random)}`);
  if (form < 0.72) return finish(random, random.choice(processors) + shown);
  if (form < 0.86) return finish(random, `${shown} ${reference(random)}`);
  return finish(random, shown);
}

/** A line for a voucher or top-up bought from a shop. */
export function voucherLine(random: Random, name: string): string {
  const brand = withSlip(random, name.split(" ")[0]);
  const tail = random.uniform() < 0.4 ? ` ${reference(random)}` : "";
  return finish(random, `${brand}${random.choice(["*", " ", ".COM "])}${random.choice(vouchers)}${tail}`);
}

export function cashLine(random: Random, city: string): string {
  return finish(random, `ATM ${String(random.integer(9000) + 1000)} ${city}`);
}

/** An order number, or a code of letters and digits. */
function reference(random: Random): string {
  if (random.uniform() < 0.75) return String(10_000 + random.integer(990_000));
  let out = "";
  for (let i = 4 + random.integer(4); i > 0; i--)
    out += referenceLetters[random.integer(referenceLetters.length)];
  return out;
}

/** Honest slips of who typed the name in: about one line in fifty loses, doubles or swaps a letter. */
function withSlip(random: Random, name: string): string {
  if (random.uniform() >= 0.02) return name;
  const at = 1 + random.integer(Math.max(1, name.length - 2));
  switch (random.integer(3)) {
    case 0:
      return name.slice(0, at) + name.slice(at + 1);
    case 1:
      return name.slice(0, at) + name[at] + name.slice(at);
    default:
      return name.slice(0, at - 1) + name[at] + name[at - 1] + name.slice(at + 1);
  }
}

function finish(random: Random, line: string): string {
  const cut = random.uniform() < 0.05 ? 12 + random.integer(8) : LINE;
  const shown = line.slice(0, cut).trimEnd();
  const form = random.uniform();
  if (form < 0.04) return shown.toLowerCase();
  return form < 0.08 ? shown.toLowerCase().replace(/(^|\s)\S/g, (ch) => ch.toUpperCase()) : shown;
}

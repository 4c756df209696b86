import type { Random } from "@strata-ml/core";
import { type AccountEvent, type AccountEventType, HOUR } from "../features/stream.js";
import type { Checkout, Draft } from "./checkout.js";
import type { Customer, Device } from "./customers.js";
import type { Scenario } from "./transaction.js";

const MINUTE = 60_000;

export interface BurstOptions {
  readonly random: Random;
  readonly checkout: Checkout;
  readonly newDevice: (firstUse: number, used: boolean) => Device;
  readonly emit: (event: Draft | AccountEvent) => void;
}

/*
 * Each burst is one function for fraud and honest customers alike: amounts, gaps, places, devices and everything else are
 * drawn in the same way, and the order (or, jointly, order and descriptor) alone differs. So no count, sum, mean or time
 * window can tell them apart.
 */

/**
 * Four small charges, then a large one. Fraud tries a card with charges that rise; honest bursts have them in an order
 * with at least three of the six pairs falling. The small charges are reversed at once and nobody reports them, so the
 * large one alone is fraud.
 */
export function cardTesting(customer: Customer, start: number, fraud: boolean, options: BurstOptions): void {
  const { random, checkout, emit } = options;
  let amount = 0.5 + 0.6 * random.uniform();
  const small = Array.from({ length: 4 }, () => {
    const now = amount;
    amount *= 1.45 + 0.8 * random.uniform();
    return now;
  });
  if (!fraud) while (fallingPairs(small) < 3) random.shuffle(small);
  let time = start;
  for (const charge of small) {
    emit(
      checkout.online(customer, time, checkout.onlineCategory(customer), { amount: charge, line: "plain" }),
    );
    time += gap(random, 5 * MINUTE);
  }
  const large = 130 * Math.exp(customer.spend + 0.5 * random.normal());
  const last = checkout.online(customer, time, checkout.onlineCategory(customer), {
    amount: large,
    line: "plain",
  });
  emit(marked(last, fraud, "cardTesting"));
}

function fallingPairs(values: readonly number[]): number {
  let falling = 0;
  for (let i = 0; i < values.length; i++)
    for (let j = i + 1; j < values.length; j++) if (values[i] > values[j]) falling++;
  return falling;
}

/**
 * Three events of the account, then one or two purchases with the new device. Fraud gets in by a reset, adds its device
 * and then changes limit, address or phone; an honest customer makes that change first, adds a device, and resets the
 * password that they forgot.
 */
export function accountTakeover(
  customer: Customer,
  start: number,
  fraud: boolean,
  options: BurstOptions,
): void {
  const { random, checkout, newDevice, emit } = options;
  const change = random.choice<AccountEventType>(["limitChange", "addressChange", "phoneChange"]);
  const order: AccountEventType[] = ["passwordReset", "newDevice", change];
  if (!fraud) order.reverse();
  let time = start;
  let added = start;
  for (const type of order) {
    emit({ kind: "accountEvent", time, customer: customer.id, type });
    if (type === "newDevice") added = time;
    time += gap(random, 12 * MINUTE);
  }
  const device = newDevice(added, false);
  for (let purchases = random.uniform() < 0.4 ? 2 : 1; purchases > 0; purchases--) {
    const category = checkout.onlineCategory(customer);
    emit(
      marked(checkout.online(customer, time, category, { device, line: "plain" }), fraud, "accountTakeover"),
    );
    time += gap(random, 10 * MINUTE);
  }
}

/**
 * Address and limit are changed, then something is bought online. It is fraud where the address came first and a voucher
 * is bought; the other three combinations are honest.
 */
export function voucherCashOut(
  customer: Customer,
  start: number,
  addressFirst: boolean,
  voucher: boolean,
  options: BurstOptions,
): void {
  const { random, checkout, emit } = options;
  const order: AccountEventType[] = ["addressChange", "limitChange"];
  if (!addressFirst) order.reverse();
  let time = start;
  for (const type of order) {
    emit({ kind: "accountEvent", time, customer: customer.id, type });
    time += gap(random, HOUR);
  }
  const draft = checkout.online(customer, time, checkout.onlineCategory(customer), {
    line: voucher ? "voucher" : "plain",
  });
  emit(marked(draft, addressFirst && voucher, "voucherCashOut"));
}

/** A declined payment is no fraud: no money moves. */
export function marked(draft: Draft, fraud: boolean, scenario: Scenario): Draft {
  if (fraud && !draft.declined) Object.assign(draft, { fraud, scenario });
  return draft;
}

function gap(random: Random, mean: number): number {
  return Math.round((0.15 + random.exponential()) * (mean / 1000)) * 1000;
}

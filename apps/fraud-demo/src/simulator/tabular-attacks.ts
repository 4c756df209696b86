import type { Random } from "@strata-ml/core";
import { HOUR } from "../features/stream.js";
import { type BurstOptions, marked } from "./bursts.js";
import type { Customer } from "./customers.js";
import { momentOf } from "./honest-day.js";

const FAR = 400;

/** Which of the three signs of a stranger's device a purchase shows. */
export interface DeviceSigns {
  readonly unknown: boolean;
  readonly far: boolean;
  readonly night: boolean;
}

/** An online purchase from an unknown device, far away, at night: fraud where all three meet. */
export function strangeDevice(
  customer: Customer,
  midnight: number,
  { unknown, far, night }: DeviceSigns,
  { random, checkout, newDevice, emit }: BurstOptions,
): void {
  let time = night ? nightMoment(random, midnight) : dayMoment(random, customer, midnight);
  const device = unknown ? { device: newDevice(time, false) } : {};
  const from = far ? { from: checkout.farFrom(customer, FAR) } : {};
  for (let purchases = 1 + random.integer(2); purchases > 0; purchases--) {
    const draft = checkout.online(customer, time, checkout.onlineCategory(customer), {
      ...device,
      ...from,
      line: "plain",
    });
    emit(marked(draft, unknown && far && night, "strangeDevice"));
    time += Math.round((3 + 15 * random.uniform()) * 60) * 1000;
  }
}

function nightMoment(random: Random, midnight: number): number {
  return midnight + HOUR + random.integer(4 * 3600) * 1000;
}

function dayMoment(random: Random, customer: Customer, midnight: number): number {
  for (;;) {
    const time = momentOf(random, customer, midnight);
    if (time - midnight >= 7 * HOUR) return time;
  }
}

/** Two to four contactless payments in a town that the card cannot have reached. */
export function relay(customer: Customer, midnight: number, far: number, options: BurstOptions): void {
  const { random, checkout, emit } = options;
  let time = dayMoment(random, customer, midnight);
  for (let payments = 2 + random.integer(3); payments > 0; payments--) {
    const draft = checkout.store(customer, time, checkout.storeCategory(customer), far);
    draft.channel = "contactless";
    draft.amount = Math.min(draft.amount, Math.round(100 * (15 + 35 * random.uniform())) / 100);
    emit(marked(draft, true, "relay"));
    time += Math.round((2 + 8 * random.uniform()) * 60) * 1000;
  }
}

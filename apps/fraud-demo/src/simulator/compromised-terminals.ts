import type { Random } from "@strata-ml/core";
import { marked } from "./bursts.js";
import type { Draft } from "./checkout.js";

/** Share of the payments at a compromised terminal that turn out as fraud. */
const SHARE = 0.75;
/** Payments a day at the terminals chosen: enough for their risk to show, few enough for several terminals at a time. */
const LEAST_TRAFFIC = 0.7;
const MOST_TRAFFIC = 1.9;
/** Days watched before the first terminal is chosen. */
const WATCH = 3;

/** Terminals that leak cards for three to four weeks; as many at a time as a daily number of frauds needs. */
export class CompromisedTerminals {
  private readonly leaks = new Map<number, { until: number; perDay: number }>();
  private readonly traffic: Float64Array;

  constructor(
    private readonly random: Random,
    terminals: number,
    private readonly fraudsPerDay: number,
  ) {
    this.traffic = new Float64Array(terminals);
  }

  /** Ends and starts leaks at the beginning of a day. */
  startDay(day: number): void {
    if (day < WATCH) return;
    let perDay = 0;
    for (const [terminal, leak] of this.leaks) {
      if (day >= leak.until) this.leaks.delete(terminal);
      else perDay += leak.perDay;
    }
    const suited = [...this.traffic.keys()].filter((terminal) => {
      const traffic = this.traffic[terminal] / day;
      return traffic >= LEAST_TRAFFIC && traffic <= MOST_TRAFFIC && !this.leaks.has(terminal);
    });
    while (perDay < this.fraudsPerDay && suited.length > 0) {
      const [terminal] = suited.splice(this.random.integer(suited.length), 1);
      const more = (SHARE * this.traffic[terminal]) / day;
      // The last one starts or waits by chance, so that the mean is met.
      if (this.random.uniform() * more > this.fraudsPerDay - perDay) break;
      this.leaks.set(terminal, { until: day + 21 + this.random.integer(8), perDay: more });
      perDay += more;
    }
  }

  /** Counts a payment in person, and marks it as fraud where its terminal leaks. */
  pass(draft: Draft): void {
    this.traffic[draft.terminal]++;
    if (this.leaks.has(draft.terminal) && this.random.uniform() < SHARE)
      marked(draft, true, "compromisedTerminal");
  }
}

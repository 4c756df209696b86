import { DataError } from "@strata-ml/core";
import { describe, expect, it } from "vitest";
import { mccs } from "../simulator/categories.js";
import { simulate } from "../simulator/simulate.js";
import type { SimulatedEvent } from "../simulator/transaction.js";
import { bankEngine } from "./bank-features.js";
import { handbookEngine } from "./handbook-features.js";
import { DAY } from "./stream.js";

async function collect(events: AsyncIterable<SimulatedEvent>): Promise<SimulatedEvent[]> {
  const out: SimulatedEvent[] = [];
  for await (const event of events) out.push(event);
  return out;
}

/** Every row of a stream as plain numbers, by transaction id. */
function rowsOf(events: readonly SimulatedEvent[]): Map<number, number[]> {
  const engine = bankEngine({ mccs });
  const rows = new Map<number, number[]>();
  for (const event of events) {
    if (event.kind === "accountEvent") engine.accountEvent(event);
    else if (event.kind === "fraudReport") engine.fraudReport(event);
    else {
      const { features, histories } = engine.step(event);
      const steps = histories.flatMap(({ values, steps }, h) => [
        steps,
        ...values.subarray(0, steps * engine.histories[h].fields.length),
      ]);
      rows.set(event.id, [...features, ...steps]);
    }
  }
  return rows;
}

describe("FeatureEngine", async () => {
  const days = 24;
  const events = await collect(simulate({ seed: 3, customers: 150, days, fraudRate: 0.04 }));
  const rows = rowsOf(events);
  const start = Date.parse("2024-01-01");
  const transactions = events.filter((event) => event.kind === "transaction");

  it("gives every transaction finite features", () => {
    expect(rows.size).toBe(transactions.length);
    for (const row of rows.values()) expect(row.every(Number.isFinite)).toBe(true);
  });

  it("lets nothing that comes later change a row", () => {
    const cut = start + 15 * DAY;
    const known = rowsOf(events.filter(({ time }) => time < cut));
    expect(known.size).toBeGreaterThan(500);
    for (const [id, row] of known) expect(row).toEqual(rows.get(id));
  });

  it("uses no label before its report has come: other labels after a cut change no row before it", () => {
    const cut = start + 15 * DAY;
    const changed = events.flatMap((event): SimulatedEvent[] => {
      if (event.kind === "transaction")
        return [{ ...event, fraud: !event.fraud, scenario: null, reportedAt: null }];
      return event.kind === "fraudReport" && event.time >= cut ? [] : [event];
    });
    const others = rowsOf(changed);
    const differ = transactions.filter(({ id }) => String(rows.get(id)) !== String(others.get(id)));
    expect(differ.length).toBeGreaterThan(0);
    expect(Math.min(...differ.map(({ time }) => time))).toBeGreaterThanOrEqual(cut);
  });

  it("uses no label of a transaction younger than the delay, even where its report came early", () => {
    const engine = handbookEngine({ historySteps: 4 });
    const risk = engine.names.indexOf("terminalRisk30d");
    const pay = (id: number, day: number): ReturnType<typeof engine.step> =>
      engine.step({ id, time: day * DAY, customer: id, terminal: 1, amount: 10 });
    pay(0, 0);
    engine.fraudReport({
      kind: "fraudReport",
      time: DAY,
      transaction: 0,
      transactionTime: 0,
      customer: 0,
      terminal: 1,
    });
    const early = pay(1, 6);
    expect([early.features[risk], early.histories[1].steps]).toEqual([0, 0]);
    const settled = pay(2, 7);
    expect([settled.features[risk], settled.histories[1].steps, settled.histories[1].values[2]]).toEqual([
      1, 1, 1,
    ]);
  });

  it("counts a late report from its moment on", () => {
    const engine = handbookEngine({ historySteps: 0 });
    const risk = engine.names.indexOf("terminalRisk7d");
    const pay = (id: number, time: number): number =>
      engine.step({ id, time, customer: id, terminal: 1, amount: 10 }).features[risk];
    pay(0, 0);
    expect(pay(1, 9 * DAY)).toBe(0);
    engine.fraudReport({
      kind: "fraudReport",
      time: 10 * DAY,
      transaction: 0,
      transactionTime: 0,
      customer: 0,
      terminal: 1,
    });
    expect(pay(2, 10 * DAY)).toBe(1);
    expect(pay(3, 15 * DAY)).toBe(0);
  });

  it("ends a customer's history with the transaction itself, and keeps the newest steps", () => {
    const engine = handbookEngine({ historySteps: 3 });
    const amounts = [1, 2, 4, 8, 16];
    const shown = amounts.map((amount, id) => {
      const { values, steps } = engine.step({ id, time: id * DAY, customer: 1, terminal: id, amount })
        .histories[0];
      const width = engine.histories[0].fields.length;
      return Array.from({ length: steps }, (_, s) => Math.round(Math.expm1(values[s * width + 1])));
    });
    expect(shown).toEqual([[1], [1, 2], [1, 2, 4], [2, 4, 8], [4, 8, 16]]);
  });

  it("refuses what comes out of order", () => {
    const engine = handbookEngine();
    engine.step({ id: 0, time: 10, customer: 1, terminal: 1, amount: 1 });
    const late = { id: 1, time: 9, customer: 1, terminal: 1, amount: 1 };
    expect(() => engine.step(late)).toThrow(DataError);
    expect(() => engine.step(late)).toThrow(
      "FeatureEngine: a transaction must come in time order, at 10 or later",
    );
    expect(() =>
      engine.accountEvent({ kind: "accountEvent", time: Number.NaN, customer: 1, type: "login" }),
    ).toThrow("received time NaN");
  });
});

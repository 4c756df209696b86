import { ParamError, type ProgressEvent } from "@strata-ml/core";
import { describe, expect, it } from "vitest";
import { simulatedData } from "../data/simulated-data.js";
import { DAY, HOUR } from "../features/stream.js";
import { simulate } from "./simulate.js";
import type { SimulationInput } from "./simulation-params.js";
import {
  type Modality,
  scenarioModality,
  type SimulatedEvent,
  type SimulatedTransaction,
} from "./transaction.js";

async function run(input: SimulationInput): Promise<SimulatedEvent[]> {
  const out: SimulatedEvent[] = [];
  for await (const event of simulate(input)) out.push(event);
  return out;
}

function transactionsOf(events: readonly SimulatedEvent[]): SimulatedTransaction[] {
  return events.filter((event) => event.kind === "transaction");
}

const start = Date.parse("2024-01-01");

describe("simulate, at its defaults", async () => {
  const events = await run({});
  const transactions = transactionsOf(events);
  const frauds = transactions.filter(({ fraud }) => fraud);

  it("gives a stream of the size meant, in time order, with rising ids", () => {
    expect(transactions.length).toBeGreaterThan(60_000);
    expect(transactions.length).toBeLessThan(100_000);
    for (let i = 1; i < events.length; i++) expect(events[i].time).toBeGreaterThanOrEqual(events[i - 1].time);
    transactions.forEach(({ id }, i) => expect(id).toBe(i));
    expect(events[0].time).toBeGreaterThanOrEqual(start);
    expect(events.at(-1)!.time).toBeLessThan(start + 60 * DAY);
  });

  it("has about one fraud in a hundred, shared out between the modalities", () => {
    expect(frauds.length / transactions.length).toBeGreaterThan(0.008);
    expect(frauds.length / transactions.length).toBeLessThan(0.012);
    const share = (modality: Modality): number =>
      frauds.filter(({ scenario }) => scenarioModality[scenario!] === modality).length / frauds.length;
    const within = {
      tabular: [0.3, 0.43],
      text: [0.17, 0.27],
      sequence: [0.19, 0.29],
      joint: [0.13, 0.21],
    } as const;
    for (const [modality, [least, most]] of Object.entries(within)) {
      expect(share(modality as Modality), modality).toBeGreaterThan(least);
      expect(share(modality as Modality), modality).toBeLessThan(most);
    }
  });

  it("marks frauds alone with a scenario, and no declined payment as fraud", () => {
    for (const { fraud, scenario } of transactions) expect(scenario !== null).toBe(fraud);
    expect(frauds.some(({ declined }) => declined)).toBe(false);
    const declined = transactions.filter((transaction) => transaction.declined).length;
    expect(declined / transactions.length).toBeCloseTo(0.02, 2);
  });

  it("starts relay fraud midway", () => {
    const days = frauds
      .filter(({ scenario }) => scenario === "relay")
      .map(({ time }) => (time - start) / DAY);
    expect(Math.min(...days)).toBeGreaterThanOrEqual(30);
    expect(days.length).toBeGreaterThan(30);
  });

  it("makes labels known late, misses some frauds and has a few false reports", () => {
    const reported = frauds.filter(({ reportedAt }) => reportedAt !== null);
    expect(reported.length / frauds.length).toBeGreaterThan(0.91);
    expect(reported.length).toBeLessThan(frauds.length);
    const delays = reported.map(({ time, reportedAt }) => (reportedAt! - time) / DAY);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1);
    expect(delays.reduce((sum, delay) => sum + delay, 0) / delays.length).toBeCloseTo(4.5, 0);
    const falsely = transactions.filter(({ fraud, reportedAt }) => !fraud && reportedAt !== null);
    expect(falsely.length).toBeGreaterThan(3);
    expect(falsely.length).toBeLessThan(40);
  });

  it("sends each report that falls into the run at its time, and no other", () => {
    const due = transactions.filter(({ reportedAt }) => reportedAt !== null && reportedAt < start + 60 * DAY);
    const reports = events.filter((event) => event.kind === "fraudReport");
    expect(new Set(reports.map(({ transaction }) => transaction))).toEqual(new Set(due.map(({ id }) => id)));
    expect(reports.length).toBe(due.length);
    for (const { transaction, time, transactionTime, customer, terminal } of reports) {
      expect({ time, transactionTime, customer, terminal }).toEqual({
        time: transactions[transaction].reportedAt,
        transactionTime: transactions[transaction].time,
        customer: transactions[transaction].customer,
        terminal: transactions[transaction].terminal,
      });
    }
  });

  it("forges descriptors that training has not seen, at amounts and hours of honest payments", () => {
    const forged = frauds.filter(({ scenario }) => scenario === "lookAlike");
    const early = new Set(
      transactions.filter(({ time }) => time < start + 38 * DAY).map(({ descriptor }) => descriptor),
    );
    const late = forged.filter(({ time }) => time >= start + 45 * DAY);
    expect(late.filter(({ descriptor }) => early.has(descriptor)).length / late.length).toBeLessThan(0.2);
    const honest = transactions.filter(({ fraud, channel }) => !fraud && channel === "ecom");
    const mean = (
      list: readonly SimulatedTransaction[],
      value: (t: SimulatedTransaction) => number,
    ): number => list.reduce((sum, transaction) => sum + value(transaction), 0) / list.length;
    const hour = ({ time }: SimulatedTransaction): number => (time % DAY) / HOUR;
    expect(Math.abs(mean(forged, hour) - mean(honest, hour))).toBeLessThan(1.2);
    const log = ({ amount }: SimulatedTransaction): number => Math.log(amount);
    expect(Math.abs(mean(forged, log) - mean(honest, log))).toBeLessThan(0.35);
  });
});

describe("simulate", () => {
  const small = { customers: 60, days: 12, fraudRate: 0.03 };

  it("repeats a stream for the same seed, and gives another for another", async () => {
    const first = await run({ ...small, seed: 5 });
    expect(await run({ ...small, seed: 5 })).toEqual(first);
    expect(await run({ ...small, seed: 6 })).not.toEqual(first);
  });

  it("keeps truth, scenario and reports out of the features", async () => {
    const data = await simulatedData(simulate(small));
    expect(data.namesOf("target")).toEqual(["fraud"]);
    for (const name of ["scenario", "reportedAt", "transaction", "customer", "terminal"])
      expect(data.roleOf(name)).toBe("id");
    expect(data.rows).toBe(transactionsOf(await run(small)).length);
  });

  it("follows its params", async () => {
    const input = { ...small, start: "2030-06-01", unreportedShare: 0, falseReportRate: 0, driftDay: 0 };
    const only = {
      compromisedTerminal: 0,
      strangeDevice: 0,
      relay: 1,
      lookAlike: 0,
      cardTesting: 0,
      accountTakeover: 0,
      voucherCashOut: 0,
    };
    const transactions = transactionsOf(await run({ ...input, mix: only }));
    expect(new Date(transactions[0].time).getUTCFullYear()).toBe(2030);
    expect(new Set(transactions.map(({ scenario }) => scenario))).toEqual(new Set([null, "relay"]));
    for (const { fraud, reportedAt } of transactions) expect(reportedAt !== null).toBe(fraud);
  });

  it("reports progress and stops when aborted", async () => {
    const events: ProgressEvent[] = [];
    const controller = new AbortController();
    const reading = async (): Promise<void> => {
      const options = { signal: controller.signal, onProgress: (event: ProgressEvent) => events.push(event) };
      for await (const event of simulate(small, options)) {
        if (event.time > start + 4 * DAY) controller.abort(new Error("enough"));
      }
    };
    await expect(reading()).rejects.toThrow("enough");
    expect(events.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5]);
    expect(events[0]).toEqual({ owner: "simulate", stage: "day", done: 1, total: 12 });
  });

  it("refuses params out of range and misspelt ones", async () => {
    await expect(run({ customers: 3 })).rejects.toThrow(ParamError);
    await expect(run({ customers: 3 })).rejects.toThrow("simulate: customers must be >= 50, received 3");
    const misspelt = { day: 12 } as SimulationInput;
    await expect(run(misspelt)).rejects.toThrow("did you mean 'days'?");
  });
});

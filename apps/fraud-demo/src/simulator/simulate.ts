import { type ProgressEvent, parseParams, Random } from "@strata-ml/core";
import { DAY, type FraudReport } from "../features/stream.js";
import { AttackPlan, type FraudsPerDay } from "./attack-plan.js";
import { Checkout, type Draft } from "./checkout.js";
import { CompromisedTerminals } from "./compromised-terminals.js";
import { type Customer, type Device, makeCustomer } from "./customers.js";
import { honestDay, type HonestDayOptions, MEAN_DAY } from "./honest-day.js";
import { makeMarket } from "./merchants.js";
import { isHome, makeCities } from "./places.js";
import { type SimulationInput, type SimulationParams, simulationParams } from "./simulation-params.js";
import { type Scenario, type SimulatedEvent, type SimulatedTransaction, scenarios } from "./transaction.js";
import { Weighted } from "./weighted.js";

export interface SimulateOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
}

/** Share of the honest transactions that are made online, about: look-alikes come among them. */
const ONLINE_SHARE = 0.43;

type Unordered = Draft | Exclude<SimulatedEvent, SimulatedTransaction>;

/**
 * A stream of card transactions, account events and fraud reports in time order, made up a day at a time: the same seed
 * gives the same stream. Transactions carry the truth beside what a bank sees; features come from the latter alone.
 *
 * @throws ParamError for a parameter that is unknown or out of range; the signal's reason once it is aborted.
 * @example
 * for await (const event of simulate({ seed: 1, customers: 200, days: 20 })) {
 *   if (event.kind === "transaction") console.log(event.descriptor, event.amount);
 * }
 */
export async function* simulate(
  input: SimulationInput = {},
  { signal, onProgress }: SimulateOptions = {},
): AsyncGenerator<SimulatedEvent, void, undefined> {
  const params = parseParams("simulate", simulationParams, input);
  const simulation = new Simulation(params);
  for (let day = 0; day < params.days; day++) {
    // A macrotask a day lets timers and signals in.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    yield* simulation.day(day);
    onProgress?.({ owner: "simulate", stage: "day", done: day + 1, total: params.days });
  }
}

class Simulation {
  private readonly root: Random;
  private readonly labels: Random;
  private readonly customers: readonly Customer[];
  private readonly compromised: CompromisedTerminals;
  private readonly honest: HonestDayOptions;
  private readonly attacks: AttackPlan;
  private readonly start: number;
  /** What is planned for each day, as far as it is known. */
  private readonly planned = new Map<number, Unordered[]>();
  private readonly reports = new Map<number, FraudReport[]>();
  private nextId = 0;
  private devices = 0;

  constructor(private readonly params: SimulationParams) {
    const { seed, customers, days } = params;
    this.root = new Random(seed);
    this.labels = this.root.fork("labels");
    this.start = Date.parse(params.start);
    const newDevice = (firstUse: number, used: boolean): Device => ({ id: this.devices++, firstUse, used });

    const cities = makeCities(this.root.fork("cities"));
    const market = makeMarket(this.root.fork("market"), cities, customers);
    const towns = new Weighted(cities.filter(isHome).map(({ weight }) => weight));
    const world = { cities, market, newDevice, start: this.start };
    const people = this.root.fork("customers");
    this.customers = Array.from({ length: customers }, (_, id) => makeCustomer(people, id, towns, world));

    const rates = this.customers.map(({ rate }) => rate);
    const daily = MEAN_DAY * rates.reduce((sum, rate) => sum + rate, 0);
    const driftDay = params.driftDay ?? Math.floor(days / 2);
    const perDay = fraudsPerDay(params, daily, driftDay);
    const emit = (event: Unordered): void => this.plan(event);

    const random = this.root.fork("honest");
    this.honest = {
      random,
      cities,
      checkout: new Checkout(random, cities, market),
      newDevice,
      emit,
      onlineLine: () =>
        random.uniform() < perDay.lookAlike / (ONLINE_SHARE * daily) ? "lookAlike" : undefined,
    };
    const attack = this.root.fork("attacks");
    this.attacks = new AttackPlan({
      random: attack,
      checkout: new Checkout(attack, cities, market),
      newDevice,
      emit,
      params,
      perDay,
      driftDay,
      customers: this.customers,
      byRate: new Weighted(rates),
      cities,
    });
    this.compromised = new CompromisedTerminals(
      this.root.fork("terminals"),
      market.terminalCount,
      perDay.compromisedTerminal,
    );
  }

  *day(day: number): Generator<SimulatedEvent, void, undefined> {
    const midnight = this.start + day * DAY;
    this.compromised.startDay(day);
    this.attacks.startDay(day, midnight);
    for (const customer of this.customers) honestDay(customer, day, midnight, this.honest);
    const events = [...(this.planned.get(day) ?? []), ...(this.reports.get(day) ?? [])];
    this.planned.delete(day);
    this.reports.delete(day);
    events.sort((a, b) => a.time - b.time);
    for (const event of events) yield event.kind === "transaction" ? this.settle(event) : event;
  }

  private plan(event: Unordered): void {
    const day = Math.floor((event.time - this.start) / DAY);
    if (day >= this.params.days) return;
    const list = this.planned.get(day);
    if (list === undefined) this.planned.set(day, [event]);
    else list.push(event);
  }

  /** Gives a transaction its id, and decides what becomes known of it, and when. */
  private settle(draft: Draft): SimulatedTransaction {
    const { unreportedShare, falseReportRate, reportDays } = this.params;
    if (draft.channel === "chip" || draft.channel === "contactless") {
      if (draft.scenario === null) this.compromised.pass(draft);
    }
    const { labels } = this;
    const reported = labels.uniform() < (draft.fraud ? 1 - unreportedShare : falseReportRate);
    const delay = DAY + Math.round((reportDays * labels.exponential() * DAY) / 1000) * 1000;
    const reportedAt = reported && !draft.declined ? draft.time + delay : null;
    const transaction: SimulatedTransaction = { ...draft, id: this.nextId++, reportedAt };
    if (reportedAt !== null) this.report(transaction, reportedAt);
    return transaction;
  }

  private report({ id, time, customer, terminal }: SimulatedTransaction, reportedAt: number): void {
    const day = Math.floor((reportedAt - this.start) / DAY);
    const list = this.reports.get(day) ?? [];
    list.push({
      kind: "fraudReport",
      time: reportedAt,
      transaction: id,
      transactionTime: time,
      customer,
      terminal,
    });
    this.reports.set(day, list);
  }
}

function fraudsPerDay(
  { mix, fraudRate, days }: SimulationParams,
  daily: number,
  driftDay: number,
): FraudsPerDay {
  const total = scenarios.reduce((sum, name) => sum + mix[name], 0);
  const entries = scenarios.map((name): [Scenario, number] => {
    const active = name === "relay" ? Math.max(1, days - driftDay) / days : 1;
    return [name, (fraudRate * daily * mix[name]) / (total || 1) / active];
  });
  return Object.fromEntries(entries) as Record<Scenario, number>;
}

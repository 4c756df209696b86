import type { AccountEvent, CardTransaction, FraudReport } from "../features/stream.js";

export const channels = ["chip", "contactless", "ecom", "atm"] as const;
export type Channel = (typeof channels)[number];

/** How a fraud was done, and which modality shows it. For reports only: never a feature. */
export const scenarioModality = {
  /** A terminal has raised fraud for some weeks: seen through its risk. */
  compromisedTerminal: "tabular",
  /** An unknown device, far from home, at night; each pair of the three is harmless. */
  strangeDevice: "tabular",
  /** Contactless payments farther away than the card can have travelled; starts midway. */
  relay: "tabular",
  /** A descriptor that imitates a merchant of the customer's, on an ordinary payment. */
  lookAlike: "text",
  /** Small charges that rise, then a large one; honest bursts have the same amounts in another order. */
  cardTesting: "sequence",
  /** Password reset, new device, another change, purchase; honest bursts have the same events in another order. */
  accountTakeover: "sequence",
  /** A voucher by its descriptor after address, then limit, were changed; each alone is harmless. */
  voucherCashOut: "joint",
} as const;
export type Scenario = keyof typeof scenarioModality;
export type Modality = (typeof scenarioModality)[Scenario];
export const scenarios = Object.keys(scenarioModality) as readonly Scenario[];

/** A card transaction as the bank sees it at the moment of authorisation. */
export interface BankTransaction extends CardTransaction {
  readonly kind: "transaction";
  /** What stands on the statement: merchant, store, city, processor; with noise. */
  readonly descriptor: string;
  readonly mcc: string;
  readonly channel: Channel;
  /** The card itself for chip, contactless and atm; a phone or computer for ecom. */
  readonly device: number;
  /** Days since the device was first seen with this customer. */
  readonly deviceAgeDays: number;
  readonly newDevice: boolean;
  readonly declined: boolean;
  readonly country: string;
  /** Where the terminal stands, or the address that the internet connection comes from, in km. */
  readonly x: number;
  readonly y: number;
  /** From the customer's home, in km. */
  readonly distanceKm: number;
}

/** A transaction with what only the simulator knows. */
export interface SimulatedTransaction extends BankTransaction {
  /** The truth. */
  readonly fraud: boolean;
  readonly scenario: Scenario | null;
  /** When a fraud report about it reaches the bank; null where none ever does. A few come about honest ones. */
  readonly reportedAt: number | null;
}

/** What a bank sees, in time order. */
export type StreamEvent<T extends BankTransaction = BankTransaction> = T | AccountEvent | FraudReport;
export type SimulatedEvent = StreamEvent<SimulatedTransaction>;

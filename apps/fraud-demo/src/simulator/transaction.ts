import type { AccountEvent, BankTransaction, FraudReport } from "../features/stream.js";

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

/** A transaction with what only the simulator knows. */
export interface SimulatedTransaction extends BankTransaction {
  /** The truth. */
  readonly fraud: boolean;
  readonly scenario: Scenario | null;
  /** When a fraud report about it reaches the bank; null where none ever does. A few come about honest ones. */
  readonly reportedAt: number | null;
}

/** What the simulator gives, in time order. */
export type SimulatedEvent = SimulatedTransaction | AccountEvent | FraudReport;

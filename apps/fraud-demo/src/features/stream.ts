/** The parts of a card transaction that every source has. The engine never sees a label on one: labels arrive as {@link FraudReport}. */
export interface CardTransaction {
  /** Whole number, rising in time order. */
  readonly id: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  readonly customer: number;
  readonly terminal: number;
  readonly amount: number;
}

export const channels = ["chip", "contactless", "ecom", "atm"] as const;
export type Channel = (typeof channels)[number];

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

/** Word that an earlier transaction was fraud, at the moment it becomes known. */
export interface FraudReport {
  readonly kind: "fraudReport";
  readonly time: number;
  /** Id and time of the transaction that it is about. */
  readonly transaction: number;
  readonly transactionTime: number;
  readonly customer: number;
  readonly terminal: number;
}

export const accountEventTypes = [
  "login",
  "passwordReset",
  "newDevice",
  "addressChange",
  "phoneChange",
  "limitChange",
] as const;
export type AccountEventType = (typeof accountEventTypes)[number];

/** Something a customer (or who has taken over the account) does beside paying. */
export interface AccountEvent {
  readonly kind: "accountEvent";
  readonly time: number;
  readonly customer: number;
  readonly type: AccountEventType;
}

export const DAY = 86_400_000;
export const HOUR = 3_600_000;

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

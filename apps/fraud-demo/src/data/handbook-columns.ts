import { handbookFeatureNames } from "../features/handbook-features.js";

/** Columns of the Fraud Detection Handbook's tables that are no features, with what they are for. */
export const handbookRoles = {
  target: "TX_FRAUD",
  time: "TX_DATETIME",
  id: ["TRANSACTION_ID", "CUSTOMER_ID", "TERMINAL_ID", "TX_FRAUD_SCENARIO"],
} as const;

/** Its 15 features, in its order. */
export const handbookFeatures: readonly string[] = Object.values(handbookFeatureNames);

/** Kinds of the columns read from one of its tables: everything but the moment is a number. */
export function handbookKinds(features: readonly string[]): Record<string, "numeric" | "timestamp"> {
  const numeric = [...handbookRoles.id, handbookRoles.target, ...features];
  return {
    ...Object.fromEntries(numeric.map((name) => [name, "numeric" as const])),
    TX_DATETIME: "timestamp",
  };
}

/** Its tables have no missing values: an empty cell is a damaged file, and is refused with its line and column. */
export const handbookMissing: readonly string[] = [];

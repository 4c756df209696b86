import type { SequenceField } from "@strata-ml/core";
import { calendar, hourOf } from "./calendar.js";
import { CustomerHistory } from "./customer-history.js";
import { CustomerSpending } from "./customer-spending.js";
import { FeatureEngine } from "./feature-engine.js";
import type { CardTransaction } from "./stream.js";
import { TerminalHistory } from "./terminal-history.js";
import { TerminalRisk } from "./terminal-risk.js";

/** The engine's names of the Fraud Detection Handbook's 15 features, in its order, beside the handbook's own. */
export const handbookFeatureNames: Readonly<Record<string, string>> = {
  amount: "TX_AMOUNT",
  duringWeekend: "TX_DURING_WEEKEND",
  duringNight: "TX_DURING_NIGHT",
  ...Object.fromEntries(
    [1, 7, 30].flatMap((d) => [
      [`customerCount${d}d`, `CUSTOMER_ID_NB_TX_${d}DAY_WINDOW`],
      [`customerMeanAmount${d}d`, `CUSTOMER_ID_AVG_AMOUNT_${d}DAY_WINDOW`],
    ]),
  ),
  ...Object.fromEntries(
    [1, 7, 30].flatMap((d) => [
      [`terminalCount${d}d`, `TERMINAL_ID_NB_TX_${d}DAY_WINDOW`],
      [`terminalRisk${d}d`, `TERMINAL_ID_RISK_${d}DAY_WINDOW`],
    ]),
  ),
};

const riskFields = ["terminalRisk1d", "terminalRisk7d", "terminalRisk30d"];
const stepFields: readonly SequenceField[] = ["logAmount", "hourSin", "hourCos", ...riskFields].map(
  (name) => ({ name, kind: "numeric" }),
);

export interface HandbookEngineOptions {
  /** Most steps of the customer and terminal histories; default 10. 0 leaves them out. */
  readonly historySteps?: number;
}

/**
 * The engine over the handbook's raw columns: its 15 features, exactly as its published table has them, and a history
 * of the customer and of the terminal.
 */
export function handbookEngine({
  historySteps = 10,
}: HandbookEngineOptions = {}): FeatureEngine<CardTransaction> {
  const risk = new TerminalRisk();
  const blocks = [calendar(), new CustomerSpending(), risk];
  if (historySteps === 0) return new FeatureEngine(blocks);
  const names = blocks.flatMap((block) => block.names);
  const riskAt = riskFields.map((name) => names.indexOf(name));
  const customer = new CustomerHistory<CardTransaction>({
    maxSteps: historySteps,
    fields: stepFields,
    describe({ amount, time }, features, out) {
      const angle = (2 * Math.PI * hourOf(time)) / 24;
      out[0] = Math.log1p(amount);
      out[1] = Math.sin(angle);
      out[2] = Math.cos(angle);
      for (let r = 0; r < riskAt.length; r++) out[3 + r] = features[riskAt[r]];
    },
  });
  return new FeatureEngine(blocks, [customer, new TerminalHistory(risk, historySteps)]);
}

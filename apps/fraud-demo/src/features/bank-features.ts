import { AccountActivity } from "./account-activity.js";
import { calendar } from "./calendar.js";
import { CustomerBehaviour } from "./customer-behaviour.js";
import { CustomerHistory } from "./customer-history.js";
import { CustomerSpending } from "./customer-spending.js";
import { Familiarity } from "./familiarity.js";
import { FeatureEngine } from "./feature-engine.js";
import { PlaceAndDevice } from "./place-and-device.js";
import { accountEventTypes, type BankTransaction, channels } from "./stream.js";
import { TerminalHistory } from "./terminal-history.js";
import { TerminalRisk } from "./terminal-risk.js";

const MISSING = -1;
const kinds = ["payment", ...accountEventTypes];
const channelCodes = new Map<string, number>(channels.map((channel, code) => [channel, code]));

export interface BankEngineOptions {
  /** Merchant category codes that the history tells apart; others count as missing. */
  readonly mccs: readonly string[];
  /** Most steps of the customer and terminal histories; default 12. */
  readonly historySteps?: number;
}

/**
 * The engine over a bank's stream: the handbook's features and those of behaviour, place, device and account, with the
 * customer's payments and account events, and the terminal's settled payments, as histories.
 */
export function bankEngine({ mccs, historySteps = 12 }: BankEngineOptions): FeatureEngine<BankTransaction> {
  const mccCodes = new Map(mccs.map((mcc, code) => [mcc, code]));
  const risk = new TerminalRisk();
  const blocks = [
    calendar(),
    new CustomerSpending(),
    risk,
    new CustomerBehaviour(),
    new AccountActivity(),
    new PlaceAndDevice(),
    new Familiarity(),
  ];
  const customer = new CustomerHistory<BankTransaction>({
    maxSteps: historySteps,
    fields: [
      { name: "kind", kind: "categorical", categories: kinds },
      { name: "channel", kind: "categorical", categories: channels },
      { name: "mcc", kind: "categorical", categories: mccs },
      { name: "logAmount", kind: "numeric" },
      { name: "logDistance", kind: "numeric" },
      { name: "declined", kind: "numeric" },
    ],
    describe({ amount, channel, mcc, distanceKm, declined }, _features, out) {
      out[0] = 0;
      out[1] = channelCodes.get(channel) ?? MISSING;
      out[2] = mccCodes.get(mcc) ?? MISSING;
      out[3] = Math.log1p(amount);
      out[4] = Math.log1p(distanceKm);
      out[5] = declined ? 1 : 0;
    },
    describeEvent({ type }, out) {
      out[0] = 1 + accountEventTypes.indexOf(type);
      out[1] = MISSING;
      out[2] = MISSING;
      out.fill(0, 3);
    },
  });
  return new FeatureEngine<BankTransaction>(blocks, [customer, new TerminalHistory(risk, historySteps)]);
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Dataset } from "@strata-ml/core";
import { csvFileBatches } from "@strata-ml/core/node";
import { describe, expect, it } from "vitest";
import { handbookFeatureNames } from "../features/handbook-features.js";
import { handbookKinds, handbookRoles } from "./handbook-columns.js";
import { handbookRawFeatures } from "./handbook-raw.js";
import { handbookSplit } from "./handbook-split.js";
import { readHandbook } from "./read-handbook.js";

const directory =
  process.env.STRATA_SHARED_DATA ?? fileURLToPath(new URL("../../../../../shared/data", import.meta.url));
const table = `${directory}/fdh_transformed.csv.gz`;
const raw = `${directory}/fdh_raw.csv.gz`;
const absent = [table, raw].filter((file) => !existsSync(file));
if (absent.length > 0) {
  console.warn(
    `handbook data: skipped, ${absent.join(" and ")} not there (set STRATA_SHARED_DATA to its folder)`,
  );
}

describe.skipIf(absent.length > 0)("the handbook's published table", () => {
  it("splits into the rows and frauds of its protocol", async () => {
    const data = await readHandbook(table);
    expect(data.rows).toBe(201_295);
    expect(data.namesOf("feature")).toEqual(Object.values(handbookFeatureNames));
    const { train, test } = handbookSplit(data);
    const frauds = (part: typeof train): number =>
      Array.from(part.column("TX_FRAUD", "numeric").values).filter((label) => label === 1).length;
    expect([train.rows, frauds(train), test.rows, frauds(test)]).toEqual([67_240, 598, 58_264, 385]);
  });

  // scripts/compare-handbook-features.mjs does the same for every customer and terminal.
  it("has the features that the streaming engine computes from raw transactions, for a twentieth of cards and terminals", async () => {
    const published = await readHandbook(table);
    const computed = await handbookRawFeatures(slice(), { from: "2018-07-25", days: 21, historySteps: 0 });
    const rowOf = new Map(
      Array.from(published.column("TRANSACTION_ID", "numeric").values, (id, row) => [id, row]),
    );
    const ids = computed.column("TRANSACTION_ID", "numeric").values;
    for (const key of ["CUSTOMER_ID", "TERMINAL_ID"] as const) {
      const entity = computed.column(key, "numeric").values;
      const rows = [...ids.keys()].filter((row) => inSlice(entity[row]));
      expect(rows.length).toBeGreaterThan(8000);
      for (const [ours, theirs] of Object.entries(handbookFeatureNames)) {
        if (theirs.includes("_ID_") && !theirs.startsWith(key)) continue;
        const mine = computed.column(ours, "numeric").values;
        const reference = published.column(theirs, "numeric").values;
        const differences = rows.map((row) => Math.abs(mine[row] - reference[rowOf.get(ids[row])!]));
        expect(Math.max(...differences), theirs).toBeLessThan(1e-6);
      }
    }
  });
});

const inSlice = (entity: number): boolean => entity % 20 === 0;

/** Raw transactions of a slice of the cards and of the terminals: all that their own windows need. */
async function* slice(): AsyncGenerator<Dataset> {
  const kinds = handbookKinds(["TX_AMOUNT"]);
  const options = { kinds, select: Object.keys(kinds), roles: handbookRoles };
  for await (const batch of csvFileBatches(raw, options)) {
    const customer = batch.column("CUSTOMER_ID", "numeric").values;
    const terminal = batch.column("TERMINAL_ID", "numeric").values;
    yield batch.filter((row) => inSlice(customer[row]) || inSlice(terminal[row]));
  }
}

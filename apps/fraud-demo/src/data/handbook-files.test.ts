import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { csvBatches, DataError, ParseError } from "@strata-ml/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handbookFeatures, handbookKinds, handbookRoles } from "./handbook-columns.js";
import { handbookRawFeatures, readHandbookRaw } from "./handbook-raw.js";
import { handbookSplit } from "./handbook-split.js";
import { readHandbook } from "./read-handbook.js";

const header = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO";

/** One payment a day of each of three customers at one terminal, from 2018-06-01; customer 2 is defrauded every day. */
function rawText(days: number, label = "1"): string {
  const lines = [header];
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2018, 5, 1 + day)).toISOString().slice(0, 10);
    for (const customer of [0, 1, 2]) {
      const fraud = customer === 2 ? label : "0";
      lines.push(
        `${day * 3 + customer},${date} 0${customer}:00:00,${customer},5,${10 + customer},${fraud},0`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

describe("handbook files", () => {
  let folder: string;
  const put = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-handbook-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("computes features of raw transactions after warming up on earlier days", async () => {
    const path = await put("raw.csv.gz", gzipSync(rawText(60)));
    const data = await readHandbookRaw(path, { from: "2018-07-20", days: 3, historySteps: 2 });
    expect(data.rows).toBe(9);
    expect([...data.column("customerCount30d", "numeric").values]).toEqual(
      Array.from({ length: 9 }, () => 30),
    );
    expect([...data.column("customerMeanAmount7d", "numeric").values].slice(0, 3)).toEqual([10, 11, 12]);
    // One of three payments is fraud, and known a week later.
    for (const risk of data.column("terminalRisk30d", "numeric").values) expect(risk).toBeCloseTo(1 / 3, 12);
    expect([...data.column("customerHistory", "sequence").offsets]).toEqual([
      0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
    ]);
    expect(data.namesOf("feature")).not.toContain("TX_FRAUD_SCENARIO");
  });

  it("splits by dates and leaves out customers whose fraud is known", async () => {
    const path = await put("raw.csv", rawText(40));
    const data = await readHandbookRaw(path, { from: "2018-06-01", days: 40, historySteps: 0 });
    const { train, test } = handbookSplit(data, {
      trainFrom: "2018-06-05",
      trainDays: 3,
      delayDays: 5,
      testDays: 2,
    });
    expect([train.rows, test.rows]).toEqual([9, 4]);
    expect(new Set(test.column("CUSTOMER_ID", "numeric").values)).toEqual(new Set([0, 1]));
    expect(() => handbookSplit(data, { trainFrom: "2019-01-01" })).toThrow(
      "handbookSplit: the train days must have",
    );
  });

  it("says in a line what is wrong with a file", async () => {
    const message = async (
      reading: Promise<unknown>,
      kind: typeof DataError | typeof ParseError,
    ): Promise<string> => {
      const error = await reading.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(kind);
      const { message } = error as Error;
      expect(message).not.toContain("\n");
      return message;
    };
    expect(await message(readHandbook(join(folder, "none.csv")), ParseError)).toContain("none.csv");
    expect(await message(readHandbookRaw(await put("a.csv", "a,b\n1,2\n")), ParseError)).toContain(
      "TRANSACTION_ID",
    );
    expect(await message(readHandbook(await put("raw.csv", rawText(2))), ParseError)).toContain(
      handbookFeatures[1],
    );
    const whole = gzipSync(rawText(60));
    expect(await message(readHandbookRaw(await put("cut.gz", whole.subarray(0, 300))), ParseError)).toContain(
      "gzip",
    );
    const odd = rawText(3).replace("10,0,0", "ten,0,0");
    expect(await message(readHandbookRaw(await put("odd.csv", odd)), ParseError)).toContain(
      "line 2, column 5",
    );
    expect(await message(readHandbookRaw(await put("two.csv", rawText(60, "2"))), DataError)).toContain(
      "TX_FRAUD must be 0 or 1, received 2 at row 2",
    );
    expect(await message(readHandbookRaw(await put("raw.csv", rawText(5))), DataError)).toContain(
      "received none",
    );
  });

  it("counts rows from the file's beginning, not the batch's", async () => {
    const options = { kinds: handbookKinds(["TX_AMOUNT"]), roles: handbookRoles, batchRows: 4 };
    const batches = csvBatches(rawText(4).replace(/^(9,.*),0,0$/m, "$1,7,0"), options);
    await expect(handbookRawFeatures(batches)).rejects.toThrow("received 7 at row 9");
  });
});

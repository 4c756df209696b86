import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { categorical } from "../dataset/column-build.js";
import { ParseError } from "../errors.js";
import { csvFileBatches, readCsvFile } from "./read-csv-file.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-csv-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const csv = "a,b\n1,x\n2,y\n";
// Long and hard to compress, so that the packed bytes are many blocks.
const long = `n,m\n${Array.from({ length: 200_000 }, (_, i) => `${i},${Math.imul(i, 2654435761) >>> 0}\n`).join("")}`;

async function failure(path: string): Promise<ParseError> {
  const error: unknown = await readCsvFile(path).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ParseError);
  return error as ParseError;
}

describe("readCsvFile", () => {
  test.each([
    ["plain.csv", csv],
    ["packed.csv.gz", gzipSync(csv)],
    ["packed-though-its-name-is.csv", gzipSync(csv)],
    ["two-members.gz", Buffer.concat([gzipSync("a,b\n1,x\n"), gzipSync("2,y\n")])],
  ])("%s", async (name, content) => {
    const data = await readCsvFile(await file(name, content), { roles: { target: "b" } });
    expect(data.column("a")).toEqual({ kind: "numeric", values: Float64Array.of(1, 2) });
    expect(data.target).toEqual(categorical(["x", "y"]));
  });

  test("a plain file whose name ends as a gzip's does", async () => {
    expect((await readCsvFile(await file("not.gz", csv))).rows).toBe(2);
  });

  test("progress is in bytes of the file, up to its size", async () => {
    const packed = gzipSync(long);
    const events: { rows: number; bytes?: number; totalBytes?: number }[] = [];
    await readCsvFile(await file("long.csv.gz", packed), {
      onProgress: (event) => events.push({ ...event }),
    });
    expect(events.at(-1)).toEqual({ rows: 200_000, bytes: packed.length, totalBytes: packed.length });
    expect(events.length).toBeGreaterThan(3);
    expect(events.every(({ bytes }, i) => i === 0 || bytes! >= events[i - 1].bytes!)).toBe(true);
  });

  test("errors name the file", async () => {
    const path = await file("bad.csv", "a,b\n1,2\n3\n");
    expect((await failure(path)).message).toBe(
      "readCsvFile: line 3: a record must have 2 cells as the header has, received 1 (bad.csv)",
    );
    expect(await failure(path)).toMatchObject({ owner: "readCsvFile", line: 3 });
  });

  test("a file that is absent, and a folder", async () => {
    const absent = join(folder, "absent.csv");
    expect((await failure(absent)).message).toBe(`readCsvFile: '${absent}' must be a readable file (ENOENT)`);
    expect((await failure(folder)).message).toBe(`readCsvFile: '${folder}' must be a readable file (EISDIR)`);
  });

  test("an empty file, and an empty gzip", async () => {
    const message = "readCsvFile: line 1: the text must hold a header or a record, received nothing";
    expect((await failure(await file("empty.csv", ""))).message).toBe(`${message} (empty.csv)`);
    expect((await failure(await file("empty.gz", gzipSync("")))).message).toBe(`${message} (empty.gz)`);
  });

  test("gzip data that is cut short or damaged", async () => {
    const packed = gzipSync(long);
    const cut = await file("cut.gz", packed.subarray(0, packed.length >> 1));
    expect((await failure(cut)).message).toBe(
      `readCsvFile: '${cut}' must be whole gzip data: it is damaged or cut short (Z_BUF_ERROR)`,
    );
    const damaged = Buffer.from(packed);
    damaged.fill(0x55, packed.length >> 1, (packed.length >> 1) + 64);
    const damagedPath = await file("damaged.gz", damaged);
    expect((await failure(damagedPath)).message).toMatch(
      /must be whole gzip data: it is damaged or cut short \(Z_DATA_ERROR\)/,
    );
    const headOnly = await file("head.gz", Uint8Array.of(0x1f, 0x8b));
    expect((await failure(headOnly)).message).toContain("must be whole gzip data");
    const wrongSum = Buffer.from(packed);
    wrongSum[packed.length - 6] ^= 1;
    expect((await failure(await file("sum.gz", wrongSum))).message).toContain("must be whole gzip data");
  });

  test("an abort ends it with the signal's reason", async () => {
    const path = await file("abort.csv", long);
    const control = new AbortController();
    const reading = readCsvFile(path, {
      signal: control.signal,
      onProgress: () => control.abort(new Error("enough")),
    });
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("csvFileBatches", () => {
  test("all rows in batches, in order", async () => {
    const path = await file("batches.csv.gz", gzipSync(long));
    let next = 0;
    for await (const batch of csvFileBatches(path, {
      batchRows: 30_000,
      select: ["n"],
      kinds: { n: "numeric" },
    })) {
      const { values } = batch.column("n", "numeric");
      expect(batch.rows).toBe(Math.min(30_000, 200_000 - next));
      expect([values[0], values[batch.rows - 1]]).toEqual([next, next + batch.rows - 1]);
      next += batch.rows;
    }
    expect(next).toBe(200_000);
  });

  test("a consumer may stop early", async () => {
    for await (const batch of csvFileBatches(await file("stop.csv", long), { batchRows: 10 })) {
      expect(batch.rows).toBe(10);
      break;
    }
  });

  test("errors are its own", async () => {
    const batches = csvFileBatches(join(folder, "absent.csv"), { batchRows: 0 });
    await expect(batches.next()).rejects.toThrow("csvFileBatches: batchRows must be >= 1, received 0");
    const packed = gzipSync(long);
    const cut = csvFileBatches(await file("cut-batches.gz", packed.subarray(0, packed.length - 20)), {
      batchRows: 1000,
    });
    const drain = async () => {
      for await (const batch of cut) expect(batch.rows).toBeGreaterThan(0);
    };
    await expect(drain()).rejects.toThrow("must be whole gzip data");
  });
});

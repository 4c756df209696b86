import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Random } from "@strata-ml/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawCsv, tableCsv } from "./fixtures/handbook-csv.js";
import { runDemo } from "./fixtures/run-demo.js";

const small = { from: "2018-07-25", days: 21, customers: 10 };
const raw = rawCsv(small);
const table = tableCsv(small);
const noise = Uint8Array.from({ length: 3000 }, (_, i) => new Random(i).integer(256));

/** The text with one cell replaced; line 1 is the header, columns count from 1. */
function withCell(text: string, line: number, column: number, cell: string): string {
  const lines = text.split("\n").map((row) => row.split(","));
  lines[line - 1][column - 1] = cell;
  return lines.map((cells) => cells.join(",")).join("\n");
}

/** Files that can't be read, by name. */
const files: Record<string, string | Uint8Array> = {
  "raw.csv": raw,
  "table.csv": table,
  "cut.csv.gz": gzipSync(table).subarray(0, 2000),
  "noise.csv.gz": Buffer.concat([gzipSync(table).subarray(0, 10), noise]),
  "noise.csv": noise,
  "empty.csv": "",
  "header.csv": table.slice(0, table.indexOf("\n") + 1),
  "header-raw.csv": raw.slice(0, raw.indexOf("\n") + 1),
  "no-amount.csv": raw.replace("TX_AMOUNT", "AMOUNT"),
  "wrong-cell.csv": withCell(table, 7, 5, "ten"),
  "empty-cell.csv": withCell(table, 9, 12, ""),
  "nan-cell.csv": withCell(raw, 8, 3, "NaN"),
  "wrong-date.csv": withCell(raw, 3, 2, "yesterday"),
  "disorder.csv": withCell(raw, 40, 2, "2018-07-24 00:00:00"),
  "short-row.csv": withCell(raw, 4, 9, "0\n1,2"),
  "wrong-label.csv": withCell(raw, 5, 8, "2"),
  "odd-name.csv": withCell(table, 2, 5, '"\u001b[2J\nodd"'),
  "honest.csv": rawCsv({ ...small, fraudRate: 0 }),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-demo-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);
const handbook = (name: string, ...more: string[]): string[] => ["handbook", "--data", path(name), ...more];
const handbookRaw = (name: string, ...more: string[]): string[] => [
  "handbook-raw",
  "--data",
  path(name),
  ...more,
];

/** Runs a command in a new folder that must be empty afterwards. */
async function refusal(args: readonly string[]): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), "strata-demo-"));
  try {
    const { code, stdout, stderr } = await runDemo(args, cwd);
    expect(await readdir(cwd)).toEqual([]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    // One line, without a character that is not printed.
    expect(stderr).toMatch(/^\P{Cc}+\n$/u);
    return stderr;
  } finally {
    await rm(cwd, { recursive: true });
  }
}

describe.concurrent("the command line says in one line what is wrong with", () => {
  it.each<[string, () => string[], string]>([
    ["an unknown flag", () => ["--bogus"], "unknown option '--bogus'"],
    ["a misspelt flag", () => ["--day", "12"], "unknown option '--day' (Did you mean --days?)"],
    [
      "an unknown command",
      () => ["nonsense"],
      "unknown command 'nonsense'; there are handbook, handbook-raw, handbook-sequences",
    ],
    ["a word too many", () => handbook("table.csv", "more"), "too many arguments for 'handbook'"],
    [
      "a flag before its command",
      () => ["--out", "x", ...handbook("table.csv")],
      "'--out <dir>' must come after the command",
    ],
    ["a seed that is no number", () => ["--seed", "x"], "'--seed <n>' argument 'x' is invalid"],
    ["a negative seed", () => ["--seed", "-1"], "'-1' is invalid. It must be a whole number from 0 to"],
    ["a seed beyond exact numbers", () => ["--seed", "1e20"], "argument '1e20' is invalid"],
    ["an empty number", () => ["--customers", ""], "argument '' is invalid"],
    ["half a customer", () => ["--customers", "99.5"], "argument '99.5' is invalid"],
    ["no customers", () => ["--customers", "0"], "customers must be >= 50, received 0"],
    ["negative customers", () => ["--customers", "-60"], "customers must be >= 50, received -60"],
    ["days that are no number", () => ["--days", "ten"], "'--days <n>' argument 'ten' is invalid"],
    ["no days", () => ["--days", "0"], "days must be >= 10, received 0"],
    ["negative days", () => ["--days", "-20"], "days must be >= 10, received -20"],
    ["too few days to split", () => handbookRaw("raw.csv", "--days", "2"), "whole number from 3 to 1000"],
    ["no date", () => handbookRaw("raw.csv", "--from", "2018-02-30"), "It must be a date such as"],
    ["a date before the data", () => handbookRaw("raw.csv", "--from", "2001-01-01"), "received none"],
    ["a date after the data", () => handbookRaw("raw.csv", "--from", "2031-01-01"), "received none"],
    ["days beyond the data", () => handbookRaw("raw.csv", "--days", "90"), "the test days must have"],
    ["no --data", () => ["handbook"], "required option '--data <file>' not specified"],
    ["a file that is not there", () => handbook("none.csv"), "none.csv' must be a readable file (ENOENT)"],
    ["a folder as file", () => ["handbook", "--data", folder], "must be a readable file (EISDIR)"],
    ["gzip cut short", () => handbook("cut.csv.gz"), "cut.csv.gz' must be whole gzip data"],
    ["damaged gzip", () => handbook("noise.csv.gz"), "noise.csv.gz' must be whole gzip data"],
    ["bytes that are no text", () => handbookRaw("noise.csv"), "noise.csv"],
    ["an empty file", () => handbook("empty.csv"), "empty.csv"],
    ["a header alone", () => handbook("header.csv"), "must have transactions, received none"],
    ["a raw header alone", () => handbookRaw("header-raw.csv"), "received none"],
    ["a missing column", () => handbookRaw("no-amount.csv"), "'TX_AMOUNT'"],
    ["a table without features", () => handbook("raw.csv"), "'TX_DURING_WEEKEND'"],
    ["a wrong cell", () => handbook("wrong-cell.csv"), "line 7, column 5"],
    ["an empty cell", () => handbook("empty-cell.csv"), "line 9, column 12"],
    ["a cell of not a number", () => handbookRaw("nan-cell.csv"), "line 8, column 3"],
    ["a wrong date", () => handbookRaw("wrong-date.csv"), "line 3, column 2"],
    ["rows out of order", () => handbookRaw("disorder.csv"), "must come in time order"],
    ["a row of too few cells", () => handbookRaw("short-row.csv"), "line 5"],
    ["a wrong label", () => handbookRaw("wrong-label.csv"), "TX_FRAUD must be 0 or 1, received 2 at row 3"],
    ["a cell that a terminal would obey", () => handbook("odd-name.csv"), "line 2, column 5"],
    ["data without fraud", () => handbookRaw("honest.csv"), "raise --days or change --from"],
    ["an --out below a file", () => ["--out", path("raw.csv/report")], "raw.csv' is a file"],
    ["an --out that is a file", () => handbook("table.csv", "--out", path("raw.csv")), "raw.csv' is a file"],
    ["an empty --out", () => ["--out", ""], "--out: it must name a folder"],
  ])("%s", async (_, args, message) => {
    expect(await refusal(args())).toContain(message);
  });
});

describe.concurrent("the command line", () => {
  it.each([[["--help"]], [["handbook", "--help"]], [["handbook-raw", "-h"]]])(
    "helps with %s",
    async (args) => {
      const { code, stdout, stderr } = await runDemo(args, folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^Usage: fraud-demo/);
      expect(stdout).toContain("--out <dir>");
    },
  );

  it("says what to raise where a simulation has too little fraud, and leaves an old report alone", async () => {
    const out = await mkdtemp(join(folder, "out-"));
    await writeFile(join(out, "report.json"), "old");
    // Two days' worth of labels of 50 customers: one payment in a hundred is fraud.
    const { code, stdout, stderr } = await runDemo(
      ["--customers", "50", "--days", "10", "--out", out],
      folder,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(
      /^fraud-demo: the (train|test) days must have at least .* received \d frauds? in \d+ rows: raise --customers or --days$/,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await readdir(out)).toEqual(["report.json"]);
    expect(await readFile(join(out, "report.json"), "utf8")).toBe("old");
  });

  it("stops at Ctrl-C", async () => {
    const args = ["--customers", "80", "--days", "20", "--seed", "5", "--out", path("stopped")];
    const { code, stdout, stderr } = await runDemo(args, folder, "boosting:");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("fraud-demo: stopped by the user");
    expect(await readdir(folder)).not.toContain("stopped");
  });
});

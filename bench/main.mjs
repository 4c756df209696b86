// `npm run bench -- SUITE`: ours and every peer that is here, on the same data, interleaved in one run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { writeData } from "./data.mjs";
import { findContenders } from "./find-contenders.mjs";
import { readOptions } from "./options.mjs";
import { entriesOf, linesOf, machine, slopes } from "./report.mjs";
import { runCase } from "./run-case.mjs";
import { runSeeds, seedEntries, seedLines } from "./run-seeds.mjs";
import { suites } from "./suites.mjs";

const say = (line) => console.log(line);

/** Cases with the options' rows; of those that only differ by rows then, the first. */
function casesOf({ suite, rows, only = "", long }) {
  const all = suites[suite].filter((wanted) => (long || !wanted.long) && wanted.name.includes(only));
  if (rows === undefined) return all;
  const given = all.map((wanted) => ({
    ...wanted,
    name: `${wanted.name}, here ${rows} rows`,
    data: { ...wanted.data, rows, testRows: Math.min(wanted.data.testRows, rows) },
  }));
  return given.filter(({ slope }) => slope === undefined);
}

/** Whether contenders must be held to fewer processors than there are. */
function mustPin(threads) {
  if (threads === availableParallelism()) return false;
  if (spawnSync("taskset", ["--version"]).status === 0) return true;
  say("taskset is missing: contenders without an option for threads use all of them");
  return false;
}

const roundsOf = (cases, rounds) =>
  cases.some(({ seeds }) => seeds) ? `${rounds} seeds` : `${rounds} rounds after one to warm up`;

async function main(options) {
  const { suite, rounds, threads, python } = options;
  const cases = casesOf(options);
  const { ours, peers, missing, versions } = findContenders(
    [...new Set(cases.flatMap((wanted) => wanted.peers))],
    python,
  );
  const about = machine();
  say(`${suite}: ${about.processor}, ${threads} threads, ${roundsOf(cases, rounds)}`);
  say(
    `versions: ${Object.entries(versions)
      .map((pair) => pair.join(" "))
      .join(", ")}`,
  );
  for (const line of missing) say(`missing: ${line}`);
  const pinned = mustPin(threads);
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  const done = [];
  let written;
  let truth;
  try {
    for (const wanted of cases) {
      // Cases beside each other mostly learn from the same data.
      if (written !== JSON.stringify(wanted.data)) truth = writeData(wanted.data, folder);
      written = JSON.stringify(wanted.data);
      const commands = [ours, ...wanted.peers.flatMap((peer) => peers.get(peer) ?? [])];
      const setting = { folder, truth, rounds, threads, pinned };
      // oxlint-disable-next-line eslint/no-await-in-loop
      const results = await (wanted.seeds ? runSeeds : runCase)(wanted, commands, setting, say);
      const entries = wanted.seeds ? seedEntries(wanted, results) : entriesOf(wanted, results);
      done.push({ wanted, entries });
      for (const entry of entries) say((wanted.seeds ? seedLines : linesOf)(entry).join("\n"));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const joined = slopes(done);
  for (const entry of joined) say(linesOf(entry).join("\n"));
  const all = [...done.flatMap(({ entries }) => entries), ...joined];
  const report = {
    suite,
    date: new Date().toISOString(),
    command: `npm run bench -- ${process.argv.slice(2).join(" ")}`,
    machine: { ...about, threads },
    versions,
    missing,
    cases: all,
  };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (all.length === 0) say("no case could be measured");
}

let options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
if (options !== undefined) await main(options);

// Which peers this machine has, and how to start each of them.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { VERSION } from "@strata-ml/core";

const worker = (file) => join(import.meta.dirname, "workers", file);

/**
 * @typedef {object} Found
 * @property {import("./contender.mjs").Command} ours
 * @property {Map<string, import("./contender.mjs").Command>} peers by name
 * @property {string[]} missing a line each
 * @property {Record<string, string>} versions of everything that runs
 */

/**
 * @param {readonly string[]} wanted names of peers
 * @param {string | undefined} python
 * @returns {Found}
 */
export function findContenders(wanted, python) {
  const peers = new Map();
  const missing = [];
  const versions = { strata: VERSION, node: process.version };
  for (const [program, file, takes] of [
    [process.execPath, "npm-peers.mjs", "npm"],
    [python, "python_peers.py", "BENCH_PYTHON"],
  ]) {
    const probe = askVersions(program, worker(file));
    for (const [name, found] of Object.entries(probe.versions)) {
      if (name === "python") versions.python = found.version;
      if (!wanted.includes(name)) continue;
      if (found.version === undefined) {
        missing.push(`${name} (${takes}): ${found.reason}`);
        continue;
      }
      versions[name] = found.version;
      peers.set(name, { name, version: found.version, program, args: [worker(file), name] });
    }
    if (probe.reason !== undefined) missing.push(`peers of ${takes}: ${probe.reason}`);
  }
  const ours = { name: "strata", version: VERSION, program: process.execPath, args: [worker("ours.mjs")] };
  return { ours, peers, missing, versions };
}

/** Asks a worker which peers it can import. */
function askVersions(program, file) {
  if (program === undefined) return { versions: {}, reason: "BENCH_PYTHON names no Python" };
  const { stdout, stderr, status, error } = spawnSync(program, [file, "--versions"], { encoding: "utf8" });
  if (status !== 0)
    return { versions: {}, reason: `${program}: ${error?.message ?? stderr.trim().split("\n").at(-1)}` };
  return { versions: JSON.parse(stdout.trim().split("\n").at(-1)) };
}

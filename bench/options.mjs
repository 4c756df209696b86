// What the command line asks for.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { suites } from "./suites.mjs";

const usage = `npm run bench -- SUITE [--json FILE] [--rounds N] [--threads N] [--rows N] [--only TEXT] [--long]

SUITE       ${Object.keys(suites).join(", ")}
--json      also write the results to a file
--rounds    measured rounds of every case, after one that is not counted; of accuracy the seeds (5)
--threads   threads that every contender may use (those of this machine)
--rows      training rows of every case, in place of its own
--only      the cases alone whose name has this text
--long      also the cases that take long: 1M rows, and fit time against rows
BENCH_PYTHON names a Python that has the peers: scikit-learn, lightgbm, xgboost, onnxruntime with onnx, shap`;

/**
 * @typedef {object} Options
 * @property {string} suite of those in suites.mjs
 * @property {string | undefined} json
 * @property {number} rounds
 * @property {number} threads
 * @property {number | undefined} rows
 * @property {string | undefined} only
 * @property {boolean} long
 * @property {string | undefined} python the program that runs Python peers
 */

/**
 * @param {readonly string[]} args
 * @returns {Options} options, or an Error that says what is wrong and how to ask
 */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "string" },
      rounds: { type: "string", default: "5" },
      threads: { type: "string", default: String(availableParallelism()) },
      rows: { type: "string" },
      only: { type: "string" },
      long: { type: "boolean", default: false },
    },
  });
  const [suite, ...more] = positionals;
  if (suite === undefined || more.length > 0 || !Object.hasOwn(suites, suite)) throw new Error(usage);
  const threads = whole("--threads", values.threads);
  if (threads > availableParallelism())
    throw new Error(`--threads must be at most ${availableParallelism()} here, received ${threads}`);
  return {
    suite,
    json: values.json,
    rounds: whole("--rounds", values.rounds),
    threads,
    rows: values.rows === undefined ? undefined : whole("--rows", values.rows, 100),
    only: values.only,
    long: values.long,
    python: process.env.BENCH_PYTHON,
  };
}

function whole(name, text, least = 1) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${name} must be a whole number >= ${least}, received ${text}`);
  return value;
}

// The worker's side of the protocol: one JSON line a request on the standard input, one marked line an answer.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { readData } from "./read-data.mjs";

/**
 * What a library does. What its tasks hand from one step to the next, and the params of the suite, are theirs alone.
 *
 * @template Params, State, Result
 * @typedef {object} Task
 * @property {(data: import("./read-data.mjs").BenchData, params: Params) => State} load what isn't timed: data as the library
 *   likes it, a fitted model
 * @property {(state: State, params: Params) => Promise<Result & { seconds: Record<string, number> }>} run
 * @property {(state: State, result: Result, params: Params) => Float64Array | number | Promise<Float64Array | number>} judge
 *   outputs that are scored elsewhere, or the score itself
 */

/**
 * Answers until the input ends.
 *
 * @param {Record<string, Task<unknown, unknown, unknown>>} tasks
 */
export function serve(tasks) {
  let state;
  let result;
  const does = {
    async load({ folder, task, params }) {
      state = await find(tasks, task).load(readData(folder), params);
      forgetPeak();
      return {};
    },
    async run({ task, params }) {
      // What the last round made is garbage, not part of this one.
      result = undefined;
      result = await find(tasks, task).run(state, params);
      return { seconds: result.seconds };
    },
    async judge({ task, params, out }) {
      const peakBytes = peak();
      const judged = await find(tasks, task).judge(state, result, params);
      if (typeof judged === "number") return { peakBytes, score: judged };
      writeFileSync(out, judged);
      return { peakBytes };
    },
  };
  let last = Promise.resolve();
  createInterface({ input: process.stdin }).on("line", (line) => {
    const message = JSON.parse(line);
    last = last.then(async () => {
      const reply = await does[message.do](message).catch((error) => ({ error: error.message }));
      process.stdout.write(`@bench ${JSON.stringify(reply)}\n`);
    });
  });
}

function find(tasks, name) {
  if (!Object.hasOwn(tasks, name)) throw new Error(`it has no task ${name}`);
  return tasks[name];
}

/** Seconds that an action takes, and what it gives. */
export async function timed(action) {
  const start = performance.now();
  const value = await action();
  return { seconds: { "": (performance.now() - start) / 1000 }, value };
}

/** The median and the 99th percentile of many calls, each timed by itself. */
export function timedCalls(calls, action) {
  const each = new Float64Array(calls);
  for (let i = 0; i < calls; i++) {
    const start = performance.now();
    action(i);
    each[i] = (performance.now() - start) / 1000;
  }
  return percentiles(each);
}

/** The same of calls that answer with a promise, one after the other. */
export async function timedPromises(calls, action) {
  const each = new Float64Array(calls);
  for (let i = 0; i < calls; i++) {
    const start = performance.now();
    // oxlint-disable-next-line eslint/no-await-in-loop
    await action(i);
    each[i] = (performance.now() - start) / 1000;
  }
  return percentiles(each);
}

function percentiles(each) {
  const calls = each.length;
  each.sort();
  return { seconds: { p50: each[calls >> 1], p99: each[Math.floor(calls * 0.99)] } };
}

/** Most memory since {@link forgetPeak}, in bytes; on systems without it, since the start. */
function peak() {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
    return 1024 * Number(kibibytes);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}

/** Reading the data is not part of what is measured. */
function forgetPeak() {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Then the peak counts from the start.
  }
}

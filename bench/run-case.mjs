// Runs one case: every contender in turn, round by round, each alone on the machine while it runs.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { accuracy, averagePrecision, r2Score, rocAuc } from "@strata-ml/core";
import { Contender } from "./contender.mjs";

/**
 * @typedef {object} Result of one contender in one case
 * @property {Record<string, number>} medians by the name of the measure, in seconds
 * @property {number} score
 * @property {number} peakBytes
 * @property {string} version
 */

/**
 * @param {import("./suites.mjs").Case} wanted
 * @param {readonly import("./contender.mjs").Command[]} commands ours first
 * @param {{ folder: string, truth: Float64Array, rounds: number, threads: number, pinned: boolean }} setting
 * @param {(line: string) => void} say who can't take part, and why
 * @returns {Promise<Map<string, Result>>} by the name of the contender
 */
export async function runCase(wanted, commands, setting, say) {
  const { folder, truth, rounds, threads, pinned } = setting;
  const running = new Map();
  const times = new Map();
  const results = new Map();
  const leave = (name, error) => {
    say(`  ${name} takes no part in "${wanted.name}": ${error.message}`);
    running.get(name)?.close();
    running.delete(name);
  };
  const each = async (order, act) => {
    for (const name of order) {
      const contender = running.get(name);
      // One after the other is the point.
      // oxlint-disable-next-line eslint/no-await-in-loop
      if (contender !== undefined) await act(contender).catch((error) => leave(name, error));
    }
  };
  const names = commands.map(({ name }) => name);
  const task = { task: wanted.task, params: wanted.params };
  for (const command of commands) running.set(command.name, new Contender(command, threads, pinned));
  try {
    await each(names.slice(0, 1), (contender) => contender.ask({ do: "load", folder, ...task }));
    // Without ours there is nothing to compare.
    if (running.size < names.length) return results;
    await each(names.slice(1), (contender) => contender.ask({ do: "load", folder, ...task }));
    // Round 0 warms up.
    for (let round = 0; round <= rounds; round++) {
      const order = names.map((_, i) => names[(i + round) % names.length]);
      // oxlint-disable-next-line eslint/no-await-in-loop
      await each(order, async (contender) => {
        const { seconds } = await contender.ask({ do: "run", ...task });
        if (round > 0) times.set(contender.name, [...(times.get(contender.name) ?? []), seconds]);
      });
    }
    await each(names, async (contender) => {
      const out = join(folder, `${contender.name}.f64`);
      const { peakBytes, score } = await contender.ask({ do: "judge", out, ...task });
      results.set(contender.name, {
        medians: medians(times.get(contender.name)),
        score: score ?? scores[wanted.score](truth, readOutputs(out)),
        peakBytes,
        version: contender.version,
      });
    });
  } finally {
    for (const contender of running.values()) contender.close();
  }
  return results;
}

export function readOutputs(path) {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  rmSync(path);
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** Measures by name, each of them the median over the rounds. */
const medians = (rounds) =>
  Object.fromEntries(
    Object.keys(rounds[0]).map((name) => [name, median(rounds.map((round) => round[name]))]),
  );

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** What is made of a contender's outputs: one number a row, or of several classes one a class. */
export const scores = {
  averagePrecision: (truth, outputs) => averagePrecision(truth, outputs),
  rocAuc: (truth, outputs) => rocAuc(truth, outputs),
  r2: (truth, outputs) => r2Score(truth, outputs),
  accuracy: (truth, outputs) => {
    const width = outputs.length / truth.length;
    const likeliest = Float64Array.from(truth, (_, row) => {
      const own = outputs.subarray(row * width, (row + 1) * width);
      return own.indexOf(own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
    });
    return accuracy(truth, likeliest);
  },
};

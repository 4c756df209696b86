// Runs one case of accuracy: every contender fits with each seed, and is judged by the test rows.
import { join } from "node:path";
import { Contender } from "./contender.mjs";
import { readOutputs, scores } from "./run-case.mjs";

/**
 * @typedef {object} Seeds of one contender in one case
 * @property {number[]} scores by seed
 * @property {number[]} seconds of each fit
 * @property {string} version
 */

/**
 * @param {import("./suites.mjs").Case} wanted
 * @param {readonly import("./contender.mjs").Command[]} commands ours first
 * @param {{ folder: string, truth: Float64Array, rounds: number, threads: number, pinned: boolean }} setting as many seeds as rounds
 * @param {(line: string) => void} say who can't take part, and why
 * @returns {Promise<Map<string, Seeds>>} by the name of the contender; none without ours
 */
export async function runSeeds(wanted, commands, setting, say) {
  const results = new Map();
  for (const command of commands) {
    const contender = new Contender(command, setting.threads, setting.pinned);
    try {
      // Each has the machine for itself.
      // oxlint-disable-next-line eslint/no-await-in-loop
      const own = await seedsOf(contender, wanted, setting);
      results.set(command.name, { ...own, version: command.version });
    } catch (error) {
      say(`  ${command.name} takes no part in "${wanted.name}": ${error.message}`);
      if (results.size === 0) return results;
    } finally {
      contender.close();
    }
  }
  return results;
}

async function seedsOf(contender, { task, params, score }, { folder, truth, rounds }) {
  const out = join(folder, `${contender.name}.f64`);
  const own = { scores: [], seconds: [] };
  await contender.ask({ do: "load", folder, task, params });
  for (let seed = 1; seed <= rounds; seed++) {
    const asked = { task, params: { ...params, seed } };
    // oxlint-disable-next-line eslint/no-await-in-loop
    const { seconds } = await contender.ask({ do: "run", ...asked });
    // oxlint-disable-next-line eslint/no-await-in-loop
    await contender.ask({ do: "judge", out, ...asked });
    own.scores.push(scores[score](truth, readOutputs(out)));
    own.seconds.push(seconds[""]);
  }
  return own;
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard deviation of one more seed. */
function deviationOf(values) {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

/**
 * The entry of a case, none without ours: by contender the scores of all seeds with mean and deviation; by peer the difference of the means, ours less
 * its, also in standard errors, and whether our mean lies among its seeds.
 *
 * @param {Map<string, Seeds>} results
 */
export function seedEntries(wanted, results) {
  if (!results.has("strata")) return [];
  const of = ({ scores: all, seconds, version }) => ({
    scores: all,
    mean: meanOf(all),
    deviation: deviationOf(all),
    seconds: meanOf(seconds),
    version,
  });
  const ours = of(results.get("strata"));
  const peers = Object.fromEntries(
    [...results].flatMap(([name, held]) => (name === "strata" ? [] : [[name, compared(ours, of(held))]])),
  );
  return [{ case: wanted.name, scoreName: wanted.score, ours, peers }];
}

function compared(ours, peer) {
  const difference = ours.mean - peer.mean;
  const error = Math.hypot(ours.deviation, peer.deviation) / Math.sqrt(peer.scores.length);
  const [least, most] = [Math.min(...peer.scores), Math.max(...peer.scores)];
  return {
    ...peer,
    difference,
    standardErrors: error === 0 ? 0 : difference / error,
    within: ours.mean >= least && ours.mean <= most,
  };
}

/** @param {ReturnType<typeof seedEntries>[number]} entry */
export function seedLines({ case: name, ours, peers }) {
  const percent = (value) => `${(100 * value).toFixed(2)} %`;
  const line = (who, { mean, deviation, scores: all, seconds }) => {
    const range = `${percent(Math.min(...all))} to ${percent(Math.max(...all))}`;
    return `  ${who.padEnd(10)} ${percent(mean)} (deviation ${percent(deviation)}, ${range}), ${seconds.toFixed(1)} s a fit`;
  };
  const against = (peer, { difference, standardErrors, within }) => {
    const place = `${within ? "among" : "NOT among"} its seeds`;
    return `    ours less ${peer}'s ${percent(difference)}, ${standardErrors.toFixed(1)} standard errors: ${place}`;
  };
  return [
    name,
    line("strata", ours),
    ...Object.entries(peers).flatMap(([peer, held]) => [line(peer, held), against(peer, held)]),
  ];
}

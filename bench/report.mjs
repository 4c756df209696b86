// Results as entries of the JSON file and as lines to read.
import { cpus, totalmem } from "node:os";

/**
 * @typedef {{ median: number, unit: string, score: number, peakBytes: number }} Own
 * @typedef {{ median: number, score: number, peakBytes: number, version: string }} Peer
 * @typedef {{ case: string, scoreName: string, ours: Own, peers: Record<string, Peer>, ratio: Record<string, number> }} Entry
 */

/**
 * One entry a measure; none where ours took no part, since there is nothing to compare.
 *
 * @param {import("./suites.mjs").Case} wanted
 * @param {Map<string, import("./run-case.mjs").Result>} results
 * @returns {Entry[]}
 */
export function entriesOf(wanted, results) {
  const ours = results.get("strata");
  if (ours === undefined) return [];
  return wanted.measures.map(({ name, unit, factor }) => {
    const entry = {
      case: name === "" ? wanted.name : `${wanted.name}, ${name}`,
      scoreName: wanted.score,
      ours: {
        median: ours.medians[name] * factor,
        unit,
        score: ours.score,
        peakBytes: ours.peakBytes,
      },
      peers: {},
      ratio: {},
    };
    for (const [peer, { medians, score, peakBytes, version }] of results) {
      if (peer === "strata") continue;
      entry.peers[peer] = { median: medians[name] * factor, score, peakBytes, version };
      entry.ratio[peer] = entry.ours.median / entry.peers[peer].median;
    }
    return entry;
  });
}

/** @param {Entry} entry */
export function linesOf({ case: name, scoreName, ours, peers, ratio }) {
  const line = (who, { median, score, peakBytes }, more) =>
    [
      `  ${who.padEnd(18)}`,
      `${brief(median)} ${ours.unit}`.padStart(12),
      score === undefined ? "" : `${scoreName} ${brief(score)}`.padStart(28),
      peakBytes === undefined ? "" : `${Math.round(peakBytes / 2 ** 20)} MiB`.padStart(12),
      more,
    ].join("  ");
  return [
    name,
    line("strata", ours, ""),
    ...Object.entries(peers).map(([peer, result]) =>
      line(peer, result, `ours / it ${ratio[peer].toFixed(2)}`.padStart(18)),
    ),
  ];
}

const brief = (value) => (Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(4));

/**
 * Slopes of log time over log rows: one entry for each group of cases that asks for it and has two sizes or more.
 *
 * @param {readonly { wanted: import("./suites.mjs").Case, entries: Entry[] }[]} done
 * @returns {Entry[]}
 */
export function slopes(done) {
  const groups = new Map();
  for (const { wanted, entries } of done)
    if (wanted.slope !== undefined && entries.length === 1)
      groups.set(wanted.slope, [
        ...(groups.get(wanted.slope) ?? []),
        { rows: wanted.data.rows, entry: entries[0] },
      ]);
  return [...groups]
    .filter(([, points]) => points.length > 1)
    .map(([name, points]) => {
      const of = (pick) => ({ median: slope(points.map(({ rows, entry }) => [rows, pick(entry)])) });
      const shared = Object.keys(points[0].entry.peers).filter((peer) =>
        points.every(({ entry }) => entry.peers[peer] !== undefined),
      );
      const ours = { ...of(({ ours: own }) => own.median), unit: "slope" };
      const peers = Object.fromEntries(
        shared.map((peer) => [peer, of(({ peers: all }) => all[peer].median)]),
      );
      const ratio = Object.fromEntries(shared.map((peer) => [peer, ours.median / peers[peer].median]));
      return { case: `${name}: slope of log time over log rows`, ours, peers, ratio };
    });
}

/** By least squares. */
function slope(points) {
  const logs = points.map(([rows, time]) => [Math.log(rows), Math.log(time)]);
  const mean = (k) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const over = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** What the figures were measured on. */
export const machine = () => ({
  processor: cpus()[0]?.model ?? process.arch,
  cores: cpus().length,
  memoryBytes: totalmem(),
  system: `${process.platform} ${process.arch}`,
});

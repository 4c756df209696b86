import type { Report } from "./report-schema.js";

const columns = [
  ["rung", 22],
  ["AP", 7],
  ["AUC", 7],
  ["CP@100", 7],
  ["gain in AP (95%)", 26],
  ["fit s", 8],
  ["row us", 8],
  ["KiB", 8],
] as const;

/** The rungs as a table of fixed-width text. */
export function summaryTable({ rungs }: Report): string {
  const fixed = (value: number | null, digits: number): string =>
    value === null ? "-" : value.toFixed(digits);
  const lines = rungs.map((rung) => {
    const gain =
      rung.ci && `${fixed(rung.ci.difference, 3)} (${fixed(rung.ci.lower, 3)} to ${fixed(rung.ci.upper, 3)})`;
    return [
      rung.name,
      fixed(rung.averagePrecision, 3),
      fixed(rung.rocAuc, 3),
      fixed(rung.cardPrecisionAt100, 3),
      gain ?? "-",
      fixed(rung.fitSeconds, 1),
      fixed(rung.rowLatencyMicros, 0),
      fixed(rung.artifactBytes / 1024, 0),
    ];
  });
  const head: string[] = columns.map(([name]) => name);
  return [head, ...lines]
    .map((cells) =>
      cells.map((cell, j) => (j === 0 ? cell.padEnd(columns[j][1]) : cell.padStart(columns[j][1]))).join(" "),
    )
    .join("\n");
}

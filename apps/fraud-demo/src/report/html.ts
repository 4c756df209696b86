import type { Chart } from "./charts/spec.js";
import { hybridGains } from "./hybrid-gains.js";
import type { Report } from "./report-schema.js";
import { toSvg } from "./svg.js";

const escape = (value: string): string =>
  value.replace(/[&<>"]/g, (ch) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[ch] as string);

const fixed = (value: number | null, digits = 3): string => (value === null ? "-" : value.toFixed(digits));

/** The report as one HTML page with everything in it: no script, no font, no picture from elsewhere. */
export async function renderHtml(report: Report, charts: readonly Chart[]): Promise<string> {
  const figures: string[] = [];
  for (const { title, note, spec } of charts) {
    figures.push(
      `<figure><h2>${escape(title)}</h2>${await toSvg(spec)}<figcaption>${escape(note)}</figcaption></figure>`,
    );
  }
  const gains = hybridGains(report);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Strata: fraud report</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #111827; background: #fff; max-width: 1120px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .5rem; }
.verdict { border-left: 4px solid #0072b2; padding: .5rem 1rem; background: #f3f8fc; font-size: 1.05rem; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid #e5e7eb; } th:first-child, td:first-child { text-align: left; }
th { font-weight: 600; color: #4b5563; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(480px, 1fr)); gap: 1.5rem; }
figure { margin: 0; border: 1px solid #e5e7eb; border-radius: 8px; padding: 1rem; } figure svg { max-width: 100%; height: auto; }
figcaption { color: #4b5563; font-size: .85rem; }
</style></head><body>
<h1>Which model does this problem need?</h1>
<p>${escape(report.data)}: ${report.rows.toLocaleString("en")} test rows, ${report.frauds.toLocaleString("en")} of them fraud. Seed ${report.seed}.</p>
<p class="verdict">${escape(report.verdict)}</p>
${gains === null ? "" : `<p class="gains">${escape(gains)}</p>`}
${table(report)}
<div class="charts">${figures.join("\n")}</div>
</body></html>
`;
}

function table({ rungs }: Report): string {
  const rows = rungs.map(
    ({
      name,
      averagePrecision,
      rocAuc,
      cardPrecisionAt100,
      ci,
      fitSeconds,
      rowLatencyMicros,
      artifactBytes,
    }) => {
      const gain = ci === null ? "-" : `${fixed(ci.difference)} (${fixed(ci.lower)} to ${fixed(ci.upper)})`;
      const cells = [
        escape(name),
        fixed(averagePrecision),
        fixed(rocAuc),
        fixed(cardPrecisionAt100),
        gain,
        fixed(fitSeconds, 1),
        fixed(rowLatencyMicros, 0),
        (artifactBytes / 1024).toFixed(0),
      ];
      return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
    },
  );
  const heads = [
    "rung",
    "average precision",
    "ROC AUC",
    "card precision@100",
    "gain in AP over the rung below (95%)",
    "fit s",
    "one row µs",
    "artifact KiB",
  ];
  return `<table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

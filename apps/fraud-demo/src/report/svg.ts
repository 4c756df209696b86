import * as vega from "vega";
import * as vegaLite from "vega-lite";
import type { TopLevelSpec } from "vega-lite";

/** A Vega-Lite specification drawn as an SVG string, without a browser. */
export async function toSvg(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(vegaLite.compile(spec, { config }).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** One look for all charts: the page's font, quiet axes, a palette that colour-blind readers can tell apart (Okabe and Ito). */
const config = {
  font: "system-ui, sans-serif",
  background: "transparent",
  view: { stroke: "transparent" },
  axis: {
    gridColor: "#e5e7eb",
    domainColor: "#9ca3af",
    tickColor: "#9ca3af",
    labelColor: "#374151",
    titleColor: "#374151",
  },
  legend: { labelColor: "#374151", titleColor: "#374151" },
  range: {
    category: ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#999999", "#000000"],
  },
};

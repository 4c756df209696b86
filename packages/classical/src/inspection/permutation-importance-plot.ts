import { vegaLite, type VegaLiteSpec } from "@strata-ml/core";
import type { PermutationImportance } from "./permutation-importance.js";
import { countOption, strongest } from "./plot-options.js";

export interface PermutationImportancePlotOptions {
  /** Features shown, the most important first; default 20. */
  readonly maxFeatures?: number;
}

/**
 * Permutation importances as a box over the repeats of each feature, the most important on top.
 *
 * @throws ParamError for a count below 1.
 * @example
 * const data = fromColumns({ x: [1, 2, 3, 4], y: [1, 2, 3, 4] }, { target: "y" });
 * const model = await new LinearRegression().fit(data);
 * permutationImportancePlot(await permutationImportance(model, data)); // { $schema: ".../v6.json", ... }
 */
export function permutationImportancePlot(
  { features, importances, mean }: PermutationImportance,
  options: PermutationImportancePlotOptions = {},
): VegaLiteSpec {
  const most = countOption("permutationImportancePlot", "maxFeatures", options.maxFeatures ?? 20);
  const shown = strongest(mean, most);
  const values = shown.flatMap((f) =>
    Array.from(importances.row(f), (importance, repeat) => ({ feature: features[f], importance, repeat })),
  );
  const y = { field: "feature", type: "nominal", sort: shown.map((f) => features[f]), title: null };
  return vegaLite({
    description: "By how much the score falls where a feature is permuted",
    data: { values },
    width: 420,
    height: { step: 24 },
    layer: [
      { mark: { type: "rule", color: "#6b7280" }, encoding: { x: { datum: 0 } } },
      {
        mark: { type: "boxplot", extent: "min-max", color: "#0072b2" },
        encoding: { y, x: { field: "importance", type: "quantitative", title: "Decrease of the score" } },
      },
    ],
  });
}

import { readFileSync } from "node:fs";
import { categorical, type Dataset, fromColumns } from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, it } from "vitest";
import { SimpleImputer } from "./simple-imputer.js";

type Cell = number | string | null;
interface Golden {
  readonly numbers: (number | null)[][];
  readonly gaps: (string | null)[][];
  readonly imputer: Record<string, { readonly transformed: Cell[][]; readonly statistics: Cell[] }>;
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/preprocessing.json", import.meta.url), "utf8"),
) as Golden;

const column = <T>(rows: readonly (readonly T[])[], j: number): T[] => rows.map((row) => row[j]);
const numbers = fromColumns(
  Object.fromEntries(golden.numbers[0].map((_, j) => [`x${j}`, column(golden.numbers, j)])),
);
const empty = fromColumns({ x0: column(golden.numbers, 0), none: golden.numbers.map(() => null) });
const gaps = fromColumns({ a: categorical(column(golden.gaps, 0)), b: categorical(column(golden.gaps, 1)) });

type Params = NonNullable<ConstructorParameters<typeof SimpleImputer>[0]>;
const cases: Record<string, [Dataset, Params]> = {
  mean: [numbers, {}],
  median: [numbers, { strategy: "median" }],
  mostFrequent: [numbers, { strategy: "mostFrequent" }],
  constant: [numbers, { strategy: "constant", fillValue: -1.5 }],
  indicator: [numbers, { addIndicator: true }],
  "empty dropped": [empty, { addIndicator: true }],
  "empty kept": [empty, { keepEmptyFeatures: true, strategy: "median" }],
  "empty constant": [empty, { strategy: "constant", fillValue: 4 }],
  "empty constant kept": [empty, { strategy: "constant", fillValue: 4, keepEmptyFeatures: true }],
  "categories mostFrequent": [gaps, { strategy: "mostFrequent" }],
  "categories constant": [gaps, { strategy: "constant" }],
};

describe("SimpleImputer equals scikit-learn's", () => {
  it.each(Object.entries(golden.imputer))("%s", async (name, expected) => {
    const [data, params] = cases[name];
    const model = await new SimpleImputer(params).fit(data, { onWarning: () => undefined });
    const out = model.transform(data);
    const names = out.namesOf("feature");
    expect(names.length).toBe(expected.transformed[0].length);
    names.forEach((feature, j) => {
      const held = out.column(feature);
      if (held.kind === "categorical") {
        expect(Array.from(held.codes, (code) => held.categories[code])).toEqual(
          column(expected.transformed, j),
        );
      } else {
        const { values } = out.column(feature, "numeric");
        assertClose(values, column(expected.transformed, j).map(Number), { relative: 1e-14, absolute: 0 });
      }
    });
    model.fills.forEach(({ fill }, j) => {
      const statistic = expected.statistics[j];
      if (typeof fill === "string" || fill === null) expect(fill).toBe(statistic);
      else assertClose(fill, [statistic === null ? Number.NaN : Number(statistic)], { relative: 1e-14 });
    });
  });
});

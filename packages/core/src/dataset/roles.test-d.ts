import type { Dataset, LabelledDataset } from "./dataset.js";
import { csvBatches } from "./csv/csv-batches.js";
import { readCsv } from "./csv/read-csv.js";
import { fromBatches } from "./from-batches.js";
import { fromColumns } from "./from-columns.js";
import { fromMatrix, type FromMatrixOptions } from "./from-matrix.js";
import { fromRows } from "./from-rows.js";
import type { ExactRoles, Roles } from "./roles.js";

// Compiled, never run: each line after an @ts-expect-error must not compile, or the compiler complains.

const columns = { x: [1, 2], scenario: [0, 1], y: [0, 1] };
const bare = fromColumns(columns);

// @ts-expect-error a misspelt role, beside one that exists
fromColumns(columns, { target: "y", ids: ["scenario"] });
// @ts-expect-error a misspelt role alone
fromColumns(columns, { weights: "x" });
// @ts-expect-error a misspelt role in withRoles
bare.withRoles({ target: "y", weigth: "x" });
// @ts-expect-error a misspelt role in with
bare.with({ z: [1, 2] }, { target: "y", groups: "x" });
// @ts-expect-error a role that does not exist
bare.withRole("y", "targt");
// @ts-expect-error a misspelt role among the options of fromRows
fromRows([columns], { roles: { target: "y", groups: "x" } });
// @ts-expect-error a misspelt option of fromRows
fromRows([columns], { role: { target: "y" } });
// @ts-expect-error a misspelt role among the options of readCsv
await readCsv("a,b\n", { roles: { target: "a", wieght: "b" } });
// @ts-expect-error a misspelt option of readCsv
await readCsv("a,b\n", { roles: { target: "a" }, delimeter: ";" });
// @ts-expect-error a misspelt role among the options of csvBatches
csvBatches("a,b\n", { roles: { target: "a", wieght: "b" } });
// @ts-expect-error a misspelt role among the options of fromBatches
await fromBatches([columns], { roles: { target: "y", ids: "x" } });
// @ts-expect-error a misspelt option of fromMatrix
fromMatrix([[1, 2]], { target: [1], sampleWeight: [1] });
// @ts-expect-error a misspelt role among the options of fromMatrix
fromMatrix([[1, 2]], { roles: { target: "x1", ids: "x0" } });
// @ts-expect-error a role of a wrong type
fromColumns(columns, { target: ["y"] });

// What is right still tells whether there is a target.
export const labelled: LabelledDataset = fromColumns(columns, { target: "y", id: ["scenario"], weight: "x" });
export const read: LabelledDataset = await readCsv("a,b\n", { roles: { target: "a", id: "b" } });
export const rows: LabelledDataset = fromRows([columns], { kinds: { x: "text" }, roles: { target: "y" } });
export const matrix: LabelledDataset = fromMatrix([[1, 2]], { names: ["a", "b"], roles: { target: "b" } });
export const given: LabelledDataset = fromMatrix([[1, 2]], {
  target: [1],
  weights: [1],
  roles: { id: "x0" },
});
export const relabelled: LabelledDataset = bare.withRoles({ target: "y", group: "x" });
export const batches: LabelledDataset = await fromBatches([columns], { roles: { target: "y" } });
// @ts-expect-error roles without a target make no labelled dataset
export const without: LabelledDataset = fromColumns(columns, { id: "y" });

// Roles that are known only when it runs, and those that pass through a function of one's own.
declare const some: Roles;
export const any: Dataset = fromColumns(columns, some);
const constant = { target: "y", id: ["scenario"] } as const;
export const fixed: LabelledDataset = fromColumns(columns, constant);
export const through = <const R extends Roles>(roles: ExactRoles<R>) => fromColumns<R>(columns, roles);
export const passed: LabelledDataset = through({ target: "y" });
// @ts-expect-error a misspelt role through a function of one's own
through({ target: "y", ids: "x" });

declare const loose: FromMatrixOptions;
export const unknown: Dataset = fromMatrix([[1]], loose);
declare const weights: number[] | undefined;
export const weighted: LabelledDataset = fromMatrix([[1]], { target: [1], ...(weights && { weights }) });
export const perhaps: LabelledDataset = fromColumns(columns, {
  target: "y",
  ...(weights && { weight: "x" }),
});

// Columns in the order in which they stand, whatever they are called.
export const ordered: LabelledDataset = fromColumns(
  [
    ["10", [1, 2]],
    ["2", ["a", "b"]],
  ],
  { target: "2" },
);
export const mapped: Dataset = fromColumns(new Map([["10", [1, 2]]])).with(new Map([["2", [3, 4]]]));
// @ts-expect-error a column of mixed values
fromColumns([["10", [1, "a"]]]);

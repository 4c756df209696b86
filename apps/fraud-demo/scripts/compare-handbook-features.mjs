// Compares the features that the streaming engine computes from the handbook's raw transactions with the handbook's own
// table, row by row and column by column. Needs a build (`npm run build`) and the two files:
//   node apps/fraud-demo/scripts/compare-handbook-features.mjs [DIR]
// DIR holds fdh_raw.csv.gz and fdh_transformed.csv.gz; default $STRATA_SHARED_DATA, else ../shared/data beside the repository.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { csvFileBatches } from "@strata-ml/core/node";
import { handbookKinds, handbookRoles } from "../dist/data/handbook-columns.js";
import { handbookRawFeatures } from "../dist/data/handbook-raw.js";
import { readHandbook } from "../dist/data/read-handbook.js";
import { handbookFeatureNames } from "../dist/features/handbook-features.js";

const TOLERANCE = 1e-6;
const FROM = "2018-07-25";
const DAYS = 21;

const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const directory = process.argv[2] ?? process.env.STRATA_SHARED_DATA ?? join(repository, "../shared/data");
const rawFile = join(directory, "fdh_raw.csv.gz");
const tableFile = join(directory, "fdh_transformed.csv.gz");
for (const file of [rawFile, tableFile]) {
  if (existsSync(file)) continue;
  console.error(`compare-handbook-features: '${file}' must be a file, received none`);
  process.exit(1);
}

const published = await readHandbook(tableFile);
const started = performance.now();
const computed = await handbookRawFeatures(rawBatches(), { from: FROM, days: DAYS, historySteps: 0 });
const seconds = (performance.now() - started) / 1000;
const first = compare(computed);
print(`as the transactions come (read and computed in ${seconds.toFixed(1)} s)`, first);

let agrees = first.odd.size === 0;
if (!agrees) {
  const moved = tiesOf(first.odd);
  if (moved !== undefined) {
    console.log(
      `\nAll ${first.odd.size} rows that differ belong to payments of one customer within the same second, TRANSACTION_ID ` +
        `${[...first.odd].join(", ")}: the table's unstable sort had them in the other order. With that order:`,
    );
    const again = compare(
      await handbookRawFeatures(rawBatches(moved), { from: FROM, days: DAYS, historySteps: 0 }),
    );
    print("as the table ordered these ties", again);
    agrees = again.odd.size === 0;
  }
}
const ties = first.odd.size === 0 ? "" : `, once ${first.odd.size} tied payments stand in its order`;
console.log(agrees ? `\nEqual to the published table${ties}.` : "\nNot equal to the published table.");
process.exitCode = agrees ? 0 : 1;

/** Raw transactions; those with an id in `moved` change places with their neighbour. */
async function* rawBatches(moved = new Set()) {
  const kinds = handbookKinds(["TX_AMOUNT"]);
  const options = { kinds, select: Object.keys(kinds), roles: handbookRoles };
  for await (const batch of csvFileBatches(rawFile, options)) {
    const ids = batch.column("TRANSACTION_ID", "numeric").values;
    const order = Int32Array.from(ids.keys());
    let changed = false;
    for (let i = 0; i + 1 < order.length; i++) {
      if (!moved.has(ids[i]) || !moved.has(ids[i + 1])) continue;
      [order[i], order[i + 1]] = [i + 1, i];
      changed = true;
      i++;
    }
    yield changed ? batch.take(order) : batch;
  }
}

/** Largest absolute difference of each column, and the ids of rows beyond the tolerance. */
function compare(data) {
  const rowOf = new Map(Array.from(data.column("TRANSACTION_ID", "numeric").values, (id, row) => [id, row]));
  const ids = published.column("TRANSACTION_ID", "numeric").values;
  const odd = new Set();
  const columns = Object.entries(handbookFeatureNames).map(([ours, theirs]) => {
    const mine = data.column(ours, "numeric").values;
    const table = published.column(theirs, "numeric").values;
    let largest = 0;
    let beyond = 0;
    for (let i = 0; i < ids.length; i++) {
      const row = rowOf.get(ids[i]);
      const difference = row === undefined ? Number.POSITIVE_INFINITY : Math.abs(mine[row] - table[i]);
      largest = Math.max(largest, difference);
      if (difference <= TOLERANCE) continue;
      beyond++;
      odd.add(ids[i]);
    }
    return { column: theirs, largest, beyond };
  });
  return { rows: data.rows, columns, odd };
}

/** The ids themselves where each row that differs has a neighbour of the same customer and second that differs too. */
function tiesOf(odd) {
  const time = published.column("TX_DATETIME", "timestamp").values;
  const customer = published.column("CUSTOMER_ID", "numeric").values;
  const ids = published.column("TRANSACTION_ID", "numeric").values;
  const tied = new Set();
  for (let i = 0; i + 1 < ids.length; i++) {
    const pair = odd.has(ids[i]) && odd.has(ids[i + 1]);
    if (pair && time[i] === time[i + 1] && customer[i] === customer[i + 1]) tied.add(ids[i]).add(ids[i + 1]);
  }
  return tied.size === odd.size ? tied : undefined;
}

function print(title, { rows, columns, odd }) {
  console.log(
    `${title}: ${rows} rows, the table has ${published.rows}; rows beyond ${TOLERANCE}: ${odd.size}`,
  );
  for (const { column, largest, beyond } of columns) {
    console.log(
      `  ${column.padEnd(36)} max abs difference ${largest.toExponential(2).padStart(9)}  rows beyond ${beyond}`,
    );
  }
}

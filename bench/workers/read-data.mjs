// The data of a case, as bench/data.mjs wrote it.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Table
 * @property {number} rows
 * @property {Float64Array[]} columns features
 * @property {Float64Array} target
 */

/**
 * @typedef {object} BenchData
 * @property {import("../data.mjs").DataSpec} about
 * @property {Table} train
 * @property {Table} test
 */

/**
 * @param {string} folder
 * @returns {BenchData}
 */
export function readData(folder) {
  const about = JSON.parse(readFileSync(join(folder, "about.json"), "utf8"));
  const table = (name, rows) => {
    const { buffer, byteOffset } = readFileSync(join(folder, name));
    const all = Array.from(
      { length: about.features + 1 },
      (_, j) =>
        // A small file comes in the middle of a buffer that many share.
        new Float64Array(buffer.slice(byteOffset + 8 * rows * j, byteOffset + 8 * rows * (j + 1))),
    );
    return { rows, columns: all.slice(0, -1), target: all[about.features] };
  };
  return { about, train: table("train.f64", about.rows), test: table("test.f64", about.testRows) };
}

/** A table's features as rows of plain numbers, which most libraries of npm take. */
export const rowsOf = ({ rows, columns }) =>
  Array.from({ length: rows }, (_, i) => columns.map((column) => column[i]));

/** One row as a typed array. */
export const rowOf = ({ columns }, i) => Float64Array.from(columns, (column) => column[i]);

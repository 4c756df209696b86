// Seeded data, written once where every contender reads it: all columns as float64, one after the other, the target last.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "@strata-ml/core";
import { digits, documents, turns } from "./accuracy-data.mjs";

/**
 * @typedef {object} DataSpec
 * @property {"classes" | "numbers" | "outliers" | "blobs" | "factors" | "digits" | "documents" | "turns"} shape
 * @property {number} rows to learn from
 * @property {number} testRows
 * @property {number} features
 * @property {number} [classes]
 * @property {number} [categorical] how many of the features are categories
 * @property {number} [levels] categories of each
 * @property {number} [missing] share of the cells that are missing
 * @property {number} [side] of an image, in pixels
 * @property {number} [tokens] of the longest document
 * @property {number} [vocabulary] words of documents, and the code 0 of padding
 * @property {number} [steps] of the longest history
 */

/**
 * Writes `train.f64`, `test.f64` and `about.json`.
 *
 * @param {DataSpec} spec
 * @param {string} folder
 * @returns {Float64Array} the target of the rows that contenders are judged by: the test rows, or else the training rows
 */
export function writeData(spec, folder) {
  const total = spec.rows + spec.testRows;
  const random = new Random(1);
  const columns = makers[spec.shape](spec, total, random);
  if (spec.missing !== undefined) dropCells(columns.slice(0, -1), spec.missing, random.fork("missing"));
  mkdirSync(folder, { recursive: true });
  writeColumns(join(folder, "train.f64"), columns, 0, spec.rows);
  writeColumns(join(folder, "test.f64"), columns, spec.rows, total);
  writeFileSync(join(folder, "about.json"), JSON.stringify(spec));
  const target = columns.at(-1) ?? new Float64Array(0);
  return spec.testRows > 0 ? target.slice(spec.rows) : target;
}

function writeColumns(path, columns, start, end) {
  const all = new Float64Array(columns.length * (end - start));
  columns.forEach((column, j) => all.set(column.subarray(start, end), j * (end - start)));
  writeFileSync(path, all);
}

const makers = { classes, numbers, outliers, blobs, factors, digits, documents, turns };

/** Two classes of 23% and 77%, or several; a tenth of what tells them apart is linear, the rest is bends and products. */
function classes({ features, classes: count = 2, categorical = 0, levels = 0 }, total, random) {
  const x = normals(features, total, random);
  const scores = Array.from({ length: count === 2 ? 1 : count }, (_, k) =>
    score(x, total, (3 * k) % features),
  );
  for (let j = features - categorical; j < features; j++) {
    const draw = random.fork(`categories ${j}`);
    const effects = Float64Array.from({ length: levels }, () => 0.5 * draw.normal());
    // The first categories are common, the last ones rare.
    for (let i = 0; i < total; i++) x[j][i] = Math.floor(levels * draw.uniform() ** 2);
    for (const own of scores) for (let i = 0; i < total; i++) own[i] += effects[x[j][i]];
  }
  const draw = random.fork("target");
  const y = new Float64Array(total);
  for (let i = 0; i < total; i++) {
    if (count === 2) y[i] = draw.uniform() < 1 / (1 + Math.exp(1.5 - 1.5 * scores[0][i])) ? 1 : 0;
    else y[i] = best(scores, i, draw);
  }
  reshape(x.slice(0, features - categorical));
  return [...x, y];
}

/** The class of the greatest score with a Gumbel number added: a draw from their softmax. */
function best(scores, row, draw) {
  let at = 0;
  let most = Number.NEGATIVE_INFINITY;
  scores.forEach((own, k) => {
    const value = 2 * own[row] - Math.log(-Math.log(1 - draw.uniform()));
    if (value > most) [most, at] = [value, k];
  });
  return at;
}

function score(x, total, first) {
  const c = (j) => x[(first + j) % x.length];
  const [a, b, d, e, f, g, h, k, l] = Array.from({ length: 9 }, (_, j) => c(j));
  const out = new Float64Array(total);
  for (let i = 0; i < total; i++)
    out[i] =
      0.9 * a[i] * b[i] +
      Math.sin(2 * d[i]) +
      0.3 * e[i] +
      (f[i] > 0.5 ? g[i] : -0.3) -
      0.6 * Math.abs(h[i]) +
      0.2 * k[i] * l[i];
  return out;
}

/** Real tables are not normal: some columns are skewed, some are rounded. */
function reshape(x) {
  x.forEach((column, j) => {
    if (j % 4 === 1) for (let i = 0; i < column.length; i++) column[i] = Math.exp(column[i]);
    if (j % 7 === 3) for (let i = 0; i < column.length; i++) column[i] = Math.round(8 * column[i]);
  });
}

function numbers({ features }, total, random) {
  const x = normals(features, total, random);
  const draw = random.fork("target");
  const y = new Float64Array(total);
  for (let j = 0; j < features; j++) {
    const weight = draw.normal();
    for (let i = 0; i < total; i++) y[i] += weight * x[j][i];
  }
  for (let i = 0; i < total; i++) y[i] += 3 * draw.normal();
  return [...x, y];
}

/** One row in a hundred is drawn three times as wide. */
function outliers({ features }, total, random) {
  const x = normals(features, total, random);
  const draw = random.fork("target");
  const y = Float64Array.from({ length: total }, () => (draw.uniform() < 0.01 ? 1 : 0));
  for (const column of x) for (let i = 0; i < total; i++) if (y[i] === 1) column[i] *= 1.5;
  return [...x, y];
}

/** Eight centres that overlap; the target says which. */
function blobs({ features }, total, random) {
  const x = normals(features, total, random);
  const draw = random.fork("centres");
  const y = Float64Array.from({ length: total }, () => draw.integer(8));
  for (const column of x) {
    const centres = Float64Array.from({ length: 8 }, () => 1.2 * draw.normal());
    for (let i = 0; i < total; i++) column[i] += centres[y[i]];
  }
  return [...x, y];
}

/** Twenty factors and noise. */
function factors({ features }, total, random) {
  const sources = normals(20, total, random.fork("factors"));
  const x = normals(features, total, random);
  const draw = random.fork("loadings");
  for (const column of x)
    sources.forEach((source, k) => {
      const loading = (draw.normal() * 4) / (k + 2);
      for (let i = 0; i < total; i++) column[i] += loading * source[i];
    });
  return [...x, new Float64Array(total)];
}

function normals(features, total, random) {
  return Array.from({ length: features }, (_, j) => {
    const draw = random.fork(`feature ${j}`);
    const column = new Float64Array(total);
    for (let i = 0; i < total; i++) column[i] = draw.normal();
    return column;
  });
}

function dropCells(columns, share, draw) {
  for (const column of columns)
    for (let i = 0; i < column.length; i++) if (draw.uniform() < share) column[i] = Number.NaN;
}

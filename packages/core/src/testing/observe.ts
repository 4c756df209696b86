import type { Column } from "../dataset/column.js";
import { numeric, tensor, text } from "../dataset/column-build.js";
import { Dataset } from "../dataset/dataset.js";
import type { Label } from "../dataset/target.js";
import { describe } from "../errors.js";
import {
  canClassify,
  canCluster,
  canDecide,
  canEmbed,
  canPredictProbability,
  canPredictTasks,
  canRegress,
  canScoreSamples,
  canTransform,
} from "../estimator/capabilities.js";
import type { Model } from "../estimator/model.js";
import { Matrix } from "../matrix.js";
import { ensure } from "./unmet.js";

/** One thing that a model can do with a dataset, as columns: labels and numbers as they are, matrices as blocks. */
export interface Observation {
  readonly capability: string;
  readonly observe: (data: Dataset) => Promise<Readonly<Record<string, Column>>>;
}

/** Everything that a model can do; each refuses results of the wrong type, length or width. */
export function observations(model: Model): readonly Observation[] {
  const all: Observation[] = [];
  const add = (capability: string, get: (data: Dataset) => Promise<Column>): void => {
    all.push({ capability, observe: async (data) => ({ [capability]: await get(data) }) });
  };
  if (canPredictTasks(model)) {
    all.push({
      capability: "predict",
      observe: async (data) =>
        tasks("predict", await model.predict(data), (what, own) => task(what, own, data.rows)),
    });
    if (model.predictProba)
      all.push({
        capability: "predictProba",
        observe: async (data) =>
          tasks("predictProba", await model.predictProba!(data), (what, own) => block(what, own, data.rows)),
      });
  } else if (canClassify(model)) add("predict", async (data) => labels(await model.predict(data), data.rows));
  else if (canCluster(model))
    add("predict", async (data) => vector("predict", await model.predict(data), data.rows, Int32Array));
  else if (canRegress(model))
    add("predict", async (data) => vector("predict", await model.predict(data), data.rows, Float64Array));
  if (canPredictProbability(model)) {
    add("predictProba", async (data) =>
      block("predictProba", await model.predictProba(data), data.rows, model.classes.length),
    );
  }
  if (canDecide(model)) {
    const width = model.classes.length === 2 ? 1 : model.classes.length;
    add("decisionFunction", async (data) =>
      block("decisionFunction", await model.decisionFunction(data), data.rows, width),
    );
  }
  if (canScoreSamples(model)) {
    add("scoreSamples", async (data) =>
      vector("scoreSamples", await model.scoreSamples(data), data.rows, Float64Array),
    );
  }
  if (canTransform(model)) {
    all.push({
      capability: "transform",
      observe: async (data) => transformed(await model.transform(data), data.rows),
    });
  }
  if (canEmbed(model)) {
    add("embed", async (data) => block("embed", await model.embed(data), data.rows));
    for (const layer of model.layers)
      add(`embed.${layer}`, async (data) =>
        block(`embed of ${layer}`, await model.embed(data, { layer }), data.rows),
      );
  }
  ensure(all.length > 0, `a model must have a capability, such as predict or transform, received none`);
  return all;
}

/** A copy of all outputs of a model for a dataset, as one dataset of the same rows: two models are equal where these are. */
export async function observe(model: Model, data: Dataset): Promise<Dataset> {
  const columns: Record<string, Column> = {};
  for (const { observe: get } of observations(model)) {
    for (const [name, column] of Object.entries(await get(data))) columns[name] = copyOf(column);
  }
  return Dataset.create(columns);
}

/** A model may give out its own arrays, or the dataset's. */
function copyOf<C extends Column>(column: C): C {
  const copied = Object.entries(column).map(([key, value]) => [
    key,
    value instanceof Float64Array || value instanceof Float32Array || value instanceof Int32Array
      ? value.slice()
      : value,
  ]);
  return Object.fromEntries(copied) as C;
}

/** By name of its column what is predicted of each task. */
function tasks<T>(
  what: string,
  all: Readonly<Record<string, T>>,
  columnOf: (what: string, own: T) => Column,
): Record<string, Column> {
  ensure(
    typeof all === "object" && all !== null && Object.keys(all).length > 0,
    () => `${what} must give an object with an entry a task, received ${describe(all)}`,
  );
  return Object.fromEntries(
    Object.entries(all).map(([name, own]) => [`${what}.${name}`, columnOf(`${what}.${name}`, own)]),
  );
}

function task(what: string, values: Label[] | Float64Array, rows: number): Column {
  return Array.isArray(values) ? labels(values, rows, what) : vector(what, values, rows, Float64Array);
}

function labels(values: readonly Label[], rows: number, what = "predict"): Column {
  ensure(
    Array.isArray(values) && values.length === rows,
    () => `${what} must give an array of ${rows} labels, received ${describe(values)}`,
  );
  return typeof values[0] === "string" ? text(values as string[]) : numeric(values as number[]);
}

type VectorType = typeof Float64Array | typeof Int32Array;

function vector(what: string, values: unknown, rows: number, type: VectorType): Column {
  ensure(
    values instanceof type && values.length === rows,
    () =>
      `${what} must give a ${type.name} of ${rows}, received ${describe(values)}${
        ArrayBuffer.isView(values) ? ` of ${(values as Float64Array).length}` : ""
      }`,
  );
  return numeric(values);
}

function block(what: string, matrix: unknown, rows: number, width?: number): Column {
  ensure(matrix instanceof Matrix, () => `${what} must give a Matrix, received ${describe(matrix)}`);
  ensure(
    matrix.rows === rows && matrix.columns === (width ?? matrix.columns) && matrix.columns > 0,
    () => `${what} must give ${rows} x ${width ?? "units"}, received ${matrix.rows} x ${matrix.columns}`,
  );
  return tensor(matrix.data, [matrix.columns]);
}

function transformed(out: unknown, rows: number): Record<string, Column> {
  ensure(
    out instanceof Dataset && out.rows === rows,
    () =>
      `transform must give a Dataset of ${rows} rows, received ${
        out instanceof Dataset ? `one of ${out.rows}` : describe(out)
      }`,
  );
  return Object.fromEntries(out.namesOf("feature").map((name) => [`transform.${name}`, out.column(name)]));
}

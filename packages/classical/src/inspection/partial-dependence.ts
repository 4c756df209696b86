import {
  alignFeatures,
  canDecide,
  canPredictProbability,
  canRegress,
  canScoreSamples,
  type Dataset,
  type FitOptions,
  FitRun,
  type Label,
  Matrix,
  type Model,
  NotSupportedError,
  ParamError,
  parseParams,
  requireRows,
  sampleWeights,
} from "@strata-ml/core";
import { z } from "zod";
import { constantColumn, customGrid, gridOf, type GridValue } from "./dependence-grid.js";

const schema = z.strictObject({
  gridResolution: z
    .int()
    .min(2)
    .default(100)
    .describe("Points of a numeric feature with at least as many values"),
  percentiles: z
    .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
    .refine(([low, high]) => low < high, "must be ascending")
    .default([0.05, 0.95])
    .describe("Between which shares of the values these points lie"),
  kind: z
    .enum(["average", "individual", "both"])
    .default("average")
    .describe("The mean over the rows, each row's own curve, or both"),
  response: z
    .enum(["auto", "predictProba", "decisionFunction", "predict", "scoreSamples"])
    .default("auto")
    .describe(
      "What is asked of the model; 'auto' takes the first of these that it has, predict of a regressor alone",
    ),
});

type Kind = "average" | "individual" | "both";

export interface PartialDependenceOptions<K extends Kind = Kind>
  extends Omit<z.input<typeof schema>, "kind">,
    Pick<FitOptions, "signal" | "onProgress"> {
  readonly kind?: K;
  /** By feature, values to look at in place of the grid. */
  readonly customValues?: Readonly<Record<string, readonly GridValue[]>>;
}

/** How a model's output depends on one feature or two. */
export interface PartialDependence<K extends Kind = Kind> {
  readonly features: readonly string[];
  /** The values of each feature. */
  readonly grid: readonly (readonly GridValue[])[];
  /** What the outputs are about: the second of two classes, each of several, or "value". */
  readonly outputs: readonly Label[];
  /** One matrix an output, values of the first feature x values of the second (one column where there is none). */
  readonly average: K extends "individual" ? undefined : readonly Matrix[];
  /** One matrix an output, rows x grid points; the second feature's values run faster. */
  readonly individual: K extends "average" ? undefined : readonly Matrix[];
}

/**
 * Partial dependence of any model on one feature or two, and individual conditional expectation: what the model gives where
 * every row has the feature at one value, for each value of a grid. As scikit-learn's partial_dependence with method
 * "brute"; weights of the rows count in the average.
 *
 * @throws ParamError for an option out of range; DataError for a feature that is neither numeric nor categorical;
 *   NotSupportedError for a response that the model doesn't have.
 * @see Friedman: Greedy function approximation (2001); Goldstein and others: Peeking inside the black box (2015)
 * @example
 * const data = fromColumns({ x: [1, 2, 3], z: [0, 1, 0], y: [2, 4, 6] }, { target: "y" });
 * const model = await new LinearRegression().fit(data);
 * const { grid, average } = await partialDependence(model, data, "x");
 * grid[0]; // [1, 2, 3]
 * average[0].toRows(); // about [[2], [4], [6]]
 */
export async function partialDependence<K extends Kind = "average">(
  model: Model,
  data: Dataset,
  features: string | readonly [string] | readonly [string, string],
  { signal, onProgress, customValues = {}, ...rest }: PartialDependenceOptions<K> = {},
): Promise<PartialDependence<K>> {
  const owner = "partialDependence";
  const options = parseParams(owner, schema, rest);
  const run = new FitRun(owner, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
  requireRows(owner, data, 1);
  const names = typeof features === "string" ? [features] : [...features];
  checkNames(owner, model, names, customValues);
  const rows = alignFeatures(model.owner, model.features, data);
  const grid = names.map((name) => {
    const column = rows.column(name);
    const own = customValues[name];
    return own === undefined ? gridOf(owner, name, column, options) : customGrid(owner, name, column, own);
  });
  const respond = responder(owner, model, options.response);
  const found = await respondAt(run, rows, names, grid, options.kind, respond, sampleWeights(owner, data));
  const average = found.average.map((values) => new Matrix(grid[0].length, grid[1]?.length ?? 1, values));
  const dependence: PartialDependence = {
    features: names,
    grid,
    outputs: found.outputs,
    average: options.kind === "individual" ? undefined : average,
    individual: options.kind === "average" ? undefined : found.individual,
  };
  return dependence;
}

/** Asks the model at every point of the grid. */
async function respondAt(
  run: FitRun,
  rows: Dataset,
  names: readonly string[],
  [first, second]: readonly (readonly GridValue[])[],
  kind: Kind,
  respond: (data: Dataset) => Promise<Answer>,
  weights: Float64Array | undefined,
): Promise<Sums & Pick<Answer, "outputs">> {
  const points =
    second === undefined ? first.map((a) => [a]) : first.flatMap((a) => second.map((b) => [a, b]));
  const sums: Sums = { average: [], individual: [] };
  let outputs: readonly Label[] = [];
  for (const [p, point] of points.entries()) {
    const set = Object.fromEntries(
      names.map((name, i) => [name, constantColumn(rows.column(name), rows.rows, point[i])]),
    );
    const answer = await respond(rows.with(set));
    outputs = answer.outputs;
    take(sums, answer.columns, p, points.length, kind, weights);
    await run.step("point", p + 1, points.length);
  }
  return { ...sums, outputs };
}

function checkNames(
  owner: string,
  model: Model,
  names: readonly string[],
  customValues: Readonly<Record<string, unknown>>,
): void {
  const known = model.features.map(({ name }) => name);
  const list = known.slice(0, 10).join(", ");
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined)
    throw new ParamError(owner, `features must be among those of the model (${list}), received '${wrong}'`);
  if (names.length < 1 || names.length > 2 || names[0] === names[1])
    throw new ParamError(
      owner,
      `features must be one or two that differ, received ${names.join(" and ") || "none"}`,
    );
  const other = Object.keys(customValues).find((name) => !names.includes(name));
  if (other !== undefined)
    throw new ParamError(owner, `customValues must be of ${names.join(" and ")}, received also '${other}'`);
}

interface Sums {
  readonly average: Float64Array[];
  readonly individual: Matrix[];
}

/** Keeps what the model gave at one grid point, by output. */
function take(
  { average, individual }: Sums,
  columns: readonly Float64Array[],
  point: number,
  points: number,
  kind: Kind,
  weights: Float64Array | undefined,
): void {
  columns.forEach((values, k) => {
    if (kind !== "individual") {
      average[k] ??= new Float64Array(points);
      average[k][point] = meanOf(values, weights);
    }
    if (kind === "average") return;
    individual[k] ??= new Matrix(values.length, points);
    values.forEach((value, row) => (individual[k].data[row * points + point] = value));
  });
}

function meanOf(values: Float64Array, weights: Float64Array | undefined): number {
  let [sum, total] = [0, 0];
  values.forEach((value, row) => {
    const weight = weights?.[row] ?? 1;
    sum += weight * value;
    total += weight;
  });
  return sum / total;
}

interface Answer {
  readonly outputs: readonly Label[];
  readonly columns: readonly Float64Array[];
}

/** What asks the model; of two classes the second alone. */
function responder(
  owner: string,
  model: Model,
  response: z.output<typeof schema>["response"],
): (data: Dataset) => Promise<Answer> {
  const wants = (name: typeof response): boolean => response === name || response === "auto";
  const ofClasses = (matrix: Matrix, classes: readonly Label[]): Answer =>
    classes.length === 2
      ? { outputs: [classes[1]], columns: [matrix.column(matrix.columns - 1)] }
      : { outputs: classes, columns: classes.map((_, k) => matrix.column(k)) };
  if (wants("predictProba") && canPredictProbability(model))
    return async (data) => ofClasses(await model.predictProba(data), model.classes);
  if (wants("decisionFunction") && canDecide(model))
    return async (data) => ofClasses(await model.decisionFunction(data), model.classes);
  if (wants("predict") && canRegress(model))
    return async (data) => ({ outputs: ["value"], columns: [await model.predict(data)] });
  if (wants("scoreSamples") && canScoreSamples(model))
    return async (data) => ({ outputs: ["value"], columns: [await model.scoreSamples(data)] });
  throw new NotSupportedError(
    owner,
    `the model must have ${response === "auto" ? "probabilities, decisions, numbers or scores" : response}, received a ${model.owner} without`,
  );
}

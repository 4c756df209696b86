import { type ColumnLike, categorical, numeric } from "../dataset/column-build.js";
import type { Column } from "../dataset/column.js";
import type { Dataset } from "../dataset/dataset.js";
import { fromColumns } from "../dataset/from-columns.js";
import type { Label } from "../dataset/target.js";
import type { EstimatorTags } from "../estimator/estimator.js";
import { Random } from "../random.js";
import type { CheckSettings } from "./check-settings.js";
import { sampleFeatures } from "./sample-features.js";
import { type LatentSample, sampleRows, shapeFor } from "./sample-rows.js";

/** A seeded dataset that an estimator can fit on, and what is true of its rows. */
export interface Sample {
  readonly data: Dataset;
  /** Class index, blob or outlier flag of each row; of a regressor the target without its noise. */
  readonly truth: Float64Array;
}

export interface SampleOptions {
  readonly rows?: number;
  readonly seed?: number;
  /** Of a classifier, ascending or not: `labels[k]` stands for class k; default 0 and 1. */
  readonly labels?: readonly Label[];
  /** Share of targets drawn anew from the others, without regard to the features; 1 makes them random. */
  readonly noise?: number;
  /** Whether there is a target column though the estimator needs none. */
  readonly target?: boolean;
}

export const targetName = "outcome";

/** A column that an estimator learns to predict: a class, a number, or 0 and 1, which are both. */
export interface SampleTarget {
  readonly name: string;
  readonly kind: "label" | "number" | "either";
}

/** What an estimator with these tags learns to predict; of several targets, columns that its params must name. */
export function sampleTargets({ kind, target }: EstimatorTags): readonly SampleTarget[] {
  if (kind === "multiTask")
    return [
      { name: "taskLabel", kind: "label" },
      { name: "taskNumber", kind: "number" },
    ];
  if (target === "none") return [];
  const of = kind === "classifier" ? "label" : kind === "regressor" ? "number" : "either";
  return [{ name: targetName, kind: of }];
}

/** Builds samples for an estimator by its tags; everything is made anew, so that no check can spoil another's data. */
export function makeSample(tags: EstimatorTags, settings: CheckSettings, options: SampleOptions): Sample {
  const labels = options.labels ?? [0, 1];
  const classes = tags.kind === "clusterer" || labels.length === 3 ? 3 : 2;
  const rows = options.rows ?? settings.rows ?? 90;
  const latent = sampleRows(shapeFor[tags.kind], rows, options.seed ?? 1, classes);
  const features: Readonly<Record<string, ColumnLike>> =
    settings.features?.(latent) ?? sampleFeatures(settings.kinds ?? tags.accepts, latent);
  const random = new Random(options.seed ?? 1).fork("target");
  if (tags.kind === "multiTask") {
    const tasks = makeTasks(latent, labels, options.noise ?? 0, random);
    const data = fromColumns({ ...features, ...tasks }, { id: Object.keys(tasks) });
    return { data, truth: latent.truth };
  }
  if (tags.target === "none" && !options.target) return { data: fromColumns(features), truth: latent.truth };
  const target = makeTarget(tags, latent, labels, options.noise ?? 0, random);
  return {
    data: fromColumns({ ...features, [targetName]: target }, { target: targetName }),
    truth: latent.truth,
  };
}

/** The target column: a class of a classifier, a number of a regressor, 0 or 1 of everything else, which is both. */
function makeTarget(
  { kind }: EstimatorTags,
  { truth }: LatentSample,
  labels: readonly Label[],
  noise: number,
  random: Random,
): Column {
  const ideal = kind === "classifier" || kind === "regressor" ? truth : truth.map((value) => +(value > 0));
  const values = redrawn(ideal, noise, random);
  if (kind === "regressor") return numeric(values.map((value) => value + 0.1 * random.normal()));
  if (kind !== "classifier") return numeric(values);
  return labelColumn(
    Array.from(values, (k) => labels[k]),
    labels,
  );
}

/** The columns of several targets, which no estimator of another kind has: the class of a row, and 2u - v. */
function makeTasks(
  { truth, u, v }: LatentSample,
  labels: readonly Label[],
  noise: number,
  random: Random,
): Readonly<Record<string, Column>> {
  const codes = redrawn(truth, noise, random);
  const numbers = redrawn(
    u.map((value, i) => 2 * value - v[i]),
    noise,
    random,
  );
  return {
    taskLabel: labelColumn(
      Array.from(codes, (k) => labels[k]),
      labels,
    ),
    taskNumber: numeric(numbers.map((value) => value + 0.1 * random.normal())),
  };
}

/** Labels as a column; the dictionary of strings is as given, in whatever order. */
export function labelColumn(values: readonly Label[], dictionary: readonly Label[]): Column {
  return typeof dictionary[0] === "number"
    ? numeric(values as readonly number[])
    : categorical(values, dictionary as readonly string[]);
}

/** A share of the values handed round among themselves, so that their counts stay. */
function redrawn(values: Float64Array, share: number, random: Random): Float64Array {
  const chosen = [...values.keys()].filter(() => random.uniform() < share);
  const order = random.shuffle([...chosen]);
  const out = Float64Array.from(values);
  chosen.forEach((row, at) => (out[row] = values[order[at]]));
  return out;
}

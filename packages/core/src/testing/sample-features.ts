import type { Column, ColumnKind } from "../dataset/column.js";
import { categorical, numeric, sequence, sparse, tensor, text, timestamp } from "../dataset/column-build.js";
import type { SampleRows } from "./sample-rows.js";

/** Dictionaries are given, not found, so that every sample has the same ones; none is in order of its bucket. */
const woods = ["ash", "birch", "cedar", "oak"] as const;
const woodOfBucket = ["cedar", "ash", "oak", "birch"] as const;
const towns = ["bergen", "delft", "lund", "turku"] as const;
const channels = ["app", "branch", "web"] as const;
const fillers = ["about", "before", "every", "later", "never", "often"] as const;

const dayMs = 86_400_000;

/** Which of four intervals of the signal a value falls into. */
const bucket = (value: number): number => (value < -1 ? 0 : value < 0 ? 1 : value < 1 ? 2 : 3);

type Make = (rows: SampleRows) => Readonly<Record<string, Column>>;

const noisy = (rows: SampleRows, values: Float64Array, scale = 0.2): Float64Array =>
  values.map((value) => value + scale * rows.random.normal());

const makers: Readonly<Record<ColumnKind, Make>> = {
  numeric: (rows) => ({
    numericU: numeric(Float64Array.from(rows.u)),
    numericV: numeric(Float64Array.from(rows.v)),
    numericNoise: numeric(new Float64Array(rows.rows).map(() => rows.random.normal())),
  }),
  tensor: (rows) => {
    const values = new Float64Array(rows.rows * 3);
    const u = noisy(rows, rows.u);
    const v = noisy(rows, rows.v);
    for (let i = 0; i < rows.rows; i++) values.set([u[i], v[i], rows.random.normal()], i * 3);
    return { tensorUv: tensor(values, [3]) };
  },
  sparse: (rows) => ({ sparseUv: buckets(rows) }),
  categorical: (rows) => ({
    categoryU: categorical(
      Array.from(rows.u, (value) => woodOfBucket[bucket(value)]),
      woods,
    ),
    categoryV: categorical(
      Array.from(noisy(rows, rows.v), (value) => towns[bucket(value)]),
      towns,
    ),
  }),
  text: (rows) => ({
    textUv: text(
      Array.from(rows.u, (value, i) =>
        [
          rows.random.choice(fillers),
          woodOfBucket[bucket(value)],
          towns[bucket(rows.v[i])],
          rows.random.choice(fillers),
        ].join(" "),
      ),
    ),
  }),
  sequence: (rows) => ({ sequenceUv: histories(rows) }),
  timestamp: (rows) => ({
    timeU: timestamp(rows.u.map((value) => 1_600_000_000_000 + Math.round(value * 10 * dayMs))),
  }),
};

/** Two values a row: one in the first four columns at the bucket of u, one in the last four at that of v. */
function buckets({ rows, u, v }: SampleRows): Column {
  const indices = new Int32Array(rows * 2);
  const values = new Float64Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    indices.set([bucket(u[i]), 4 + bucket(v[i])], i * 2);
    values.set([1 + Math.abs(u[i]), 1 + Math.abs(v[i])], i * 2);
  }
  const offsets = new Int32Array(rows + 1).map((_, i) => i * 2);
  return sparse({ offsets, indices, values, width: 8 });
}

/** One to four steps a row, whose amounts lie about u and whose channels follow v. */
function histories({ rows, u, v, random }: SampleRows): Column {
  const steps = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: 1 + random.integer(4) }, () => [
      u[i] + 0.3 * random.normal(),
      Math.min(bucket(v[i]), channels.length - 1),
    ]),
  );
  return sequence(steps, [
    { name: "amount", kind: "numeric" },
    { name: "channel", kind: "categorical", categories: channels },
  ]);
}

/** Feature columns of every kind in `accepts`, all of which carry some of the signal. */
export function sampleFeatures(accepts: readonly ColumnKind[], rows: SampleRows): Record<string, Column> {
  return Object.assign({}, ...accepts.map((kind) => makers[kind](rows)));
}

/** One column of a kind, for an estimator that must refuse it. */
export function sampleColumn(kind: ColumnKind, rows: SampleRows): Column {
  return Object.values(makers[kind](rows))[0];
}

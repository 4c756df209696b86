import { categorical, fromColumns, Matrix, Random, tensor } from "@strata-ml/core";
import { expect, test } from "vitest";
import { HistGradientBoostingClassifier, HistGradientBoostingRegressor } from "../index.js";

const random = new Random(5);
const rows = 300;
const draw = (): Float64Array => Float64Array.from({ length: rows }, () => random.normal());
const a = draw();
a.fill(Number.NaN, 10, 40);
const wood = Array.from({ length: rows }, () => random.choice(["oak", "ash", "elm", null]));
const pair = tensor(
  Float64Array.from({ length: 2 * rows }, () => random.normal()),
  [2],
);
const y = Array.from(a, (value, i) => ((value || 0) + (wood[i] === "oak" ? 1 : 0) > 0.3 ? "yes" : "no"));
const data = fromColumns({ a, wood: categorical(wood), pair, y }, { target: "y" });

const named = (i: number) => ({ a: a[i], wood: wood[i], pair: pair.values.slice(2 * i, 2 * i + 2) });

test("rows in both forms give the probabilities of predictProba, bit for bit", async () => {
  const model = await new HistGradientBoostingClassifier({ maxIter: 20, minSamplesLeaf: 5 }).fit(data);
  const proba = model.predictProba(data);
  const byName = model.scorer({ rows: "named" });
  const dense = model.scorer();
  const [feature] = model.features.filter(({ kind }) => kind === "categorical");
  const categories = feature.kind === "categorical" ? feature.categories : [];
  for (let i = 0; i < rows; i++) {
    expect([...byName(named(i))]).toEqual([...proba.row(i)]);
    const place = wood[i] === null ? Number.NaN : categories.indexOf(wood[i] as string);
    expect([...dense([a[i], place, ...named(i).pair])]).toEqual([...proba.row(i)]);
  }
});

test("several classes, and a regressor on the log scale", async () => {
  const three = data.with({ y: Array.from(a, (value) => (value < -0.5 ? 0 : value < 0.5 ? 1 : 2)) });
  const classes = await new HistGradientBoostingClassifier({ maxIter: 10 }).fit(three.labelled("test"));
  const score = classes.scorer({ rows: "named" });
  const proba = classes.predictProba(three);
  const counts = data.with({ y: Float64Array.from(a, (value) => Math.round(Math.exp(value || 0))) });
  const regressor = await new HistGradientBoostingRegressor({ loss: "poisson", maxIter: 10 }).fit(
    counts.labelled("test"),
  );
  const number = regressor.scorer({ rows: "named" });
  const predicted = regressor.predict(counts);
  for (let i = 0; i < rows; i++) {
    expect([...score(named(i))]).toEqual([...proba.row(i)]);
    expect([...number(named(i))]).toEqual([predicted[i]]);
  }
});

test("absent, null and unseen values are missing; each call gives the same array", async () => {
  const model = await new HistGradientBoostingClassifier({ maxIter: 5 }).fit(data);
  const score = model.scorer({ rows: "named" });
  const first = score({ pair: [0, 0] });
  const missing = [...first];
  expect(score({ a: null, wood: "unseen", pair: [0, 0] })).toBe(first);
  expect([...first]).toEqual(missing);
  expect([...model.scorer()([Number.NaN, 99, 0, 0])]).toEqual(missing);
});

test("values that predict would refuse are refused by name", async () => {
  const model = await new HistGradientBoostingClassifier({ maxIter: 2 }).fit(data);
  const score = model.scorer({ rows: "named" });
  expect(() => score({ a: "1", pair: [0, 0] })).toThrow(
    "HistGradientBoostingClassifier: column 'a' must be a number, received \"1\"",
  );
  expect(() => score({ wood: 3, pair: [0, 0] })).toThrow(
    "column 'wood' must be a category as a string, received 3",
  );
  expect(() => score({ pair: [0] })).toThrow("column 'pair' must be 2 numbers, received");
  expect(() => score({ a: Number.POSITIVE_INFINITY, pair: [0, 0] })).toThrow(
    "column 'a' must be finite or missing, received Infinity",
  );
  expect(() => model.scorer()([1, 2])).toThrow("a row must have 4 numbers, received 2");
  expect(() => model.scorer()(new Matrix(1, 4).row(0))).not.toThrow();
});

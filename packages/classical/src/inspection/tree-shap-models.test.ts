import { categorical, DataError, type Dataset, fromColumns, Matrix, Random, tensor } from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { HistGradientBoostingClassifier } from "../boosting/hist-gradient-boosting-classifier.js";
import { HistGradientBoostingRegressor } from "../boosting/hist-gradient-boosting-regressor.js";
import { RandomForestClassifier } from "../ensemble/random-forest-classifier.js";
import { RandomForestRegressor } from "../ensemble/random-forest-regressor.js";
import { Ridge } from "../linear/ridge.js";
import { DecisionTreeClassifier } from "../tree/decision-tree-classifier.js";
import { DecisionTreeRegressor } from "../tree/decision-tree-regressor.js";
import { explainTrees, type ShapValues, treeShap } from "./tree-shap.js";

const random = new Random(3);
const rows = 400;
const draw = (): Float64Array => Float64Array.from({ length: rows }, () => random.normal());
const numbers = { a: draw(), b: draw(), c: draw() };
numbers.b.fill(Number.NaN, 20, 60);
const colour = Array.from({ length: rows }, () => random.choice(["red", "green", "blue", "grey"]));
const signal = numbers.a.map(
  (value, i) => value + (numbers.b[i] > 0 ? numbers.c[i] : 0) + (colour[i] === "red" ? 1 : 0),
);
const classes = Array.from(signal, (value) => (value < -0.5 ? "low" : value < 0.8 ? "mid" : "high"));
const yes = Array.from(signal, (value) => (value > 0 ? 1 : 0));
const mixed = { ...numbers, colour: categorical(colour) };
const labelled = (
  features: typeof mixed | typeof numbers | Pick<typeof numbers, "a">,
  y: readonly string[] | readonly number[],
) => fromColumns({ ...features, y }, { target: "y" });

/** Base and sum of a row's values, one number an output. */
function totals({ base, values }: ShapValues, row: number): number[] {
  return values.map((matrix, k) => matrix.row(row).reduce((sum, value) => sum + value, base[k]));
}

function ensureAdds(shap: ShapValues, output: Matrix): void {
  expect(shap.values.length).toBe(output.columns);
  for (let i = 0; i < output.rows; i++)
    totals(shap, i).forEach((total, k) => expect(Math.abs(total - output.at(i, k))).toBeLessThan(1e-9));
}

const column = (values: Float64Array): Matrix => new Matrix(values.length, 1, values);

const firstRows = ({ columns, data }: Matrix, count: number): Matrix =>
  new Matrix(count, columns, data.slice(0, count * columns));

/** A model of each kind with what its values must add up to. */
const models: Record<
  string,
  () => Promise<readonly [model: Parameters<typeof treeShap>[0], data: Dataset, output: Matrix]>
> = {
  "boosting, two classes": async () => {
    const data = labelled(mixed, yes);
    const model = await new HistGradientBoostingClassifier({ maxIter: 20 }).fit(data);
    return [model, data, model.decisionFunction(data)];
  },
  "boosting, three classes": async () => {
    const data = labelled(mixed, classes);
    const model = await new HistGradientBoostingClassifier({ maxIter: 8 }).fit(data);
    return [model, data, model.decisionFunction(data)];
  },
  "boosting, numbers": async () => {
    const data = labelled(mixed, [...signal]);
    const model = await new HistGradientBoostingRegressor({ maxIter: 20 }).fit(data);
    return [model, data, column(model.predict(data))];
  },
  "forest, three classes": async () => {
    const data = labelled(numbers, classes);
    const model = await new RandomForestClassifier({ nEstimators: 10 }).fit(data);
    return [model, data, model.predictProba(data)];
  },
  "tree, two classes": async () => {
    const data = labelled(numbers, yes);
    const model = await new DecisionTreeClassifier({ classWeight: { 0: 3, 1: 1 } }).fit(data);
    return [model, data, model.predictProba(data)];
  },
  "tree, numbers": async () => {
    const data = labelled(numbers, [...signal]);
    const model = await new DecisionTreeRegressor({ maxDepth: 6 }).fit(data);
    return [model, data, column(model.predict(data))];
  },
  "forest, numbers of two outputs": async () => {
    const pairs = Float64Array.from({ length: 2 * rows }, (_, at) =>
      at % 2 === 0 ? signal[at >> 1] : numbers.a[at >> 1] * numbers.c[at >> 1],
    );
    const data = fromColumns({ ...numbers, y: tensor(pairs, [2]) }, { target: "y" });
    const model = await new RandomForestRegressor({ nEstimators: 5, maxDepth: 5 }).fit(data);
    return [model, data, model.predictOutputs(data)];
  },
};

describe.each(Object.entries(models))("%s", (_, make) => {
  test("base and values add up to the output", async () => {
    const [model, data, output] = await make();
    const some = data.slice(0, 120);
    ensureAdds(await treeShap(model, some), firstRows(output, 120));
  });

  test("against background rows too, and its weights count", async () => {
    const [model, data, output] = await make();
    const some = data.slice(0, 40);
    const background = data.slice(100, 110);
    const shap = await treeShap(model, some, { background });
    ensureAdds(shap, firstRows(output, 40));
    shap.base.forEach((base, k) => {
      let mean = 0;
      for (let i = 100; i < 110; i++) mean += output.at(i, k) / 10;
      expect(Math.abs(base - mean)).toBeLessThan(1e-9);
    });
    const weights = Float64Array.from({ length: 10 }, (_, i) => (i < 3 ? 1 + i : 0));
    const weighted = await treeShap(model, some, {
      background: background.with({ w: weights }, { weight: "w" }),
    });
    const repeated = await treeShap(model, some, { background: data.take([100, 101, 101, 102, 102, 102]) });
    weighted.values.forEach((matrix, k) =>
      matrix.data.forEach((value, i) =>
        expect(Math.abs(value - repeated.values[k].data[i])).toBeLessThan(1e-12),
      ),
    );
  });

  test.each([false, true])(
    "interactions are symmetric and their rows sum to the values (background: %s)",
    async (b) => {
      const [model, data] = await make();
      const some = data.slice(0, 25);
      const options = b ? { background: data.slice(200, 205) } : {};
      const plain = await treeShap(model, some, options);
      const {
        values,
        interactions = [],
        features,
      } = await treeShap(model, some, { ...options, interactions: true });
      expect(interactions.length).toBe(values.length);
      const width = features.length;
      let strongest = 0;
      interactions.forEach((matrix, k) => {
        for (let i = 0; i < 25; i++) {
          const row = matrix.row(i);
          for (let f = 0; f < width; f++) {
            const sum = row.subarray(f * width, (f + 1) * width).reduce((a, v) => a + v, 0);
            expect(Math.abs(sum - values[k].at(i, f))).toBeLessThan(1e-12);
            expect(Math.abs(sum - plain.values[k].at(i, f))).toBeLessThan(1e-9);
            for (let g = 0; g < f; g++) {
              expect(row[f * width + g]).toBe(row[g * width + f]);
              strongest = Math.max(strongest, Math.abs(row[f * width + g]));
            }
          }
        }
      });
      expect(strongest).toBeGreaterThan(1e-3);
    },
  );

  test("the same bits on 1, 2 and 4 threads, and for one row at a time", async () => {
    const [model, data] = await make();
    for (const options of [{}, { interactions: true }, { background: data.slice(7, 12) }]) {
      const [one, ...others] = await Promise.all(
        [1, 2, 4].map((threads) => explainTrees(model, data, options, threads)),
      );
      for (const other of others) {
        expect(other.values).toEqual(one.values);
        expect(other.interactions).toEqual(one.interactions);
      }
      const single = await treeShap(model, data.slice(33, 34), options);
      // Against background rows, whether tables pay depends on the number of rows.
      single.values.forEach((matrix, k) =>
        matrix
          .row(0)
          .forEach((value, f) =>
            expect(Math.abs(value - one.values[k].at(33, f))).toBeLessThanOrEqual(
              "background" in options ? 1e-12 : 0,
            ),
          ),
      );
    }
  });
});

describe("treeShap", () => {
  test("outputs are named by class, and features as the model names them", async () => {
    const [two] = await models["boosting, two classes"]();
    const shap = await treeShap(two, labelled(mixed, yes).slice(0, 2));
    expect([shap.outputs, shap.features]).toEqual([[1], ["a", "b", "c", "colour"]]);
    expect(shap.data.names).toEqual(["a", "b", "c", "colour"]);
    const [three, data] = await models["forest, three classes"]();
    expect((await treeShap(three, data.slice(0, 1))).outputs).toEqual(["high", "low", "mid"]);
  });

  test("no rows, and trees of one leaf", async () => {
    const data = labelled(numbers, yes);
    const model = await new DecisionTreeClassifier({ maxDepth: 1, minImpurityDecrease: 1 }).fit(data);
    const { base, values } = await treeShap(model, data);
    expect(Math.abs(base[1] - yes.filter((value) => value === 1).length / rows)).toBeLessThan(1e-12);
    expect(values[1].data.every((value) => value === 0)).toBe(true);
    expect((await treeShap(model, data.slice(0, 0))).values[0].rows).toBe(0);
  });

  test("refuses other models and a background without rows", async () => {
    const data = labelled({ a: numbers.a }, [...signal]);
    const codes = Float64Array.from({ length: 2 * rows }, (_, at) => yes[at >> 1] + (at % 3));
    const pairs = fromColumns({ ...numbers, y: tensor(codes, [2]) }, { target: "y" });
    const several = await new RandomForestClassifier({ nEstimators: 2 }).fit(pairs);
    await expect(treeShap(several, pairs)).rejects.toThrow(
      "treeShap: the model must have one output of classes, received RandomForestClassifier of 2",
    );
    const ridge = await new Ridge().fit(data);
    await expect(treeShap(ridge, data)).rejects.toThrow(
      "treeShap: the model must be of trees (boosting, a forest, a decision tree), received Ridge",
    );
    const tree = await new DecisionTreeRegressor().fit(data);
    await expect(treeShap(tree, data, { background: data.slice(0, 0) })).rejects.toThrow(DataError);
  });

  test("reports rows, and an abort ends it", async () => {
    const [model, data] = await models["boosting, two classes"]();
    const seen: number[] = [];
    await treeShap(model, data, { onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen.at(-1)).toBe(1);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(treeShap(model, data, { signal })).rejects.toThrow("enough");
    const later = new AbortController();
    const onProgress = () => later.abort(new Error("enough"));
    await expect(
      treeShap(model, data, { background: data, signal: later.signal, onProgress }),
    ).rejects.toThrow("enough");
  });
});

import {
  type ColumnLike,
  fromColumns,
  type LabelledDataset,
  Random,
  sequence,
  type SequenceField,
  text,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aliveTensors } from "../backend/alive-tensors.js";
import { selectBackend } from "../backend/select-backend.js";
import { NeuralClassifier, type NeuralClassifierModel } from "./neural-classifier.js";
import { NeuralRegressor } from "./neural-regressor.js";
import { testBackend } from "../testing/test-backends.js";

beforeAll(() => selectBackend(testBackend));
afterAll(() => expect(aliveTensors()).toBe(0));

const quick = {
  hiddenUnits: [4],
  activation: "tanh",
  epochs: 3,
  batchSize: 8,
  learningRate: 0.01,
  patience: null,
} as const;
const rows = 24;
const bits = Array.from({ length: rows }, (_, i) => i % 2);
const random = new Random(5);
const normals = (count: number): number[] => Array.from({ length: count }, () => random.normal());
type Columns = Readonly<Record<string, ColumnLike>>;
const labelled = (columns: Columns, y: readonly number[] = bits): LabelledDataset =>
  fromColumns({ ...columns, y: [...y] }, { target: "y" });
const fitted = (columns: Columns, params: object = {}): Promise<NeuralClassifierModel> =>
  new NeuralClassifier({ ...quick, ...params }).fit(labelled(columns));

/** Probabilities of the second class. */
async function scores(model: NeuralClassifierModel, columns: Columns): Promise<Float64Array> {
  const { data } = await model.predictProba(fromColumns(columns));
  expect(data.every((share) => share >= 0 && share <= 1)).toBe(true);
  return data.filter((_, i) => i % 2 === 1);
}

describe("categories", () => {
  test("those that fit did not see are alike, and apart from a missing one", async () => {
    const colours = bits.map((bit, i) => (i % 5 === 4 ? null : bit === 1 ? "red" : "blue"));
    const model = await fitted({ colour: colours });
    const [ultraviolet, infrared, empty, missing, red] = await scores(model, {
      colour: ["ultraviolet", "infrared", "", null, "red"],
    });
    expect(infrared).toBe(ultraviolet);
    expect(empty).toBe(ultraviolet);
    expect(missing).not.toBe(ultraviolet);
    expect(red).not.toBe(ultraviolet);
  });

  test("unseen ones in a step of a sequence are alike", async () => {
    const fields = [
      { name: "event", kind: "categorical", categories: ["a", "b", "c", "d"] },
    ] as const satisfies SequenceField[];
    const model = await fitted({
      history: sequence(
        bits.map((bit) => [[bit], [1 - bit]]),
        fields,
      ),
    });
    const [c, d, missing, b] = await scores(model, {
      history: sequence([[[2]], [[3]], [[-1]], [[1]]], fields),
    });
    expect(d).toBe(c);
    expect(missing).toBeTypeOf("number");
    expect(b).not.toBe(c);
  });
});

describe("texts", () => {
  test.each([
    { textEncoder: "pool", textMode: "vocabulary" },
    { textEncoder: "conv", textMode: "vocabulary" },
    { textEncoder: "pool", textMode: "hashing" },
    { textEncoder: "conv", textMode: "hashing" },
    { textEncoder: "transformer", textMode: "vocabulary" },
    { textEncoder: "transformer", textMode: "hashing" },
  ] as const)("empty and without words are alike, alone or among longer ones: %j", async (params) => {
    const notes = bits.map((bit, i) =>
      i % 6 === 5 ? "" : bit === 1 ? "urgent transfer now" : "weekly shop",
    );
    const model = await fitted({ note: text(notes) }, { ...params, textTokens: "word" });
    const [empty, blank, marks, words] = await scores(model, {
      note: text(["", " \n ", "?! ...", "urgent transfer now"]),
    });
    expect([blank, marks]).toEqual([empty, empty]);
    expect(words).not.toBe(empty);
    assertClose(await scores(model, { note: text([""]) }), [empty], { absolute: 1e-6 });
  });

  test("all empty can be learned from, and say nothing", async () => {
    for (const textEncoder of ["pool", "conv"] as const) {
      // oxlint-disable-next-line eslint/no-await-in-loop
      const model = await fitted({ note: text(bits.map(() => "")) }, { textEncoder, textMode: "vocabulary" });
      // oxlint-disable-next-line eslint/no-await-in-loop
      const [empty, word] = await scores(model, { note: text(["", "word"]) });
      expect(word).toBe(empty);
    }
  });

  test("all empty can be learned from by a transformer, to which an unknown word still has a place", async () => {
    const model = await fitted(
      { note: text(bits.map(() => "")) },
      { textEncoder: "transformer", textTokens: "word" },
    );
    const [empty, blank, word] = await scores(model, { note: text(["", " ", "word"]) });
    expect(blank).toBe(empty);
    expect(word).toBeGreaterThan(0);
    expect(word).toBeLessThan(1);
  });
});

describe("sequences", () => {
  const fields = [
    { name: "size", kind: "numeric" },
    { name: "shop", kind: "categorical", categories: ["a", "b"] },
  ] as const satisfies SequenceField[];
  const ragged = (i: number): number[][] => Array.from({ length: i % 4 }, (_, t) => [i * 0.1 - t, i % 2]);

  test.each(["gru", "attention", "transformer"] as const)(
    "of any length score alike alone and among longer ones, by %s",
    async (sequenceEncoder) => {
      const all = bits.map((_, i) => ragged(i));
      const model = await fitted({ history: sequence(all, fields) }, { sequenceEncoder });
      const together = await scores(model, { history: sequence(all, fields) });
      for (const i of [0, 1, 2, 3]) {
        // oxlint-disable-next-line eslint/no-await-in-loop
        const alone = await scores(model, { history: sequence([all[i]], fields) });
        assertClose(alone, [together[i]], { absolute: 1e-6 });
      }
    },
  );

  test.each(["gru", "attention", "transformer"] as const)(
    "all empty can be learned from, by %s",
    async (sequenceEncoder) => {
      const model = await fitted(
        {
          history: sequence(
            bits.map(() => []),
            fields,
          ),
        },
        { sequenceEncoder },
      );
      const later = { history: sequence([[], [[1e9, 0]], [[Number.NaN, -1]]], fields) };
      expect(await scores(model, later)).toHaveLength(3);
    },
  );

  test("a missing number of a step counts as the mean of fit", async () => {
    const one = fields.slice(0, 1);
    const steps = bits.map((bit, i) => [[i % 7 === 6 ? Number.NaN : 4 * bit - 1]]);
    const model = await fitted({ history: sequence(steps, one) });
    const numbers = steps.flatMap(([[x]]) => (Number.isNaN(x) ? [] : [x]));
    expect(model.fitted.encoder.sequence[0].scaling.mean[0]).toBeCloseTo(
      numbers.reduce((a, b) => a + b) / numbers.length,
      10,
    );
    expect(await scores(model, { history: sequence([[[Number.NaN]]], one) })).toHaveLength(1);
  });

  test("of other fields, and rows that do not fit theirs, are refused", async () => {
    const model = await fitted({
      history: sequence(
        bits.map((_, i) => ragged(i)),
        fields,
      ),
    });
    const other = fromColumns({ history: sequence([[[1]]], fields.slice(0, 1)) });
    await expect(model.predict(other)).rejects.toThrow(
      "NeuralClassifier: column 'history' must be sequence of size: numeric, shop: categorical as in fit, received sequence of size: numeric",
    );
    expect(() => sequence([[[1, 0], [1]]], fields)).toThrow("row 0, step 1 must have 2 values, received 1");
    expect(() => labelled({ history: sequence([[[1, 7]]], fields) }, [0])).toThrow(
      "codes must be -1 or within 0..1 (2 categories), received 7 at row 0",
    );
  });
});

describe("missing numbers", () => {
  test("count as the mean, with an indicator where fit saw some, and a column may have none", async () => {
    const some = await fitted({ x: bits.map((bit, i) => (i % 5 === 0 ? Number.NaN : bit)) });
    const none = await fitted({ x: bits });
    const nothing = await fitted({ x: bits.map(() => Number.NaN), z: bits });
    expect(some.fitted.encoder.numeric?.width).toBe(2);
    expect(none.fitted.encoder.numeric?.width).toBe(1);
    const [missing, mean] = await scores(none, { x: [Number.NaN, 0.5] });
    expect(missing).toBe(mean);
    expect(await scores(nothing, { x: [1, Number.NaN], z: [1, 0] })).toHaveLength(2);
  });

  test.each<[string, () => Promise<unknown>, string | RegExp]>([
    [
      "a label",
      () => new NeuralClassifier(quick).fit(labelled({ x: [1, 2, 3] }, [0, 1, Number.NaN])),
      "NeuralClassifier: the target must not be missing, received NaN at row 2",
    ],
    [
      "a target",
      () => new NeuralRegressor(quick).fit(labelled({ x: [1, 2, 3] }, [0, Number.NaN, 2])),
      "NeuralRegressor: the target must be finite, received NaN at row 1",
    ],
    [
      "a weight",
      () =>
        new NeuralRegressor(quick).fit(
          fromColumns({ x: [1, 2], w: [1, Number.NaN], y: [0, 1] }, { target: "y", weight: "w" }),
        ),
      "NeuralRegressor: weights must be finite and >= 0, received NaN at row 1",
    ],
    [
      "a target of the validation data",
      () =>
        new NeuralRegressor(quick).fit(labelled({ x: [1, 2] }, [0, 1]), {
          validation: labelled({ x: [1] }, [Number.NaN]),
        }),
      "NeuralRegressor: the target must be finite, received NaN at row 0 of the validation data",
    ],
  ])("are refused in %s", async (_, fit, message) => {
    await expect(fit()).rejects.toThrow(message);
  });
});

describe("few rows", () => {
  test.each([
    [
      "fit",
      () =>
        new NeuralClassifier(quick).fit(
          labelled(
            { x: normals(rows) },
            bits.map(() => 3),
          ),
        ),
    ],
    ["fit of one row", () => new NeuralClassifier(quick).fit(labelled({ x: [1] }, [3]))],
  ])("one class is refused by %s", async (_, fit) => {
    await expect(fit()).rejects.toThrow(
      "NeuralClassifier: the target must have at least 2 classes, received 1 (3)",
    );
  });

  test("a batch larger than the data is all of it", async () => {
    const data = labelled({ x: normals(rows) });
    const weights = async (batchSize: number): Promise<Float32Array> =>
      (await new NeuralClassifier({ ...quick, batchSize }).fit(data)).fitted.weights;
    expect(await weights(1_000_000)).toEqual(await weights(rows));
    const held = { ...quick, patience: 2, batchSize: 4096 };
    expect((await new NeuralClassifier(held).fit(labelled({ x: [1, 2] }, [0, 1]))).classes).toEqual([0, 1]);
  });

  test("a regression of one row gives its target, nearly", async () => {
    const model = await new NeuralRegressor({ ...quick, epochs: 200 }).fit(labelled({ x: [1] }, [3]));
    expect((await model.predict(fromColumns({ x: [1] })))[0]).toBeCloseTo(3, 1);
  });

  test("none are refused by fit, and give no predictions", async () => {
    const none = labelled({ x: [1, 2] }, [0, 1]).take([]);
    await expect(new NeuralRegressor(quick).fit(none)).rejects.toThrow(
      "NeuralRegressor: the dataset must have at least 1 row",
    );
    const model = await fitted({ x: bits });
    expect((await model.predictProba(fromColumns({ x: [] as number[] }))).rows).toBe(0);
  });
});

describe("columns of another kind than in fit", () => {
  test.each<[string, Columns, Columns, string]>([
    [
      "a text",
      { c: text(bits.map(String)) },
      { c: ["a", "b"] },
      "column 'c' must be text as in fit, received categorical",
    ],
    [
      "a category",
      { c: bits.map((bit) => `c${bit}`) },
      { c: [1] },
      "column 'c' must be categorical as in fit, received numeric",
    ],
    ["a number", { c: bits }, { c: text(["1"]) }, "column 'c' must be numeric as in fit, received text"],
  ])("%s", async (_, columns, other, message) => {
    const model = await fitted(columns);
    await expect(model.predict(fromColumns(other))).rejects.toThrow(`NeuralClassifier: ${message}`);
  });
});

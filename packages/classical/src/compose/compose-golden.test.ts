import { readFileSync } from "node:fs";
import {
  type Dataset,
  denseFeatures,
  denseNames,
  fromColumns,
  type LabelledDataset,
  text,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import { describe, expect, test } from "vitest";
import { PCA } from "../decomposition/pca.js";
import { TfidfVectorizer } from "../feature-extraction/tfidf-vectorizer.js";
import { SimpleImputer } from "../impute/simple-imputer.js";
import { LogisticRegression } from "../linear/logistic-regression.js";
import { Ridge } from "../linear/ridge.js";
import { OneHotEncoder } from "../preprocessing/one-hot-encoder.js";
import { StandardScaler } from "../preprocessing/standard-scaler.js";
import { ColumnTransformer } from "./column-transformer.js";
import { FeatureUnion } from "./feature-union.js";
import { Pipeline } from "./pipeline.js";

interface Table extends Readonly<Record<"amount" | "balance" | "age" | "tenure", (number | null)[]>> {
  readonly channel: (string | null)[];
  readonly country: (string | null)[];
  readonly note: string[];
}
interface Result<T> {
  readonly names: string[];
  readonly train: number[][];
  readonly unseen: number[][];
  readonly predicted: T[];
  readonly probability?: number[][];
}
interface Golden {
  readonly data: { readonly train: Table; readonly unseen: Table };
  readonly label: string[];
  readonly price: number[];
  readonly classifier: Result<string>;
  readonly regressor: Result<number>;
  readonly union: Result<number>;
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/compose.json", import.meta.url), "utf8"),
) as Golden;

const features = ({ note, ...columns }: Table): Dataset => fromColumns({ ...columns, note: text(note) });
const unseen = features(golden.data.unseen);
const train = (target: number[] | string[], names: readonly string[]): LabelledDataset =>
  features(golden.data.train).selectFeatures(names).with({ target }, { target: "target" }).labelled("test");

const mixed = ["amount", "balance", "age", "channel", "country", "note"];
const numeric = ["amount", "balance", "age", "tenure"];

const columns = () =>
  new ColumnTransformer({
    transformers: [
      [
        "numbers",
        new Pipeline({
          steps: [
            ["impute", new SimpleImputer({ strategy: "median" })],
            ["scale", new StandardScaler()],
          ],
        }),
        ["amount", "balance"],
      ],
      ["categories", new OneHotEncoder({ handleUnknown: "ignore" }), ["channel", "country"]],
      ["text", new TfidfVectorizer({ analyzer: "char", ngramRange: [2, 3] }), ["note"]],
    ],
  });

/** The rows as the last step sees them, and what their columns are called, as scikit-learn's. */
function expectPrepared(seen: Dataset, names: readonly string[], expected: readonly number[][]): void {
  expect(denseNames(seen.featureSchema)).toEqual(names);
  const { data } = denseFeatures("test", seen);
  const flat = expected.flat();
  assertClose(data.subarray(0, flat.length), flat, { absolute: 1e-12, relative: 1e-12 });
}

describe("compositions equal scikit-learn's", () => {
  test("numbers, categories and texts into a logistic regression", async () => {
    const { names, probability, predicted, ...rows } = golden.classifier;
    const data = train(golden.label, mixed);
    const pipeline = new Pipeline({
      steps: [
        ["columns", columns()],
        ["model", new LogisticRegression({ C: 0.7, tol: 1e-10 })],
      ],
    });
    const model = await pipeline.fit(data);
    const asked = unseen.selectFeatures(mixed);
    expectPrepared(await model.prepare(data), names, rows.train);
    expectPrepared(await model.prepare(asked), names, rows.unseen);
    expect(model.predict(asked)).toEqual(predicted);
    assertClose(model.predictProba(asked).data, probability!.flat(), { absolute: 1e-8 });
  });

  test("the same columns into a ridge", async () => {
    const { names, predicted, ...rows } = golden.regressor;
    const data = train(golden.price, mixed);
    const pipeline = new Pipeline({
      steps: [
        ["columns", columns()],
        ["model", new Ridge({ alpha: 0.5 })],
      ],
    });
    const model = await pipeline.fit(data);
    const asked = unseen.selectFeatures(mixed);
    expectPrepared(await model.prepare(data), names, rows.train);
    expectPrepared(await model.prepare(asked), names, rows.unseen);
    assertClose(model.predict(asked), predicted, { absolute: 1e-9, relative: 1e-9 });
  });

  test("a scaler beside principal components into a ridge", async () => {
    const { names, predicted, ...rows } = golden.union;
    const data = train(golden.price, numeric);
    const union = new FeatureUnion({
      transformers: [
        ["scale", new StandardScaler()],
        ["axes", new PCA({ nComponents: 2 })],
      ],
    });
    const pipeline = new Pipeline({
      steps: [
        ["impute", new SimpleImputer()],
        ["union", union],
        ["model", new Ridge({ alpha: 2 })],
      ],
    });
    const model = await pipeline.fit(data);
    const asked = unseen.selectFeatures(numeric);
    expectPrepared(await model.prepare(data), names, rows.train);
    expectPrepared(await model.prepare(asked), names, rows.unseen);
    assertClose(model.predict(asked), predicted, { absolute: 1e-9, relative: 1e-9 });
  });
});

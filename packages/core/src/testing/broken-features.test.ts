import { expect, test } from "vitest";
import type { Column } from "../dataset/column.js";
import { numeric } from "../dataset/column-build.js";
import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import type { FitOptions } from "../estimator/fit-options.js";
import { mapFeatures } from "./alter.js";
import { failures, spoilt } from "./fixtures/failures.js";
import { SmallClassifier } from "./fixtures/small-classifier.js";
import { SmallRegressor, type SmallRegressorModel } from "./fixtures/small-regressor.js";
import { SmallScaler, type SmallScalerModel } from "./fixtures/small-scaler.js";
import { SmallTargetEncoder, SmallTargetEncoderModel } from "./fixtures/small-target-encoder.js";
import { sampleFeatures } from "./sample-features.js";
import type { SampleRows } from "./sample-rows.js";

/** A regressor whose rows pass through `change` before fit and predict see them. */
function before(change: (data: Dataset, model?: SmallRegressorModel) => Dataset): typeof SmallRegressor {
  return class Broken extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(change(data) as LabelledDataset, options);
      return spoilt<SmallRegressorModel>(model, {
        predict: (rows: Dataset) => model.predict(change(rows, model)),
      });
    }
  };
}

const without =
  (unwanted: (value: number) => boolean) =>
  (column: Column): Column =>
    column.kind === "numeric" || column.kind === "tensor"
      ? { ...column, values: column.values.map((value) => (unwanted(value) ? 0 : value)) }
      : column;

test("NaN taken silently, though the tag says it is refused", async () => {
  const Broken = before((data) => mapFeatures(data, without(Number.isNaN)));
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["missingRefused"]);
  expect(found.missingRefused).toBe(
    "fit with a missing value in numericU must be refused with DataError that names 'numericU', received no error but a SmallRegressorModel",
  );
});

test("infinity taken silently", async () => {
  const Broken = before((data) =>
    mapFeatures(
      data,
      without((value) => Math.abs(value) === Number.POSITIVE_INFINITY),
    ),
  );
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["infinityRefused"]);
  expect(found.infinityRefused).toMatch(/^fit with Infinity in numericU must be refused with DataError/);
});

test("missing values that are promised and give NaN", async () => {
  class Promising extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const [first] = data.namesOf("feature");
      return spoilt(model, {
        predictProba: (rows: Dataset) => {
          const out = model.predictProba(rows);
          const column = rows.column(first);
          if (column.kind !== "numeric") return out;
          column.values.forEach((value, i) => Number.isNaN(value) && out.row(i).fill(Number.NaN));
          return out;
        },
      });
    }
  }
  const found = await failures(() => new Promising());
  expect(Object.keys(found)).toEqual(["missingAccepted"]);
  expect(found.missingAccepted).toMatch(
    /^after a fit with missing values: predictProba must be finite, received NaN at row/,
  );
});

test("features found by their place", async () => {
  const Broken = before((data, model) => {
    if (model === undefined) return data;
    const names = data.namesOf("feature");
    const numbers = names.filter((name) => data.column(name).kind === "numeric");
    const wanted = model.features.filter(({ kind }) => kind === "numeric").map(({ name }) => name);
    return data.with(Object.fromEntries(wanted.map((name, at) => [name, data.column(numbers[at] ?? name)])));
  });
  const found = await failures(() => new Broken());
  expect(found.columnOrderIgnored).toMatch(
    /^columns in another order: predict must be .* at row 0, received/,
  );
});

test("missing and unknown columns passed over", async () => {
  const Broken = before((data, model) => {
    if (model === undefined) return data;
    const zero = new Float64Array(data.rows);
    const names = model.features.map(({ name }) => name);
    return data
      .with(Object.fromEntries(names.filter((name) => !data.has(name)).map((name) => [name, zero])))
      .selectFeatures(names);
  });
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["missingColumnNamed", "unknownFeatureNamed"]);
  expect(found.missingColumnNamed).toBe(
    "predict without column numericU must be refused with DataError that names 'numericU', received no error but an object",
  );
});

test("errors that name no column", async () => {
  class Terse extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      const transform = (rows: Dataset): Dataset => {
        try {
          return model.transform(rows);
        } catch {
          throw new TypeError("bad input");
        }
      };
      return spoilt<SmallScalerModel>(model, { transform });
    }
  }
  const found = await failures(() => new Terse());
  expect(Object.keys(found)).toEqual([
    "missingColumnNamed",
    "unknownFeatureNamed",
    "wrongKindNamed",
    "infinityRefused",
  ]);
  expect(found.wrongKindNamed).toMatch(/that names 'numericU', received TypeError "bad input"$/);
});

test("raw codes in place of categories", async () => {
  class RawCodes extends SmallTargetEncoder {
    override async fit(data: LabelledDataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      const transform = (rows: Dataset): Dataset => {
        const raw = mapFeatures(rows, (column) => {
          if (column.kind !== "categorical") return undefined;
          return {
            ...column,
            categories: column.categories.map((_, code) => ["ash", "birch", "cedar", "oak"][code] ?? "x"),
          };
        });
        return model.transform(
          raw.has("categoryU") ? rows.with({ categoryU: raw.column("categoryU") }) : rows,
        );
      };
      return spoilt<SmallTargetEncoderModel>(model, { transform });
    }
  }
  const found = await failures(() => new RawCodes());
  expect(Object.keys(found)).toContain("categoriesByValue");
  expect(found.categoriesByValue).toMatch(
    /^the same categories under another dictionary: transform.categoryU must be/,
  );
});

test("a category that fit did not see gives NaN", async () => {
  class Unprepared extends SmallTargetEncoder {
    override async fit(data: LabelledDataset, options?: FitOptions) {
      const { features, means } = await super.fit(data, options);
      return new SmallTargetEncoderModel(this, features, means, Number.NaN);
    }
  }
  const found = await failures(() => new Unprepared());
  expect(found.unseenValues).toBe(
    "categories and words that fit did not see: transform.categoryU must be finite, received NaN at row 0",
  );
});

test("a kind of column that the tags don't list", async () => {
  class Open extends SmallRegressor {
    override readonly tags = { ...new SmallRegressor().tags, accepts: ["numeric"] as const };
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const numbers = data.featureSchema.filter(({ kind }) => kind === "numeric").map(({ name }) => name);
      return super.fit(data.selectFeatures(numbers), options);
    }
  }
  const found = await failures(() => new Open());
  expect(Object.keys(found)).toEqual(["unacceptedKindRefused"]);
  expect(found.unacceptedKindRefused).toMatch(
    /^fit on a categorical column, which tags.accepts does not list, must be refused/,
  );
});

test("no rows that crash, in fit and in predict", async () => {
  const Broken = before((data) => {
    if (data.rows === 0) throw new RangeError("Invalid array length");
    return data;
  });
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["emptyFitRefused", "emptyPredict"]);
  expect(found.emptyPredict).toBe('it must not throw, received RangeError "Invalid array length"');
});

test("float32 columns that are read otherwise in predict", async () => {
  const Broken = before((data, model) =>
    mapFeatures(data, (column) =>
      model !== undefined && column.kind === "numeric" && column.values instanceof Float32Array
        ? { ...column, values: column.values.map((value) => value + 0.01) }
        : undefined,
    ),
  );
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["float32Accepted"]);
  expect(found.float32Accepted).toMatch(/^float32 columns: predict must be .* at row 0, received/);
});

test("sparse blocks of which only the stored values are read", async () => {
  const Broken = before((data) =>
    mapFeatures(data, (column) =>
      column.kind === "sparse"
        ? { ...column, indices: column.indices.map((index) => (index < 4 ? 0 : 4)) }
        : undefined,
    ),
  );
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["sparseEqualsDense"]);
  expect(found.sparseEqualsDense).toMatch(/^the same numbers as a dense block: predict must be .* at row/);
});

test("no features, and a sparse row without values, taken for a mean", async () => {
  const Filling = before((data) =>
    data.namesOf("feature").length === 0 ? data.with({ constant: new Float64Array(data.rows) }) : data,
  );
  expect(Object.keys(await failures(() => new Filling()))).toEqual(["noFeaturesRefused"]);
  class Normalising extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const predictProba = (rows: Dataset) => {
        const out = model.predictProba(rows);
        const block = rows.has("sparseUv") ? rows.column("sparseUv") : undefined;
        for (let i = 0; i < out.rows; i++) {
          const stored = block?.kind !== "sparse" ? 1 : block.offsets[i + 1] - block.offsets[i];
          out.row(i).forEach((p, k) => (out.row(i)[k] = (p * stored) / stored));
        }
        return out;
      };
      return spoilt(model, { predictProba });
    }
  }
  const sparseOnly = {
    features: ({ u, v, random }: SampleRows) =>
      sampleFeatures(["numeric", "sparse"], { rows: u.length, u, v, random }),
  };
  const found = await failures(() => new Normalising(), sparseOnly);
  expect(found).toEqual({
    emptyCells: "empty cells in new rows: predictProba must be finite, received NaN at row 0",
  });
});

test("validation data read by raw codes", async () => {
  class RawValidation extends SmallRegressor {
    override async fit(data: LabelledDataset, options: FitOptions<LabelledDataset> = {}) {
      const { validation, ...rest } = options;
      if (validation === undefined) return super.fit(data, options);
      const raw = mapFeatures(validation, (column) =>
        column.kind === "categorical" ? numeric(Float64Array.from(column.codes)) : undefined,
      );
      const sum = raw.namesOf("feature").reduce((total, name) => {
        const column = raw.column(name);
        return column.kind === "numeric" ? total + column.values[0] : total;
      }, 0);
      return new SmallRegressor({ ...this.params, alpha: 1 + Math.abs(sum) }).fit(data, rest);
    }
  }
  const found = await failures(() => new RawValidation());
  expect(Object.keys(found)).toEqual(["validationCategoriesByValue"]);
  expect(found.validationCategoriesByValue).toMatch(
    /^validation data under another dictionary: predict must be/,
  );
});

test("arrays that end in a TypeError, and validation data that is not looked at", async () => {
  const Broken = before((data) => data.take(Int32Array.from({ length: data.rows }, (_, row) => row)));
  const found = await failures(() => new Broken(), { skip: {} });
  expect(found.notADatasetRefused).toMatch(
    /^fit on an array of 2 must be refused with StrataError, received TypeError "/,
  );
  class Blind extends SmallScaler {
    override async fit(data: Dataset) {
      return super.fit(data);
    }
  }
  const blind = await failures(() => new Blind(), { skip: {} });
  expect(blind.notADatasetRefused).toBe(
    "fit with an array of 2 for validation data must be refused with StrataError, received no error but a SmallScalerModel",
  );
});

import { expect, test } from "vitest";
import { concatDatasets } from "../dataset/concat.js";
import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import { DataError } from "../errors.js";
import type { FitOptions } from "../estimator/fit-options.js";
import { failures, spoilt } from "./fixtures/failures.js";
import { SmallClassifier } from "./fixtures/small-classifier.js";
import { SmallRegressor, SmallRegressorModel } from "./fixtures/small-regressor.js";
import { SmallScaler, SmallScalerModel } from "./fixtures/small-scaler.js";

test("state shared between fits, so that cross-validation leaks", async () => {
  let all: LabelledDataset | undefined;
  class Cumulative extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const same =
        all !== undefined &&
        all.names.every((name) => data.has(name)) &&
        data.names.every((name) => all?.has(name));
      const seen = same && all !== undefined ? concatDatasets([all, data]) : data;
      const model = await super.fit(seen, options);
      all = seen;
      return model;
    }
  }
  const found = await failures(() => new Cumulative());
  expect(Object.keys(found)).toContain("refitIndependent");
  expect(found.refitIndependent).toMatch(
    /^a fit after one on other rows: predictProba must be .* at row 0, column ., received/,
  );
});

test("a nearest neighbour that remembers the rows of every fit", async () => {
  const memory = new Map<number, number>();
  class Remembering extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const y = data.column("outcome", "numeric").values;
      if (data.has("numericU"))
        data.column("numericU", "numeric").values.forEach((u, i) => memory.set(u, y[i]));
      return spoilt<SmallRegressorModel>(model, {
        predict: (rows: Dataset) => {
          const out = model.predict(rows);
          return out.map((value, i) => memory.get(rows.column("numericU", "numeric").values[i]) ?? value);
        },
      });
    }
  }
  const found = await failures(() => new Remembering());
  expect(found.chanceOnRandomTargets).toMatch(
    /^predictions of held-out random targets must not correlate with them beyond 0.34, received 0\.[4-9]/,
  );
});

test("a refit that throws", async () => {
  class Once extends SmallScaler {
    private used = { yes: false };
    override async fit(data: Dataset, options?: FitOptions) {
      if (this.used.yes) throw new DataError(this.owner, "it was fitted before");
      this.used.yes = true;
      return super.fit(data, options);
    }
  }
  const found = await failures(() => new Once());
  expect(Object.keys(found)).toEqual(["refitIndependent", "concurrentFitsIndependent"]);
  expect(found.refitIndependent).toBe('it must not throw, received DataError "Once: it was fitted before"');
});

test("a fit that writes into the estimator", async () => {
  class Storing extends SmallScaler {
    rowsSeen = 0;
    override async fit(data: Dataset, options?: FitOptions) {
      this.rowsSeen = data.rows;
      return super.fit(data, options);
    }
  }
  const found = await failures(() => new Storing());
  expect(Object.keys(found)).toEqual(["fitKeepsEstimator"]);
  expect(found.fitKeepsEstimator).toMatch(
    /received TypeError "Cannot assign to read only property 'rowsSeen'/,
  );
});

test("a fit that standardises the user's columns in place", async () => {
  class InPlace extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      for (const name of data.namesOf("feature")) data.column(name, "numeric").values[0] += 1;
      return super.fit(data, options);
    }
  }
  const found = await failures(() => new InPlace());
  expect(found.fitKeepsData).toMatch(
    /^fit must not change column 'numericU' \(feature\) of the dataset, its value 0 was .* and is /,
  );
});

test("a fit that normalises the user's weights in place", async () => {
  class Normalising extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      const weights = data.weight;
      if (weights?.kind === "numeric")
        weights.values.set(weights.values.map((w) => w / weights.values.length));
      return super.fit(data, options);
    }
  }
  const found = await failures(() => new Normalising());
  expect(Object.keys(found)).toEqual(["fitKeepsData"]);
  expect(found.fitKeepsData).toMatch(/column 'rowWeight' \(weight\) of the dataset, its value 0 was 0.5/);
});

test("a seed that is ignored", async () => {
  class Unseeded extends SmallRegressor {
    protected override random() {
      return {
        permutation: (n: number) =>
          Int32Array.from([...new Float64Array(n).keys()].sort(() => Math.random() - 0.5)),
      };
    }
  }
  const found = await failures(() => new Unseeded({ sweeps: 2 }));
  expect(found.fitRepeats).toMatch(
    /^a second fit with the same seed: predict must be .* at row 0, received /,
  );
});

test("fits at the same time that share a buffer", async () => {
  const buffer: number[] = [];
  class Shared extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      buffer.length = 0;
      await Promise.resolve();
      buffer.push(...data.column("numericU", "numeric").values);
      await Promise.resolve();
      return super.fit(data.with({ numericU: Float64Array.from(buffer.slice(-data.rows)) }), options);
    }
  }
  const features = ({ u, v }: { u: Float64Array; v: Float64Array }) => ({ numericU: u, numericV: v });
  const found = await failures(() => new Shared(), { features });
  expect(Object.keys(found)).toContain("concurrentFitsIndependent");
  expect(found.concurrentFitsIndependent).toMatch(
    /^a fit at the same time as another: transform.numericU must be/,
  );
});

test("a result that is the model's own memory", async () => {
  class Caching extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const cache = new Map<number, Float64Array>();
      const predict = (rows: Dataset): Float64Array => {
        const fresh = model.predict(rows);
        const key = fresh.reduce((sum, value) => sum + value, rows.rows);
        if (!cache.has(key)) cache.set(key, fresh);
        return cache.get(key)!;
      };
      return spoilt<SmallRegressorModel>(model, { predict });
    }
  }
  const found = await failures(() => new Caching());
  expect(found.predictRepeats).toMatch(
    /^a call after its last result was overwritten: predict must be .* received NaN/,
  );
});

test("a model of another estimator, and one without its capability", async () => {
  class Detached extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      const { features, standard } = await super.fit(data, options);
      return new SmallScalerModel(new SmallScaler({ center: !this.params.center }), features, standard);
    }
  }
  const detached = await failures(() => new Detached());
  expect(detached.modelComplete).toBe("model.estimator must be the estimator that was fitted");
  class Mislabelled extends SmallScaler {
    override readonly tags = { ...new SmallScaler().tags, kind: "outlierDetector" as const };
  }
  const found = await failures(() => new Mislabelled());
  expect(found.modelComplete).toBe("the model of a outlierDetector must scoreSamples");
});

test("a fit on one row that gives NaN", async () => {
  class Dividing extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      if (data.rows === 1) model.standard.scale.fill(Number.NaN);
      return model;
    }
  }
  const found = await failures(() => new Dividing());
  expect(Object.keys(found)).toEqual(["oneRow"]);
  expect(found.oneRow).toBe("a fit on one row: transform.numericU must be finite, received NaN at row 0");
});

test("a view read past its ends", async () => {
  class Buffered extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      data.namesOf("feature").forEach((name, j) => {
        const all = new Float64Array(data.column(name, "numeric").values.buffer);
        model.standard.mean[j] = all.reduce((sum, value) => sum + (value || 0), 0) / all.length;
      });
      return model;
    }
  }
  const found = await failures(() => new Buffered());
  expect(Object.keys(found)).toContain("viewsFitAsCopies");
  expect(found.viewsFitAsCopies).toMatch(/^a fit on a slice: transform.numericU must be/);
});

test("one feature that gives NaN", async () => {
  class Pairing extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const { features, standard, coef, intercept } = model;
      const broken = features.length === 1 ? Number.NaN : intercept;
      return new SmallRegressorModel(this, features, standard, coef, broken);
    }
  }
  const found = await failures(() => new Pairing());
  expect(found).toEqual({
    oneFeature: "a fit on numericU alone: predict must be finite, received NaN at row 0",
  });
});

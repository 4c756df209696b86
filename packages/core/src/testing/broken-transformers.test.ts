import { expect, test } from "vitest";
import { tensor } from "../dataset/column-build.js";
import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import type { FitOptions } from "../estimator/fit-options.js";
import { failures, spoilt } from "./fixtures/failures.js";
import { SmallClusterer, SmallClustererModel } from "./fixtures/small-clusterer.js";
import { SmallOutlierDetector, type SmallOutlierDetectorModel } from "./fixtures/small-outlier-detector.js";
import { SmallScaler, type SmallScalerModel } from "./fixtures/small-scaler.js";
import { SmallTargetEncoder } from "./fixtures/small-target-encoder.js";

/** A scaler whose output passes through `change`. */
function after(change: (out: Dataset, rows: Dataset) => Dataset): typeof SmallScaler {
  return class Broken extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      return spoilt<SmallScalerModel>(model, {
        transform: (rows: Dataset) => change(model.transform(rows), rows),
      });
    }
  };
}

test("a target encoder that is not cross-fitted", async () => {
  class Leaking extends SmallTargetEncoder {
    override async fitTransform(data: LabelledDataset, options?: FitOptions) {
      const model = await this.fit(data, options);
      return { model, data: model.transform(data).labelled(this.owner) };
    }
  }
  const found = await failures(() => new Leaking());
  expect(Object.keys(found)).toEqual(["noTargetLeak"]);
  expect(found.noTargetLeak).toMatch(
    /^transformed training rows must not know their random targets: the correlation of manyCategories\[0\] must be within 0.35, received 0\.[5-9]/,
  );
});

test("a target encoder without fitTransform", async () => {
  class Bare extends SmallTargetEncoder {
    override readonly fitTransform = undefined as never;
  }
  const found = await failures(() => new Bare());
  expect(Object.keys(found)).toEqual(["noTargetLeak"]);
});

test("a fitTransform of other columns, and of another model", async () => {
  class Renaming extends SmallTargetEncoder {
    override async fitTransform(data: LabelledDataset, options?: FitOptions) {
      const out = await super.fitTransform(data, options);
      return { ...out, data: out.data.with({ more: new Float64Array(data.rows) }) };
    }
  }
  const renaming = await failures(() => new Renaming());
  expect(renaming.fitTransformAgrees).toMatch(
    /^fitTransform must give the columns of transform, .* received .*"more"/,
  );
  class Halving extends SmallTargetEncoder {
    override async fitTransform(data: LabelledDataset, options?: FitOptions) {
      const out = await super.fitTransform(data, options);
      return { ...out, model: await this.fit(data.slice(0, data.rows / 2)) };
    }
  }
  const found = await failures(() => new Halving());
  expect(Object.keys(found)).toEqual(["fitTransformAgrees"]);
  expect(found.fitTransformAgrees).toMatch(
    /^the model of fitTransform in place of fit's: transform.category/,
  );
});

test("columns of other roles dropped", async () => {
  const Broken = after((out) => out.drop(out.namesOf("id")));
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["otherRolesKept"]);
  expect(found.otherRolesKept).toMatch(
    /^transform must keep the columns of other roles {"outcome":"target","keptId":"id"/,
  );
});

test("rows dropped where something is missing", async () => {
  const Broken = after((out, rows) => {
    const first = rows.column(rows.namesOf("feature")[0]);
    return out.filter((row) => first.kind !== "numeric" || !Number.isNaN(first.values[row]));
  });
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["missingAccepted"]);
  expect(found.missingAccepted).toMatch(/^transform must give a Dataset of 90 rows, received one of 8\d$/);
});

test("columns that depend on the rows", async () => {
  const Broken = after((out, rows) =>
    rows.rows > 3 ? out.with({ indicator: new Float64Array(out.rows) }) : out,
  );
  const found = await failures(() => new Broken());
  expect(found.outputSchemaStable).toMatch(/^transform must give the same columns for any rows/);
  expect(Object.keys(found)).toContain("emptyPredict");
});

test("two outputs of one name", async () => {
  const Broken = after((out) => out.with({ pair: tensor(new Float64Array(out.rows * 2), [2], ["x", "x"]) }));
  const found = await failures(() => new Broken());
  expect(Object.keys(found)).toEqual(["outputNamesUnique"]);
  expect(found.outputNamesUnique).toBe("names of block pair must differ, received 'x' twice");
});

test("NaN for complete rows", async () => {
  const Broken = after((out) => out.with({ broken: new Float64Array(out.rows).fill(Number.NaN) }));
  const found = await failures(() => new Broken());
  expect(found.outputsFinite).toBe(
    "for complete rows: transform.broken must be finite, received NaN at row 0",
  );
});

test("a scaler that keeps the mean of the first rows", async () => {
  class Impatient extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      return super.fit(data.slice(0, Math.max(1, Math.floor(data.rows / 3))), options);
    }
  }
  const found = await failures(() => new Impatient());
  expect(found.fitRowOrderIgnored).toMatch(/^a fit on rows in another order: transform.numericU must be/);
});

test("a constant feature divided by 0", async () => {
  class Dividing extends SmallScaler {
    override async fit(data: Dataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      data.namesOf("feature").forEach((name, j) => {
        const column = data.column(name);
        if (
          column.kind === "numeric" &&
          column.values.length > 2 &&
          column.values.every((x) => x === column.values[0])
        )
          model.standard.scale[j] = 0;
      });
      return model;
    }
  }
  const found = await failures(() => new Dividing());
  expect(Object.keys(found)).toEqual(["constantFeature"]);
  expect(found.constantFeature).toMatch(
    /^a fit with numericU constant: transform.numericU must be finite, received -?Infinity/,
  );
});

test("cluster labels from before the last round, and out of range", async () => {
  class Stale extends SmallClusterer {
    override async fit(data: Dataset, options?: FitOptions) {
      const { features, centres, labels } = await super.fit(data, options);
      return new SmallClustererModel(
        this,
        features,
        centres,
        labels.map((label, i) => (i === 4 ? (label + 1) % 3 : label)),
      );
    }
  }
  const stale = await failures(() => new Stale());
  expect(Object.keys(stale)).toEqual(["labelsAgree"]);
  expect(stale.labelsAgree).toMatch(
    /^predict of the rows of fit must give labels, received \d for \d at row 4/,
  );
  class Counting extends SmallClusterer {
    override async fit(data: Dataset, options?: FitOptions) {
      const { features, centres, labels } = await super.fit(data, options);
      return new SmallClustererModel(
        this,
        features,
        centres,
        labels.map((label) => label + 1),
      );
    }
  }
  expect((await failures(() => new Counting())).labelsAgree).toBe("labels must be in 0..2, received 3");
});

test("outliers that score high", async () => {
  class UpsideDown extends SmallOutlierDetector {
    override async fit(data: Dataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      const scoreSamples = (rows: Dataset): Float64Array => model.scoreSamples(rows).map((score) => -score);
      return spoilt<SmallOutlierDetectorModel>(model, { scoreSamples });
    }
  }
  const found = await failures(() => new UpsideDown());
  expect(Object.keys(found)).toEqual(["learns", "learnsFromSortedRows"]);
  expect(found.learns).toMatch(/^a fit on an easy problem must reach ROC AUC 0.75, received 0/);
});

test("outputs of another type", async () => {
  class Plain extends SmallOutlierDetector {
    override async fit(data: Dataset, options?: FitOptions) {
      const model = await super.fit(data, options);
      return spoilt<SmallOutlierDetectorModel>(model, {
        scoreSamples: (rows: Dataset) => [...model.scoreSamples(rows)],
      });
    }
  }
  const found = await failures(() => new Plain());
  expect(found.outputsFinite).toMatch(/scoreSamples must give a Float64Array of 90, received an array of 90/);
});

import { expect, test } from "vitest";
import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import type { FitOptions } from "../estimator/fit-options.js";
import { type EstimatorTags } from "../estimator/estimator.js";
import { failures, spoilt } from "./fixtures/failures.js";
import { SmallClassifier } from "./fixtures/small-classifier.js";
import { SmallClusterer } from "./fixtures/small-clusterer.js";
import { SmallRegressor, type SmallRegressorModel } from "./fixtures/small-regressor.js";
import { SmallScaler } from "./fixtures/small-scaler.js";

const features = ({ u, v }: { u: Float64Array; v: Float64Array }) => ({ numericU: u, numericV: v });

/** A regressor that fits on other rows or columns than it is given. */
function fittingOn(change: (data: LabelledDataset) => Dataset): typeof SmallRegressor {
  return class Broken extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      return super.fit(change(data) as LabelledDataset, options);
    }
  };
}

test("a sample that is the first rows", async () => {
  const Broken = fittingOn((data) => data.slice(0, Math.ceil(data.rows / 4)));
  class FirstRows extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const { target } = data;
      const half = data.slice(0, Math.ceil(data.rows / 2));
      const same =
        target.kind === "numeric" && target.values.slice(0, half.rows).every((y) => y === target.values[0]);
      if (!same) return super.fit(half, options);
      const model = await super.fit(data, options);
      return spoilt(model, {
        predict: (rows: Dataset) => Array.from({ length: rows.rows }, () => model.classes[0]),
      });
    }
  }
  const found = await failures(() => new FirstRows(), { features });
  expect(Object.keys(found)).toContain("learnsFromSortedRows");
  expect(found.learnsFromSortedRows).toBe(
    "a fit on rows in order of their target must reach accuracy 0.75, received 0.5",
  );
  expect(found.learns).toBeUndefined();
  const regressor = await failures(() => new Broken(), { features });
  expect(Object.keys(regressor)).toContain("zeroWeights");
});

test("a model that learned nothing", async () => {
  const Broken = fittingOn((data) =>
    data.target.kind === "numeric" ? data.with({ outcome: data.target.values.slice().reverse() }) : data,
  );
  const found = await failures(() => new Broken(), { features });
  expect(found.learns).toMatch(/^a fit on an easy problem must reach R2 0.3, received -?[\d.]+/);
});

test("weights ignored, though the tag says that they count", async () => {
  const Broken = fittingOn((data) => data.drop(data.namesOf("weight")));
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toEqual(["zeroWeights", "integerWeights", "weightsMatter", "badWeightsRefused"]);
  expect(found.weightsMatter).toBe(
    "weights must change the fit, as tags.sampleWeight says; outputs are the same",
  );
});

test("weights used, though the tag says that they don't count", async () => {
  class Weighing extends SmallScaler {
    override readonly tags: EstimatorTags = { ...new SmallScaler().tags, sampleWeight: false };
  }
  const found = await failures(() => new Weighing());
  expect(Object.keys(found)).toEqual(["weightsIgnored"]);
});

test("weights rounded to whole numbers", async () => {
  const Broken = fittingOn((data) => {
    const weight = data.weight;
    return weight?.kind === "numeric"
      ? data.with({ rowWeight: weight.values.map((w) => (w > 1 ? w + 0.5 : w)) })
      : data;
  });
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toEqual(["integerWeights"]);
  expect(found.integerWeights).toMatch(/^whole weights in place of repeated rows: predict must be/);
});

test("weights that change the fit by being there", async () => {
  const Broken = fittingOn((data) => (data.weight === undefined ? data : data.slice(1)));
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toEqual(["unitWeights", "zeroWeights", "integerWeights"]);
  expect(found.unitWeights).toMatch(/^weights of 1: predict must be .* at row 0, received/);
});

test("class weights upside down, and not read", async () => {
  class Inverted extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const { classWeight } = this.params;
      if (typeof classWeight !== "object" || classWeight === null) return super.fit(data, options);
      const inverse = Object.fromEntries(
        Object.entries(classWeight).map(([label, factor]) => [label, 1 / factor]),
      );
      return new SmallClassifier({ ...this.params, classWeight: inverse }).fit(data, options);
    }
  }
  const inverted = await failures(() => new Inverted(), { features });
  expect(inverted.classWeights).toMatch(/^class weights of n .* in place of "balanced": predict must be/);
  class Deaf extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      return new SmallClassifier().fit(data, options);
    }
  }
  const found = await failures(() => new Deaf(), { features });
  expect(found.classWeights).toBe(
    'classWeight "balanced" must change the fit of unequal classes, outputs are the same',
  );
});

test("an id column that is learned from", async () => {
  const Broken = fittingOn((data) =>
    data.namesOf("id").reduce<Dataset>((all, id) => all.withRole(id, "feature"), data),
  );
  class Curious extends Broken {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const seen = (rows: Dataset): Dataset =>
        rows.namesOf("id").reduce<Dataset>((all, id) => all.withRole(id, "feature"), rows);
      return spoilt<SmallRegressorModel>(model, { predict: (rows: Dataset) => model.predict(seen(rows)) });
    }
  }
  const found = await failures(() => new Curious(), { features });
  expect(Object.keys(found)).toEqual(["otherRolesIgnored"]);
  expect(found.otherRolesIgnored).toMatch(/^id, group and time columns in fit and predict: predict must be/);
});

test("groups that weigh on the fit", async () => {
  const Broken = fittingOn((data) => (data.group === undefined ? data : data.slice(0, data.rows - 1)));
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toEqual(["otherRolesIgnored"]);
});

test("predictions that look at the target of the rows", async () => {
  class Peeking extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const predict = (rows: Dataset): Float64Array => {
        const { target } = rows;
        const out = model.predict(rows);
        return target?.kind === "numeric" ? out.map((y, i) => (y + target.values[i]) / 2) : out;
      };
      return spoilt<SmallRegressorModel>(model, { predict });
    }
  }
  const found = await failures(() => new Peeking(), { features });
  expect(Object.keys(found)).toContain("targetUnusedInPredict");
  expect(found.targetUnusedInPredict).toMatch(/^rows without their target: predict must be/);
});

test("a target used, though the tag says none", async () => {
  class Secret extends SmallClusterer {
    override async fit(data: Dataset, options?: FitOptions) {
      const { target } = data;
      const used = target?.kind === "numeric" && data.has("numericU");
      return super.fit(used ? data.with({ numericU: target.values }) : data, options);
    }
  }
  const found = await failures(() => new Secret(), { features });
  expect(Object.keys(found)).toEqual(["targetIgnored"]);
});

test("predictions that depend on the batch", async () => {
  class Batchwise extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const predict = (rows: Dataset): Float64Array => {
        const out = model.predict(rows);
        const mean = out.reduce((sum, y) => sum + y, 0) / out.length;
        return out.map((y) => y - mean);
      };
      return spoilt<SmallRegressorModel>(model, { predict });
    }
  }
  const found = await failures(() => new Batchwise(), { features });
  expect(found.batchesEqualWhole).toMatch(/^batches of 1: predict must be .* at row 0, received 0$/);
  expect(
    (await failures(() => new Batchwise(), { features, tolerance: 10 })).batchesEqualWhole,
  ).toBeUndefined();
});

test("predictions sorted", async () => {
  class Sorted extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      return spoilt<SmallRegressorModel>(model, { predict: (rows: Dataset) => model.predict(rows).sort() });
    }
  }
  const found = await failures(() => new Sorted(), { features });
  expect(found.rowOrderIgnored).toMatch(/^rows in another order: predict must be/);
  expect(found.learns).toBeDefined();
});

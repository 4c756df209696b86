import { expect, test } from "vitest";
import { numeric } from "../dataset/column-build.js";
import type { Dataset, LabelledDataset } from "../dataset/dataset.js";
import type { Label } from "../dataset/target.js";
import type { ScoresRows } from "../estimator/capabilities.js";
import type { FitOptions } from "../estimator/fit-options.js";
import type { Matrix } from "../matrix.js";
import { failures, spoilt } from "./fixtures/failures.js";
import { SmallClassifier, type SmallClassifierModel } from "./fixtures/small-classifier.js";
import { SmallRegressor } from "./fixtures/small-regressor.js";

type Changes = Partial<Record<keyof SmallClassifierModel | keyof ScoresRows, unknown>>;

/** A classifier whose models have some methods replaced. */
function withModel(change: (model: SmallClassifierModel) => Changes): typeof SmallClassifier {
  return class Broken extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      return spoilt(model, change(model));
    }
  };
}

/** A classifier that sees another target. */
function withTarget(change: (data: LabelledDataset) => LabelledDataset): typeof SmallClassifier {
  return class Broken extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      return super.fit(change(data.labelled(this.owner)), options);
    }
  };
}

/** Numbers only, which keeps a check of every column quick. */
const features = ({ u, v }: { u: Float64Array; v: Float64Array }) => ({ numericU: u, numericV: v });

test("probabilities that don't sum to one", async () => {
  const Broken = withModel((model) => ({
    predictProba: (data: Dataset): Matrix => {
      const out = model.predictProba(data);
      for (let k = 0; k < out.data.length; k += out.columns) out.data[k] *= 0.9;
      return out;
    },
  }));
  const found = await failures(() => new Broken(), { features });
  expect(found.probabilitiesValid).toMatch(/^probabilities must sum to 1, received 0.9\d* at row \d+$/);
  expect(Object.keys(found)).not.toContain("classesAscending");
});

test("a scorer of single rows that gives something else than predictProba", async () => {
  const Broken = withModel((model) => ({
    scorer: () => () => Float64Array.of(...model.classes.map(() => 0.5)),
  }));
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toEqual(["scorerAgrees"]);
  expect(found.scorerAgrees).toMatch(
    /^the scorer of named rows must give [\d., e-]+, received 0.5, 0.5 at row 0$/,
  );
});

test("probabilities in another order than classes", async () => {
  const Broken = withModel((model) => ({
    predictProba: (data: Dataset): Matrix => {
      const out = model.predictProba(data);
      for (let i = 0; i < out.rows; i++) out.row(i).reverse();
      return out;
    },
  }));
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toEqual(["probabilitiesAgree", "decisionsAgree"]);
  expect(found.probabilitiesAgree).toMatch(/^predict must give the class of highest probability, received/);
});

test("a decision of the wrong sign", async () => {
  const Broken = withModel((model) => ({
    decisionFunction: (data: Dataset): Matrix => {
      const out = model.decisionFunction(data);
      out.data.forEach((value, k) => (out.data[k] = -value));
      return out;
    },
  }));
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toEqual(["decisionsAgree"]);
  expect(found.decisionsAgree).toMatch(
    /^the decision must be positive for 1 only, received -?[\d.]+ for \d at row/,
  );
});

test("classes in order of appearance", async () => {
  const Broken = withModel((model) => ({ classes: [...model.classes].reverse() }));
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toContain("classesAscending");
  expect(found.classesAscending).toBe("classes must be [0,1], received [1,0]");
});

test("string labels that crash", async () => {
  const Broken = withTarget((data) => {
    if (data.target.kind === "categorical") throw new TypeError("labels.reduce is not a function");
    return data;
  });
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toContain("labelsEquivalent");
  expect(found.labelsEquivalent).toBe(
    'it must not throw, received TypeError "labels.reduce is not a function"',
  );
});

test("labels taken as numbers", async () => {
  class Threshold extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const { target } = data.labelled(this.owner);
      const mean =
        target.kind === "numeric"
          ? Float64Array.from(target.values).reduce((a, b) => a + b, 0) / data.rows
          : 0;
      const prior = model.prior.map((value, k) => value + (k === 0 ? mean / 10 : 0));
      return spoilt(model, { prior });
    }
  }
  const found = await failures(() => new Threshold(), { features });
  expect(found.labelsEquivalent).toMatch(/^classes \[-1,1\] in place of \[0, 1\]: predictProba must be/);
});

test("predict that gives class numbers in place of labels", async () => {
  const Broken = withModel((model) => ({
    predict: (data: Dataset): Label[] => model.predict(data).map((label) => model.classes.indexOf(label)),
  }));
  const found = await failures(() => new Broken(), { features });
  expect(Object.keys(found)).toEqual([
    "classesAscending",
    "probabilitiesAgree",
    "decisionsAgree",
    "labelsEquivalent",
  ]);
  expect(found.classesAscending).toBe('predict must give one of ["no","yes"], received 0');
});

test("a continuous target rounded, and a missing one taken as 0", async () => {
  const Rounding = withTarget((data) =>
    data.target.kind === "numeric"
      ? data.with({ outcome: numeric(data.target.values.map((y) => Math.round(y))) })
      : data,
  );
  const rounded = await failures(() => new Rounding(), { features });
  expect(Object.keys(rounded)).toEqual(["continuousTargetRefused"]);
  const Filling = withTarget((data) =>
    data.target.kind === "numeric" ? data.with({ outcome: data.target.values.map((y) => y || 0) }) : data,
  );
  const found = await failures(() => new Filling(), { features });
  expect(Object.keys(found)).toEqual(["missingTargetRefused"]);
  expect(found.missingTargetRefused).toMatch(
    /^fit with a missing target value must be refused with DataError, received no error/,
  );
});

test("an infinite target taken", async () => {
  class Clipping extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const { target } = data.labelled(this.owner);
      if (target.kind !== "numeric") return super.fit(data, options);
      return super.fit(data.with({ outcome: target.values.map((y) => Math.min(y, 1e6)) }), options);
    }
  }
  const found = await failures(() => new Clipping(), { features });
  expect(Object.keys(found)).toEqual(["infiniteTargetRefused"]);
});

test("three classes of which one is never learned", async () => {
  const Broken = withTarget((data) =>
    data.target.kind === "numeric"
      ? data.with({ outcome: data.target.values.map((y) => (y === 2 ? 1 : y)) })
      : data,
  );
  const found = await failures(() => new Broken(), { features });
  expect(found.multiclass).toBe("three classes must be taken, as tags.multiclass says");
});

test("one class that is not always predicted", async () => {
  class OneOff extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const { target } = data.labelled(this.owner);
      const single = target.kind === "numeric" && target.values.every((value) => value === target.values[0]);
      if (!single) return super.fit(data, options);
      return super.fit(data.with({ outcome: target.values.map((_, i) => i % 2) }), options);
    }
  }
  const found = await failures(() => new OneOff(), { features });
  expect(Object.keys(found)).toEqual(["oneClass"]);
  expect(found.oneClass).toBe("a model that knows one class must always predict it");
});

test("no target, taken for zeros, and a text target", async () => {
  class Lenient extends SmallRegressor {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const known = data.target === undefined ? undefined : data.target.kind;
      if (known === "numeric" || data.rows === 0) return super.fit(data, options);
      const zeros = data.with({ outcome: new Float64Array(data.rows) }, { target: "outcome" });
      return super.fit(zeros, options);
    }
  }
  const found = await failures(() => new Lenient(), { features });
  expect(found).toEqual({
    targetRequired:
      "fit without a target must be refused with DataError, received no error but a SmallRegressorModel",
    targetKindRefused:
      "fit with a text column as the target must be refused with DataError, received no error but a SmallRegressorModel",
  });
});

test("classes taken from the dictionary of the target", async () => {
  class Dictionary extends SmallClassifier {
    override async fit(data: LabelledDataset, options?: FitOptions<LabelledDataset>) {
      const model = await super.fit(data, options);
      const { target } = data.labelled(this.owner);
      return target.kind === "categorical"
        ? spoilt(model, { classes: [...target.categories].sort() })
        : model;
    }
  }
  const found = await failures(() => new Dictionary(), { features });
  expect(found).toEqual({
    unusedLabelIgnored: 'classes must be those that occur, received ["ant","never","zebra"]',
  });
});

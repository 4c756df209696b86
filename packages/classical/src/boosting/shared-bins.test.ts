import {
  categorical,
  decodeArtifact,
  encodeArtifact,
  FitRun,
  fromColumns,
  type LabelledDataset,
  Random,
  Registry,
  rocAuc,
} from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import { treeShap } from "../inspection/tree-shap.js";
import type { Boosted } from "./booster.js";
import { fitBoosted } from "./fit-boosted.js";
import {
  HistGradientBoostingClassifier,
  histGradientBoostingClassifierCodec,
} from "./hist-gradient-boosting-classifier.js";
import { BinaryLogLoss } from "./log-losses.js";

const random = new Random(4);
const levels = 600;
const worth = Float64Array.from({ length: levels }, () => random.normal());

/** Rows whose class depends on a category of very many, every tenth of which is missing. */
function table(rows: number): LabelledDataset {
  const code = Array.from({ length: rows }, (_, i) => (i % 10 === 0 ? -1 : random.integer(levels)));
  const x = Float64Array.from(code, () => random.normal());
  const y = x.map((value, i) =>
    (code[i] < 0 ? 1 : 2 * worth[code[i]]) + value + random.normal() > 0 ? 1 : 0,
  );
  return fromColumns({ shop: categorical(code.map((c) => (c < 0 ? null : `s${c}`))), x, y }, { target: "y" });
}

const train = table(12_000);
const later = table(4000);
const truth = (data: LabelledDataset): number[] => [...data.column("y", "numeric").values];
const estimator = new HistGradientBoostingClassifier({ maxIter: 40, earlyStopping: false });
const auc = (model: Awaited<ReturnType<typeof estimator.fit>>): number =>
  rocAuc(truth(later), model.predictProba(later).column(1));

describe("more categories than bins", () => {
  test("are told apart: far better than with the rarest merged, near to what the truth allows", async () => {
    const most = rocAuc(
      truth(later),
      Float64Array.from({ length: later.rows }, (_, i) => {
        const shop = later.column("shop", "categorical");
        const name = shop.categories[shop.codes[i]];
        return (
          (name === undefined ? 1 : 2 * worth[Number(name.slice(1))]) + later.column("x", "numeric").values[i]
        );
      }),
    );
    const without = await estimator.fit(train.select(["x", "y"]).labelled("test"));
    const withoutShop = rocAuc(truth(later), without.predictProba(later.select(["x"])).column(1));
    const found = auc(await estimator.fit(train));
    expect(found).toBeGreaterThan(withoutShop + 0.15);
    expect(found).toBeGreaterThan(most - 0.05);
  });

  test("one row, many rows, staged and explained predictions agree, and an artifact keeps them", async () => {
    const model = await estimator.fit(train);
    const some = later.slice(0, 300);
    const raw = model.decisionFunction(some).data;
    const score = model.scorer({ rows: "named" });
    const shop = some.column("shop", "categorical");
    const proba = model.predictProba(some);
    for (let i = 0; i < 300; i++) {
      const row = { shop: shop.categories[shop.codes[i]] ?? null, x: some.column("x", "numeric").values[i] };
      expect([...score(row)]).toEqual([...proba.row(i)]);
    }
    const { base, values } = await treeShap(model, some);
    raw.forEach((value, i) =>
      expect(values[0].row(i).reduce((sum, part) => sum + part, base[0])).toBeCloseTo(value, 9),
    );
    const registry = new Registry([histGradientBoostingClassifierCodec]);
    const again = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect((again as typeof model).predictProba(some)).toEqual(proba);
    const few = some.slice(0, 20);
    expect(model.predictProba(few).data).toEqual(proba.data.subarray(0, 40));
  });

  test("are grouped alike on 1, 2 and 4 threads, and update goes on from them", async () => {
    const grow = async (threads: number): Promise<Boosted> => {
      const rows = { data: train, y: Float64Array.from(truth(train)), weights: undefined };
      const { params } = estimator;
      const schema = train.featureSchema;
      return fitBoosted(
        new FitRun("test"),
        new BinaryLogLoss(),
        params,
        rows,
        undefined,
        undefined,
        schema,
        undefined,
        threads,
      );
    };
    const one = await grow(1);
    expect(await grow(2)).toEqual(one);
    expect(await grow(4)).toEqual(one);
    const half = estimator.with({ maxIter: 20 });
    expect((await half.update(await half.fit(train), train)).boosted).toEqual(
      (await estimator.fit(train)).boosted,
    );
  });
});

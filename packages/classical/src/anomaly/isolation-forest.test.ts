import { readFileSync } from "node:fs";
import {
  ArtifactError,
  DataError,
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  evaluate,
  fromColumns,
  Matrix,
  ParamError,
  Random,
  Registry,
  tensor,
} from "@strata-ml/core";
import { describe, expect, test } from "vitest";
import {
  fitIsolation,
  IsolationForest,
  isolationForestCodec,
  IsolationForestModel,
} from "./isolation-forest.js";
import { averagePathLength, IsolationTrees } from "./isolation-trees.js";

interface Spread<T> {
  readonly mean: T;
  readonly sd: T;
}

type Cells = readonly (readonly (number | null)[])[];

const golden = JSON.parse(
  readFileSync(new URL("../../golden/isolation_forest.json", import.meta.url), "utf8"),
) as Readonly<{
  x: Cells;
  missing: Cells;
  points: Cells;
  holes: Cells;
  seeds: number;
  cases: readonly Readonly<{
    name: string;
    params: Record<string, unknown>;
    missing: boolean;
    scores: Spread<number[]>;
    offset: Spread<number>;
  }>[];
  counts: number[];
  pathLengths: number[];
}>;

const dataOf = (rows: Cells): Dataset =>
  fromColumns({
    x: tensor(Float64Array.from(rows.flatMap((row) => row.map((cell) => cell ?? Number.NaN))), [4]),
  });

test("average path lengths are scikit-learn's", () => {
  golden.counts.forEach((count, i) =>
    expect(averagePathLength(count)).toBeCloseTo(golden.pathLengths[i], 12),
  );
});

test.each(golden.cases)(
  "$name: scores are distributed as scikit-learn's",
  async ({ params, missing, scores, offset }) => {
    const seeds = Array.from({ length: 30 }, (_, seed) => seed);
    const fits = await Promise.all(
      seeds.map((seed) =>
        new IsolationForest({ ...params, seed }).fit(dataOf(missing ? golden.missing : golden.x)),
      ),
    );
    const points = dataOf(missing ? golden.holes : golden.points);
    const ours = Matrix.fromRows(fits.map((model) => model.scoreSamples(points)));
    const compare = (values: Float64Array, mean: number, sd: number): void => {
      const own = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = Math.sqrt(
        values.reduce((sum, value) => sum + (value - own) ** 2, 0) / (values.length - 1),
      );
      const error = 4.5 * sd * Math.sqrt(1 / values.length + 1 / golden.seeds);
      expect(Math.abs(own - mean)).toBeLessThan(error + 1e-12);
      // A standard deviation of n normal values is known to 1 / sqrt(2n) of itself.
      if (sd > 0)
        expect(Math.abs(Math.log(spread / sd))).toBeLessThan(
          4.5 * Math.sqrt(1 / 60 + 1 / (2 * golden.seeds)),
        );
    };
    scores.mean.forEach((mean, p) => compare(ours.column(p), mean, scores.sd[p]));
    compare(
      Float64Array.from(fits, (model) => model.offset),
      offset.mean,
      offset.sd,
    );
  },
);

/** A cloud, and every twentieth row far from it. */
function cloud(rows: number, seed: number): { data: Dataset; truth: number[] } {
  const random = new Random(seed);
  const truth = Array.from({ length: rows }, (_, i) => (i % 20 === 0 ? -1 : 1));
  const draw = (): number[] =>
    truth.map((label) => random.normal() + (label < 0 ? 6 * Math.sign(random.normal()) : 0));
  return { data: fromColumns({ a: draw(), b: draw(), c: draw(), truth }, { target: "truth" }), truth };
}

describe("IsolationForest", () => {
  const { data, truth } = cloud(2000, 1);
  const test_ = cloud(1000, 2);

  test("tells outliers from usual rows", async () => {
    const model = await new IsolationForest().fit(data);
    const { rocAuc } = await evaluate(model, test_.data, ["rocAuc"]);
    expect(rocAuc).toBeGreaterThan(0.99);
    const decision = model.decisionFunction(test_.data).data;
    const scores = model.scoreSamples(test_.data);
    expect(model.offset).toBe(-0.5);
    expect([...decision]).toEqual([...scores].map((score) => score + 0.5));
    expect(model.predict(test_.data)).toEqual([...decision].map((value) => (value < 0 ? -1 : 1)));
    expect(model.classes).toEqual([-1, 1]);
  });

  test("as many training rows are outliers as contamination says", async () => {
    const model = await new IsolationForest({ contamination: 0.05 }).fit(data);
    const found = model.predict(data).filter((label) => label < 0).length;
    expect(found).toBe(100);
    expect(model.predict(data).filter((label, i) => label === -1 && truth[i] === -1).length).toBeGreaterThan(
      95,
    );
  });

  test("one row a tree, and rows that are all the same, are usual", async () => {
    const same = fromColumns({ a: [3, 3, 3, 3], b: [1, 1, 1, 1] });
    expect([...(await new IsolationForest().fit(same)).scoreSamples(same)]).toEqual([-0.5, -0.5, -0.5, -0.5]);
    const single = await new IsolationForest({ maxSamples: 1 }).fit(data);
    expect(single.scoreSamples(data).every((score) => score === -0.5)).toBe(true);
  });

  test("the seed alone decides, on 1, 2 and 4 threads", async () => {
    for (const params of [
      { contamination: 0.1 },
      { maxSamples: null, bootstrap: true, nEstimators: 10, maxFeatures: 2 },
    ]) {
      const forest = new IsolationForest({ ...params, seed: 5 });
      const [one, ...others] = await Promise.all(
        [1, 2, 4].map((threads) => fitIsolation(forest, data, {}, threads)),
      );
      for (const other of [...others, await forest.fit(data)]) {
        expect(other.trees).toEqual(one.trees);
        expect(other.offset).toBe(one.offset);
      }
      const other = await forest.with({ seed: 6 }).fit(data);
      expect(other.scoreSamples(data)).not.toEqual(one.scoreSamples(data));
    }
  });

  test("draws the rows and features that it is told to draw", async () => {
    const drawn = async (params: ConstructorParameters<typeof IsolationForest>[0]) => {
      const { trees } = await new IsolationForest({ ...params, nEstimators: 3 }).fit(data);
      return [trees.rowsPerTree, trees.nodes.count[trees.nodes.roots[1]]];
    };
    expect(await drawn({})).toEqual([256, 256]);
    expect(await drawn({ maxSamples: 0.1 })).toEqual([200, 200]);
    expect(await drawn({ maxSamples: null })).toEqual([2000, 2000]);
    expect(await drawn({ maxSamples: 5000 })).toEqual([2000, 2000]);
    const [most, distinct] = await drawn({ maxSamples: 1000, bootstrap: true });
    expect(most).toBe(1000);
    // A share of 1 - e^(-1/2) of 2,000 rows, give or take 13.
    expect(Math.abs(distinct - 787)).toBeLessThan(60);
    const { trees } = await new IsolationForest({ maxFeatures: 1 }).fit(data);
    trees.nodes.roots.forEach((root, t) => {
      const own = trees.nodes.feature
        .subarray(root, trees.nodes.roots[t + 1])
        .filter((feature) => feature >= 0);
      expect(new Set(own).size).toBe(1);
    });
    expect(new Set(trees.nodes.feature).size).toBe(4);
  });

  test("rows of no weight are as rows left out, and heavy ones become usual", async () => {
    const weights = truth.map((label) => (label < 0 ? 0 : 1));
    const weighted = await new IsolationForest({ contamination: 0.02 }).fit(
      data.with({ w: weights }, { weight: "w" }),
    );
    const without = await new IsolationForest({ contamination: 0.02 }).fit(
      data.filter((row) => truth[row] > 0),
    );
    expect(weighted.scoreSamples(data)).toEqual(without.scoreSamples(data));
    expect(weighted.offset).toBe(without.offset);
    const heavy = truth.map((label) => (label < 0 ? 500 : 1));
    const upset = await new IsolationForest().fit(data.with({ w: heavy }, { weight: "w" }));
    const plain = await new IsolationForest().fit(data);
    expect(upset.scoreSamples(data)[0]).toBeGreaterThan(plain.scoreSamples(data)[0]);
  });

  test("an artifact scores as the model did; parts that don't fit are refused", async () => {
    const model = await new IsolationForest({ nEstimators: 7, contamination: 0.1 }).fit(data);
    const registry = new Registry([isolationForestCodec]);
    const again = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect((again as typeof model).decisionFunction(data)).toEqual(model.decisionFunction(data));
    const { nodes } = model.trees;
    const broken: [string, Partial<typeof nodes>, number][] = [
      ["rows at its root, received 0", { count: nodes.count.map(() => 0) }, 256],
      ["rows at its root, received 256", {}, 8],
      ["children in", { left: nodes.left.map((child) => (child < 0 ? child : 0)) }, 256],
      ["begin at 0", { roots: nodes.roots.map((root) => root + 1) }, 256],
      ["length", { threshold: nodes.threshold.slice(1) }, 256],
    ];
    for (const [message, change, perTree] of broken) {
      const trees = new IsolationTrees({ ...nodes, ...change }, perTree);
      const damaged = new IsolationForestModel(model.estimator, model.features, trees, model.offset);
      const bytes = await encodeArtifact(damaged, registry);
      const act = decodeArtifact(bytes, registry);
      await expect(act).rejects.toThrow(ArtifactError);
      if (message !== "length") await expect(act).rejects.toThrow(message);
    }
  });

  test("an artifact of trees deeper than their rows allow is refused", async () => {
    const model = await new IsolationForest({ nEstimators: 1, maxSamples: 2 }).fit(data);
    const chain = {
      roots: Int32Array.of(0),
      feature: Int32Array.of(0, 0, -1, -1, -1),
      threshold: new Float64Array(5),
      left: Int32Array.of(1, 3, -1, -1, -1),
      missingLeft: new Uint8Array(5),
      count: Int32Array.of(2, 1, 1, 1, 1),
    };
    const registry = new Registry([isolationForestCodec]);
    const deep = new IsolationForestModel(
      model.estimator,
      model.features,
      new IsolationTrees(chain, 2),
      -0.5,
    );
    await expect(decodeArtifact(await encodeArtifact(deep, registry), registry)).rejects.toThrow(
      "IsolationForest: a tree must have at most 1 levels below its root, received 2",
    );
  });

  test("refuses params and data that make no sense", async () => {
    expect(() => new IsolationForest({ contamination: 0.6 })).toThrow(ParamError);
    expect(() => new IsolationForest({ nEstimators: 0 })).toThrow(ParamError);
    await expect(new IsolationForest().fit(data.slice(0, 0))).rejects.toThrow(DataError);
    await expect(new IsolationForest().fit(fromColumns({ a: ["x", "y"] }))).rejects.toThrow(DataError);
    const infinite = fromColumns({
      a: Float64Array.from({ length: 900 }, (_, i) => (i === 777 ? Infinity : i)),
    });
    await expect(new IsolationForest().fit(infinite)).rejects.toThrow(
      "IsolationForest: column 'a' must be finite or missing, received Infinity at row 777",
    );
  });

  test("reports trees and scores, and an abort ends it", async () => {
    const seen: string[] = [];
    await new IsolationForest({ contamination: 0.1 }).fit(data, {
      onProgress: ({ stage, done, total }) => seen.push(`${stage} ${done}/${total}`),
    });
    expect(seen).toEqual(["tree 100/100", "score 2000/2000"]);
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(
      new IsolationForest({ contamination: 0.1 }).fit(data, { signal: controller.signal, onProgress }),
    ).rejects.toThrow("enough");
  });
});

import { readFileSync } from "node:fs";
import {
  csrFeatures,
  DataError,
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  fromColumns,
  ParamError,
  type ProgressEvent,
  Random,
  Registry,
  sparse,
  tensor,
} from "@strata-ml/core";
import { assertClose } from "@strata-ml/core/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KMeans, kMeansCodec } from "./k-means.js";

interface Golden {
  data: Record<string, number[][]>;
  weights: Record<string, number[]>;
  cases: {
    name: string;
    data: string;
    init: number[][];
    weighted: boolean;
    params: { tol?: number; maxIter?: number };
    centers: number[][];
    labels: number[];
    inertia: number;
    nIter: number;
    distances: number[][];
    score: number;
  }[];
  inertia: Record<string, number[]>;
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/cluster.json", import.meta.url), "utf8"),
) as Golden;

const dense = (rows: readonly (readonly number[])[]) =>
  tensor(Float64Array.from(rows.flat()), [rows[0].length]);

/** The rows as one CSR column. */
function csr(rows: readonly (readonly number[])[]) {
  const { offsets, indices, values } = csrFeatures("csr", fromColumns({ x: dense(rows) }));
  return sparse({ offsets, indices, values, width: rows[0].length });
}

function dataset(name: string, weighted: boolean): Dataset {
  const x = name === "sparse" ? csr(golden.data[name]) : dense(golden.data[name]);
  return weighted ? fromColumns({ x, w: golden.weights[name] }, { weight: "w" }) : fromColumns({ x });
}

/** Lloyd's iteration with every distance worked out: what the bounds must not change. */
function plainLloyd(rows: number[][], init: number[][], weights: number[], maxIter: number) {
  let centres = init.map((centre) => [...centre]);
  let labels: number[] = [];
  for (let n = 0; n < maxIter; n++) {
    const now = rows.map((row) => {
      const d = centres.map((c) => c.reduce((sum, v, j) => sum + (row[j] - v) ** 2, 0));
      return d.indexOf(Math.min(...d));
    });
    const far = rows.map((row, i) => centres[now[i]].reduce((sum, v, j) => sum + (row[j] - v) ** 2, 0));
    const member = [...now];
    for (let k = 0; k < centres.length; k++) {
      if (now.includes(k)) continue;
      const farthest = far.indexOf(Math.max(...far));
      far[farthest] = 0;
      member[farthest] = k;
    }
    const mass = centres.map((_, k) =>
      rows.reduce((sum, _row, i) => sum + (member[i] === k ? weights[i] : 0), 0),
    );
    centres = centres.map((old, k) => {
      // Giving a row away can leave a cluster without any: it sits on the largest.
      const from = mass[k] > 0 ? k : mass.indexOf(Math.max(...mass));
      return old.map(
        (_, j) =>
          rows.reduce((sum, row, i) => sum + (member[i] === from ? weights[i] * row[j] : 0), 0) / mass[from],
      );
    });
    if (now.every((label, i) => label === labels[i])) break;
    labels = now;
  }
  return { centres, labels };
}

describe("KMeans agrees with scikit-learn from the same first centres", () => {
  it.each(golden.cases)("$name", async (expected) => {
    const data = dataset(expected.data, expected.weighted);
    const model = await new KMeans({
      ...expected.params,
      nClusters: expected.init.length,
      init: expected.init,
    }).fit(data, { onWarning: () => {} });
    const close = { absolute: 1e-9, relative: 1e-12 };
    assertClose(model.centers.data, expected.centers.flat(), { ...close, label: "centers" });
    expect([...model.labels]).toEqual(expected.labels);
    expect([...model.predict(data)]).toEqual(expected.labels);
    assertClose([model.inertia], [expected.inertia], { absolute: 1e-9, relative: 1e-9, label: "inertia" });
    expect(model.nIter).toBe(expected.nIter);
    const distances = model.transform(data.slice(0, 6)).column("kmeans", "tensor");
    // scikit-learn works distances out from norms, which costs it half the digits far from zero.
    assertClose(distances.values, expected.distances.flat(), { absolute: 1e-6 });
    const some = data.slice(10, 60);
    if (some.rows === 50)
      assertClose([model.score(some)], [expected.score], { absolute: 1e-6, relative: 1e-9 });
  });

  it.each(Object.entries(golden.inertia))("starts as well as its k-means++: %s", async (name, expected) => {
    const nClusters = name === "blobs" ? 4 : name === "cloud" ? 7 : 40;
    const ours: number[] = [];
    for (let seed = 0; seed < expected.length; seed++)
      ours.push((await new KMeans({ nClusters, seed }).fit(dataset(name, false))).inertia);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(ours)).toBeLessThan(1.03 * mean(expected));
    expect(Math.min(...ours)).toBeLessThan(1.02 * Math.min(...expected));
  });
});

describe("KMeans", () => {
  const blobs = dataset("blobs", false);

  it("gives what Lloyd's iteration without bounds gives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          n: fc.integer({ min: 45, max: 120 }),
          k: fc.integer({ min: 1, max: 45 }),
          p: fc.integer({ min: 1, max: 5 }),
        }),
        async ({ seed, n, k, p }) => {
          const random = new Random(seed);
          const rows = Array.from({ length: n }, () => Array.from({ length: p }, () => random.normal()));
          const weights = rows.map(() => 0.1 + random.uniform());
          const init = rows.slice(0, k);
          const model = await new KMeans({ nClusters: k, init, tol: 0, maxIter: 12 }).fit(
            fromColumns({ x: dense(rows), w: weights }, { weight: "w" }),
          );
          const expected = plainLloyd(rows, init, weights, 12);
          assertClose(model.centers.data, expected.centres.flat(), { absolute: 1e-10 });
        },
      ),
      { numRuns: 60, examples: [[{ seed: 1355840113, n: 119, k: 41, p: 1 }]] },
    );
  });

  it.each([
    [3000, 5, 9],
    [1500, 3, 30],
    [1100, 2, 110],
  ])("gives the same by kernels: %i rows of %i features, %i clusters", async (n, p, k) => {
    const random = new Random(n);
    const rows = Array.from({ length: n }, () => Array.from({ length: p }, () => random.normal()));
    const weights = rows.map(() => 0.1 + random.uniform());
    const init = rows.slice(0, k);
    const data = fromColumns({ x: dense(rows), w: weights }, { weight: "w" });
    const model = await new KMeans({ nClusters: k, init, tol: 0, maxIter: 12 }).fit(data);
    const expected = plainLloyd(rows, init, weights, 12);
    assertClose(model.centers.data, expected.centres.flat(), { absolute: 1e-10 });
    const distances = model.transform(data.slice(0, 500)).column("kmeans", "tensor").values;
    model.predict(data.slice(0, 500)).forEach((label, i) => {
      const own = distances.subarray(i * k, (i + 1) * k);
      expect(own[label]).toBe(Math.min(...own));
      expect(label).toBe(model.labels[i]);
    });
  });

  it("takes the first of equally near centres, alone, in a batch and in fit", async () => {
    const grid = Array.from({ length: 49 }, (_, i) => [i % 7, Math.floor(i / 7)]);
    const init = [0, 6, 42, 48, 24, 3, 21, 27, 45, 10, 38, 12].map((i) => grid[i]);
    const data = fromColumns({ x: dense(grid) });
    const model = await new KMeans({ nClusters: init.length, init, maxIter: 1 }).fit(data);
    const labels = [...model.predict(data)];
    expect([...model.labels]).toEqual(labels);
    labels.forEach((label, i) => expect(model.predict(data.slice(i, i + 1))[0]).toBe(label));
    const tied = await new KMeans({ nClusters: 2, init: [[0], [2]] }).fit(fromColumns({ x: [0, 1, 2] }));
    expect([...tied.labels]).toEqual([0, 0, 1]);
  });

  it("treats a weight as that many copies of the row", async () => {
    const rows = golden.data["cloud"].slice(0, 60);
    const weights = rows.map((_, i) => i % 4);
    const copies = weights.flatMap((count, i) => Array.from({ length: count }, () => rows[i]));
    const weighted = await new KMeans({ nClusters: 5 }).fit(
      fromColumns({ x: dense(rows), w: weights }, { weight: "w" }),
    );
    const repeated = await new KMeans({ nClusters: 5 }).fit(fromColumns({ x: dense(copies) }));
    assertClose(weighted.centers.data, repeated.centers.data, { absolute: 1e-10 });
    assertClose([weighted.inertia], [repeated.inertia], { relative: 1e-10 });
  });

  it("gives sparse rows the clusters of dense ones", async () => {
    const rows = golden.data["sparse"];
    for (const init of ["k-means++", "random"] as const) {
      const estimator = new KMeans({ nClusters: 12, init, nInit: 3 });
      const a = await estimator.fit(fromColumns({ x: csr(rows) }));
      const b = await estimator.fit(fromColumns({ x: dense(rows) }));
      expect(a.labels).toEqual(b.labels);
      assertClose(a.centers.data, b.centers.data, { absolute: 1e-10 });
    }
  });

  it("repeats with a seed, differs with another, and keeps the best of several starts", async () => {
    const many = dataset("many", false);
    const one = await new KMeans({ nClusters: 40, seed: 4 }).fit(many);
    const same = await new KMeans({ nClusters: 40, seed: 4 }).fit(many);
    const other = await new KMeans({ nClusters: 40, seed: 5 }).fit(many);
    expect(same.centers).toEqual(one.centers);
    expect(other.centers).not.toEqual(one.centers);
    const best = await new KMeans({ nClusters: 40, seed: 4, nInit: 5 }).fit(many);
    expect(best.inertia).toBeLessThanOrEqual(one.inertia);
    const random = await new KMeans({ nClusters: 40, init: "random" }).fit(many);
    const single = await new KMeans({ nClusters: 40, init: "random", nInit: 1 }).fit(many);
    expect(random.inertia).toBeLessThan(single.inertia);
  });

  it("never draws a row of weight 0 and finds every separate group", async () => {
    const x = [0, 0.1, 50, 50.1, 1000, 100, 100.1];
    const w = [1, 1, 1, 1, 0, 1, 1];
    for (let seed = 0; seed < 20; seed++) {
      for (const init of ["k-means++", "random"] as const) {
        const model = await new KMeans({ nClusters: 3, seed, init }).fit(
          fromColumns({ x, w }, { weight: "w" }),
        );
        expect(Math.max(...model.centers.data)).toBeLessThan(101);
        if (init === "k-means++")
          assertClose(
            [...model.centers.data].sort((a, b) => a - b),
            [0.05, 50.05, 100.05],
          );
      }
    }
  });

  it("warns of more clusters than different rows, and refuses more than rows", async () => {
    const warnings: string[] = [];
    const options = { onWarning: (line: string) => warnings.push(line) };
    const rows = [0, 2, 5].flatMap((value) => [value, value, value]);
    const model = await new KMeans({ nClusters: 5 }).fit(fromColumns({ x: rows }), options);
    expect(warnings).toEqual(["KMeans: only 3 of 5 clusters have rows: too few rows differ from each other"]);
    expect(model.inertia).toBe(0);
    expect(model.centers.data.every(Number.isFinite)).toBe(true);
    await expect(new KMeans({ nClusters: 3 }).fit(fromColumns({ x: [1, 2] }))).rejects.toThrow(
      "KMeans: there must be at least nClusters = 3 rows of positive weight, received 2",
    );
    await expect(new KMeans().fit(fromColumns({ x: [1, Number.NaN] }))).rejects.toThrow(DataError);
    await expect(
      new KMeans({ nClusters: 2, tol: 0 }).fit(fromColumns({ x: [1e200, -1e200, 0] })),
    ).rejects.toThrow(DataError);
  });

  it("refuses centres of the wrong size, and more starts than the one that they are", async () => {
    await expect(new KMeans({ nClusters: 2, init: [[1, 2, 3]] }).fit(blobs)).rejects.toThrow(
      "KMeans: init must be 2 x 3 (clusters x feature columns), received 1 x 3",
    );
    await expect(new KMeans({ nClusters: 1, init: [[1, 2]] }).fit(blobs)).rejects.toThrow(ParamError);
    expect(() => new KMeans({ init: [[1]], nInit: 4 })).toThrow(
      "KMeans: nInit must be 1 or 'auto' where init gives the centres, received 4",
    );
  });

  it("reports progress that ends and stops on abort", async () => {
    const events: ProgressEvent[] = [];
    await new KMeans({ nClusters: 4, nInit: 3 }).fit(blobs, { onProgress: (event) => events.push(event) });
    events.slice(1).forEach(({ done }, i) => expect(done).toBeGreaterThanOrEqual(events[i].done));
    expect(events.at(-1)).toMatchObject({ owner: "KMeans", stage: "iteration", done: 900, total: 900 });
    const controller = new AbortController();
    const stopped = new KMeans({ nClusters: 4 }).fit(blobs, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });

  it("keeps columns of other roles and the row order in transform", async () => {
    const data = blobs.with({ id: golden.data["blobs"].map((_, i) => i) }, { id: "id" });
    const model = await new KMeans({ nClusters: 3 }).fit(data);
    const out = model.transform(data.take([5, 1, 9]));
    expect(out.names).toEqual(["id", "kmeans"]);
    expect([...out.column("id", "numeric").values]).toEqual([5, 1, 9]);
    expect(out.column("kmeans", "tensor")).toMatchObject({
      shape: [3],
      names: ["kmeans0", "kmeans1", "kmeans2"],
    });
  });

  it("comes back from an artifact as it was, and not with labels out of range", async () => {
    const registry = new Registry([kMeansCodec]);
    const model = await new KMeans({ nClusters: 4 }).fit(blobs);
    const back = await decodeArtifact(await encodeArtifact(model, registry), registry);
    expect(back).toEqual(model);
    const broken = Object.assign(Object.create(Object.getPrototypeOf(model) as object), model, {
      labels: Int32Array.of(0, 4),
    }) as typeof model;
    await expect(
      encodeArtifact(broken, registry).then((file) => decodeArtifact(file, registry)),
    ).rejects.toThrow("KMeans: labels must be in 0..3");
  });
});

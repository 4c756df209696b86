import { workerExecutor } from "@strata-ml/core/node";
import { afterAll, describe, expect, it } from "vitest";
// The built package: worker threads can't import TypeScript.
import { fromColumns } from "@strata-ml/core";
import type { AnyEstimator } from "@strata-ml/core";
import { crossValidate } from "@strata-ml/core";
import { GridSearch } from "@strata-ml/core";

const module = new URL("./fixtures/worker-registry.mjs", import.meta.url).href;
const { Mean } = (await import(module)) as { Mean: new () => AnyEstimator };
const rows = Float64Array.from({ length: 200 }, (_, row) => row);
const data = fromColumns({ x: rows, y: rows.map((row) => row % 7) }, { target: "y" });

const executor = workerExecutor({ workers: 2 });
afterAll(() => executor.close());
const elsewhere = { executor, registry: { module, exportName: "registry" } };

describe("folds in worker threads", () => {
  it("give what they give here, models and all", async () => {
    const options = { scoring: ["r2", "negMeanAbsoluteError"], cv: 4, returnModels: true } as const;
    const here = await crossValidate(new Mean(), data, options);
    const there = await crossValidate(new Mean(), data, { ...options, ...elsewhere });
    expect(there.scores).toEqual(here.scores);
    expect(there.folds.map(({ model }) => model.mean)).toEqual(here.folds.map(({ model }) => model.mean));
  });

  it("search", async () => {
    const search = new GridSearch<AnyEstimator>({
      estimator: new Mean(),
      paramGrid: { factor: [0, 1, 2] },
      scoring: "negMeanSquaredError",
    });
    const model = await search.fit(data, elsewhere);
    expect(model.bestParams).toEqual({ factor: 1 });
    await expect(
      crossValidate(new Mean(), data.drop(["x"]).with({ y: Array.from(rows, String) }), {
        scoring: "r2",
        ...elsewhere,
      }),
    ).rejects.toThrow(/crossValidate: fold \d of 5/);
  });
});

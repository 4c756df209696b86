import { PCA } from "@strata-ml/classical";
import { canEmbed, DataError, type Dataset, fromColumns, type Model, Random, tensor } from "@strata-ml/core";
import type { MapPoint } from "../report/charts/embedding-map.js";
import type { ScoredTest } from "../report/charts/spec.js";

const honestPoints = 600;

/** Every fraud of the test rows and a sample of the honest ones on two principal components of a network's embedding. */
export async function embeddingPoints(
  model: Model,
  data: Dataset,
  test: ScoredTest,
  seed: number,
): Promise<MapPoint[]> {
  if (!canEmbed(model))
    throw new DataError("embeddingPoints", `the model must embed, received ${model.owner}`);
  const order = new Random(seed).fork("map").permutation(data.rows);
  const honest = order.filter((row) => test.fraud[row] === 0).subarray(0, honestPoints);
  const rows = [...honest, ...order.filter((row) => test.fraud[row] === 1)];
  const { columns, data: values } = await model.embed(data.take(rows));
  const embedding = fromColumns({ embedding: tensor(values, [columns]) });
  const components = (await new PCA({ nComponents: 2 }).fit(embedding))
    .transform(embedding)
    .column("pca", "tensor").values;
  return rows.map((row, i) => ({
    x: components[2 * i],
    y: components[2 * i + 1],
    group: test.fraud[row] === 1 ? (test.scenario?.[row] ?? "fraud") : "honest",
  }));
}

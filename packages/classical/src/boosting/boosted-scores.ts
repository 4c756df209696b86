import {
  alignFeatures,
  ArtifactError,
  type Dataset,
  type DatasetSchema,
  denseNames,
  type StoredTensor,
  type TensorReader,
} from "@strata-ml/core";
import { addScores } from "./batch-scores.js";
import { setWords } from "./binning.js";
import type { Boosted } from "./booster.js";
import { type FeatureColumn, featureColumns } from "./feature-columns.js";
import { BoostedTrees } from "./predictor.js";

/** Raw scores of every row, one array a tree of an iteration. */
export function rawScores(
  owner: string,
  boosted: Boosted,
  schema: DatasetSchema,
  data: Dataset,
): Float64Array[] {
  const { columns, scores } = prepare(owner, boosted, schema, data);
  addScores(boosted.trees, columns, boosted.categoryPlaces, scores);
  return scores;
}

/** Raw scores after every iteration; the same arrays each time, changed in place. */
export function* stagedScores(
  owner: string,
  boosted: Boosted,
  schema: DatasetSchema,
  data: Dataset,
): Generator<Float64Array[]> {
  const { trees } = boosted;
  const { columns, scores } = prepare(owner, boosted, schema, data);
  for (let from = 0; from < trees.treeCount; from += trees.perIteration) {
    addScores(trees, columns, boosted.categoryPlaces, scores, from, from + trees.perIteration);
    yield scores;
  }
}

function prepare(
  owner: string,
  { baseline }: Boosted,
  schema: DatasetSchema,
  data: Dataset,
): { columns: readonly FeatureColumn[]; scores: Float64Array[] } {
  const columns = featureColumns(owner, alignFeatures(owner, schema, data), schema);
  return { columns, scores: Array.from(baseline, (score) => new Float64Array(data.rows).fill(score)) };
}

/** What boosting learnt, as an artifact carries it. */
export function boostedTensors(boosted: Boosted): Record<string, StoredTensor["data"]> {
  const parts = [...boosted.categoryPlaces.values()];
  const joined = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return {
    ...boosted.trees.toTensors(),
    baseline: boosted.baseline,
    categoryPlaces: joined,
    trainLoss: boosted.trainLoss,
    validationLoss: boosted.validationLoss,
  };
}

/** What {@link boostedTensors} took apart; throws {@link ArtifactError} where the parts don't fit the features. */
export function boostedFromTensors(
  owner: string,
  tensors: TensorReader,
  schema: DatasetSchema,
  perIteration: number,
): Boosted {
  const categoryPlaces = new Map<number, Int32Array>();
  const joined = tensors.int32("categoryPlaces");
  let at = 0;
  let feature = 0;
  for (const column of schema) {
    if (column.kind === "categorical") {
      categoryPlaces.set(feature, joined.subarray(at, at + column.categories.length));
      at += column.categories.length;
    }
    feature += denseNames([column]).length;
  }
  if (at !== joined.length)
    throw new ArtifactError(owner, `categoryPlaces must have ${at} entries, received ${joined.length}`);
  const trees = BoostedTrees.fromTensors(owner, tensors, denseNames(schema).length, perIteration, (f) => {
    const places = categoryPlaces.get(f);
    return places === undefined ? 0 : setWords(places);
  });
  const validationLoss = tensors.float64("validationLoss");
  const trainLoss = tensors.float64("trainLoss", trees.iterations + 1);
  if (validationLoss.length !== 0 && validationLoss.length !== trainLoss.length)
    throw new ArtifactError(
      owner,
      `validationLoss must be as long as trainLoss, received ${validationLoss.length}`,
    );
  return {
    trees,
    baseline: tensors.float64("baseline", perIteration),
    categoryPlaces,
    trainLoss,
    validationLoss,
  };
}

import { type FitRun, type Matrix, Random } from "@strata-ml/core";
import type { RandomForestBaseOptions } from "ml-random-forest";
import { Forest } from "../ensemble/forest.js";
import type { Tree } from "../tree/tree.js";
import { flatTree } from "./flat-tree.js";
import { featureShare, type LibraryParams } from "./library-params.js";

/** What is used of a forest of the library. */
export interface LibraryForest {
  train(x: number[][], y: number[]): void;
  toJSON(): unknown;
}

/**
 * Trains a forest tree by tree, each in a library forest of its own: the library's own loop can be neither watched nor
 * stopped, and its seeds can't be shared out. Out-of-bag predictions, which fail where a row is in every bag, are off.
 */
export async function growForest(
  run: FitRun,
  params: LibraryParams,
  x: Matrix,
  y: number[],
  make: (options: Partial<RandomForestBaseOptions>) => LibraryForest,
  finish: (tree: Tree) => Tree,
): Promise<Forest> {
  const { nEstimators, replacement, useSampleBagging, maxDepth, minNumSamples, gainThreshold } = params;
  const maxFeatures = featureShare(run.owner, params.maxFeatures, x.columns);
  const random = new Random(params.seed);
  const rows = x.toRows();
  const trees: Tree[] = [];
  for (let t = 0; t < nEstimators; t++) {
    const forest = make({
      nEstimators: 1,
      noOOB: true,
      seed: random.fork(t).uint32() | 0,
      maxFeatures,
      replacement,
      useSampleBagging,
      treeOptions: {
        minNumSamples,
        maxDepth: maxDepth ?? Number.POSITIVE_INFINITY,
        ...(gainThreshold !== undefined && { gainThreshold }),
      },
    });
    forest.train(rows, y);
    trees.push(finish(flatTree(forest.toJSON())));
    await run.step("tree", t + 1, nEstimators);
  }
  return new Forest(trees);
}

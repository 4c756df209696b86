import { DataError } from "@strata-ml/core";
import { z } from "zod";

/** Params that classifier and regressor share: the library's own, by its names, and with its defaults. */
export const libraryShape = {
  nEstimators: z.int().min(1).default(50).describe("Number of trees"),
  maxFeatures: z
    .union([z.number().gt(0).max(1), z.int().min(2)])
    .default(1)
    .describe("Features drawn for each tree (not for each split): a share up to 1, or a count from 2"),
  useSampleBagging: z
    .boolean()
    .default(true)
    .describe("Whether each tree learns from rows drawn with replacement"),
  maxDepth: z.int().min(1).nullable().default(null).describe("Deepest level of leaves; null is no limit"),
  minNumSamples: z.int().min(1).default(3).describe("Nodes of no more rows than this are leaves"),
  seed: z.number().default(0).describe("Seed of the rows and features drawn"),
};

export type LibraryParams = z.output<z.ZodObject<typeof libraryShape>> & {
  readonly replacement: boolean;
  readonly gainThreshold?: number;
};

/**
 * The `maxFeatures` that makes the library take this many features: always a share, because it reads a count of 1 as
 * "all" and fails on a share that rounds to no feature.
 */
export function featureShare(owner: string, maxFeatures: number, features: number): number {
  const count = maxFeatures <= 1 ? Math.max(1, Math.floor(maxFeatures * features)) : maxFeatures;
  if (count > features)
    throw new DataError(
      owner,
      `maxFeatures must be at most the ${features} features, received ${maxFeatures}`,
    );
  return count === features ? 1 : (count + 0.5) / features;
}

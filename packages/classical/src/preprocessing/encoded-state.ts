import { ArtifactError, type DatasetSchema } from "@strata-ml/core";
import { z } from "zod";
import { type Category, categoryList, CategorySet } from "./category-set.js";

/** What an encoder learned of one feature. */
export interface FeatureCategories {
  readonly set: CategorySet;
  /** Indices, ascending, of the categories that are grouped as infrequent. */
  readonly infrequent: readonly number[];
}

/** {@link FeatureCategories} of every feature as an artifact carries them. */
export const encodedState = z.array(
  z.strictObject({ categories: categoryList, infrequent: z.array(z.int().nonnegative()) }),
);

export function encodeCategories(features: readonly FeatureCategories[]): z.output<typeof encodedState> {
  return features.map(({ set, infrequent }) => ({
    categories: [...set.values],
    infrequent: [...infrequent],
  }));
}

/** The other way; throws {@link ArtifactError} for categories that don't fit the features. */
export function decodeCategories(
  owner: string,
  features: DatasetSchema,
  state: z.output<typeof encodedState>,
): FeatureCategories[] {
  if (state.length !== features.length)
    throw new ArtifactError(
      owner,
      `there must be categories of ${features.length} features, received ${state.length}`,
    );
  return state.map(({ categories, infrequent }, j) => {
    const { name, kind } = features[j];
    const fits = (value: Category): boolean =>
      value === null || typeof value === (kind === "numeric" ? "number" : "string");
    const rises = infrequent.every(
      (index, at) => index < categories.length && (at === 0 || index > infrequent[at - 1]),
    );
    if ((kind !== "numeric" && kind !== "categorical") || !categories.every(fits) || !rises)
      throw new ArtifactError(owner, `the categories of column '${name}' must fit it`);
    return { set: new CategorySet(categories), infrequent };
  });
}

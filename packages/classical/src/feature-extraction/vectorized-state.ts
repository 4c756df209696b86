import { ArtifactError, type DatasetSchema } from "@strata-ml/core";
import { z } from "zod";

/** The terms of each text column as an artifact carries them. */
export const termsState = z.strictObject({ terms: z.array(z.array(z.string()).min(1)) });

/** Throws {@link ArtifactError} for terms that don't fit the features. */
export function requireTerms(
  owner: string,
  features: DatasetSchema,
  terms: readonly (readonly string[])[],
): void {
  if (terms.length !== features.length || features.some(({ kind }) => kind !== "text"))
    throw new ArtifactError(
      owner,
      `there must be terms of ${features.length} text columns, received ${terms.length}`,
    );
  if (terms.some((list) => new Set(list).size !== list.length))
    throw new ArtifactError(owner, "the terms of a column must differ from each other");
}

import type { z } from "zod";
import { ParamError } from "../errors.js";
import { anObject, requireIs } from "../guard.js";
import { deepest, issueMessage } from "../estimator/params.js";

/** Kinds by column name as a map, so that no name is special. Throws {@link ParamError} for what is no kind. */
export function parseKinds<T>(
  owner: string,
  kinds: Readonly<Record<string, T>> | undefined,
  schema: z.ZodType<T>,
): ReadonlyMap<string, T> {
  if (kinds === undefined) return new Map();
  requireIs(owner, "kinds", kinds, anObject, ParamError);
  return new Map(
    Object.entries(kinds).map(([name, kind]) => {
      const result = schema.safeParse(kind);
      if (result.success) return [name, result.data];
      const issue = deepest(result.error.issues[0]);
      const path = ["kinds", name, ...issue.path];
      throw new ParamError(owner, issueMessage({ ...issue, path }, { kinds }));
    }),
  );
}

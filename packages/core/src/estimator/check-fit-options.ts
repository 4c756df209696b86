import { describe, ParamError } from "../errors.js";
import {
  aFunction,
  anExecutor,
  anObject,
  aSignal,
  anything,
  requireDataset,
  requireOptions,
  requireIs,
  type Rules,
} from "../guard.js";
import type { FitOptions } from "./fit-options.js";
import { nearest } from "./params.js";

const rules: Rules<FitOptions & { readonly registry?: unknown }> = {
  validation: anything,
  signal: aSignal,
  onProgress: aFunction,
  onWarning: aFunction,
  executor: anExecutor,
  registry: anything, // of a search, see SearchFitOptions
};
const known = Object.keys(rules);

/**
 * Throws for options of a fit that can't be, and a name that is nearly one of theirs. Any other name is left alone: options
 * pass through the parts of a composite, and whoever is around it may have some of its own.
 */
export function requireFitOptions(owner: string, options: FitOptions): void {
  requireIs(owner, "options", options, anObject, ParamError);
  const { validation } = options;
  if (validation !== undefined) requireDataset(owner, validation, "validation");
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const near = nearest(name, known);
    if (Object.hasOwn(rules, name)) own[name] = value;
    else if (near !== undefined)
      throw new ParamError(owner, `there is no option ${describe(name)} of fit, did you mean '${near}'?`);
  }
  requireOptions(owner, own, rules);
}

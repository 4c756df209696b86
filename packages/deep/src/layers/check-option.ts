import { describe, listNames, ParamError } from "@strata-ml/core";

/** Which layer an option is of, for the error that refuses it. */
export interface OptionOf {
  readonly owner: string;
  readonly layer: string;
}

/** Throws {@link ParamError} for a value that is none of the known ones. */
export function checkOneOf(of: OptionOf, option: string, known: readonly string[], value: unknown): void {
  if (typeof value !== "string" || !known.includes(value))
    refuse(of, option, `one of ${listNames(known, 20)}`, value);
}

/** Throws {@link ParamError} for a value that is no whole number >= `least`. */
export function checkWhole(of: OptionOf, option: string, value: unknown, least = 1): void {
  if (!Number.isInteger(value) || (value as number) < least)
    refuse(of, option, `a whole number >= ${least}`, value);
}

/** Throws {@link ParamError} for a value that is no rate: a number >= 0 and < 1. */
export function checkRate(of: OptionOf, option: string, value: unknown): void {
  if (!(typeof value === "number" && value >= 0 && value < 1)) refuse(of, option, ">= 0 and < 1", value);
}

/** Throws {@link ParamError} for a value that is no number >= 0. */
export function checkNotNegative(of: OptionOf, option: string, value: unknown): void {
  if (!(typeof value === "number" && value >= 0 && Number.isFinite(value)))
    refuse(of, option, "a finite number >= 0", value);
}

export function refuse({ owner, layer }: OptionOf, option: string, expected: string, value: unknown): never {
  throw new ParamError(owner, `layer '${layer}': ${option} must be ${expected}, received ${describe(value)}`);
}

import { DataError, describe } from "../errors.js";
import { ensure, Unmet } from "./unmet.js";

type ErrorType = abstract new (...args: never[]) => Error;

/**
 * Throws unless `call` throws or rejects with an error of a type, whose message holds all `mentions`.
 * A plain TypeError is no refusal: it says nothing to a user.
 */
export async function ensureRefused(
  what: string,
  call: () => unknown,
  { error = DataError, mentions = [] }: { error?: ErrorType; mentions?: readonly string[] } = {},
): Promise<void> {
  const wanted = `${what} must be refused with ${error.name}${
    mentions.length > 0 ? ` that names ${mentions.map((text) => `'${text}'`).join(" and ")}` : ""
  }`;
  let came: unknown;
  try {
    came = await call();
  } catch (thrown) {
    ensure(thrown instanceof error, () => `${wanted}, received ${showError(thrown)}`);
    const unnamed = mentions.find((text) => !thrown.message.includes(text));
    ensure(unnamed === undefined, () => `${wanted}, received "${thrown.message}"`);
    return;
  }
  throw new Unmet(`${wanted}, received no error but ${describe(came)}`);
}

/** The result of `call`, or undefined where it refuses with an error of Strata; anything else thrown is a crash. */
export async function resultOrRefusal<T>(
  what: string,
  call: () => Promise<T>,
  error: ErrorType,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    if (thrown instanceof Unmet) throw thrown;
    ensure(
      thrown instanceof error,
      () => `${what} must work or be refused with ${error.name}, received ${showError(thrown)}`,
    );
    return undefined;
  }
}

/** `TypeError "x is not a function"`. */
export function showError(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name} "${thrown.message}"` : describe(thrown);
}

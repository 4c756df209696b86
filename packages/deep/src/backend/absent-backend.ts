import { createRequire } from "node:module";

/** Thrown where an optional package of a backend is not installed. */
export class AbsentBackendError extends Error {}

/** Throws {@link AbsentBackendError} for the first of these packages that is not installed. */
export function requireInstalled(...specifiers: readonly string[]): void {
  const { resolve } = createRequire(import.meta.url);
  for (const specifier of specifiers) {
    try {
      resolve(specifier);
    } catch (cause) {
      throw new AbsentBackendError(`${specifier} is not installed`, { cause });
    }
  }
}

/** Thrown inside a check; the runner adds the estimator and the check's name. */
export class Unmet extends Error {
  override readonly name = "Unmet";
}

/** Throws {@link Unmet} unless the condition holds. The message says what was expected and what came. */
export function ensure(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new Unmet(typeof message === "string" ? message : message());
}

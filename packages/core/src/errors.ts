/**
 * Base of every error that Strata throws on purpose.
 *
 * The message always names the owner, what was expected and what came:
 * `Ridge: alpha must be >= 0, received -1`.
 */
export class StrataError extends Error {
  override readonly name: string = "StrataError";
  /** The class or function that refuses. */
  readonly owner: string;

  constructor(owner: string, message: string, options?: ErrorOptions) {
    super(`${owner}: ${message}`, options);
    this.owner = owner;
  }
}

/** A parameter is unknown, of the wrong type, or out of its range. */
export class ParamError extends StrataError {
  override readonly name = "ParamError";
}

/** Data that an operation can't take: a missing column, a wrong kind, NaN where none may be, one class only. */
export class DataError extends StrataError {
  override readonly name = "DataError";
}

/** A CSV (or other text) source that can't be read; `line` and `column` are 1-based where known. */
export class ParseError extends StrataError {
  override readonly name = "ParseError";
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(
    owner: string,
    message: string,
    at: { line?: number; column?: number } = {},
    options?: ErrorOptions,
  ) {
    const where =
      at.line === undefined
        ? ""
        : `line ${at.line}${at.column === undefined ? "" : `, column ${at.column}`}: `;
    super(owner, where + message, options);
    this.line = at.line;
    this.column = at.column;
  }
}

/** A capability that a model, backend or platform does not have; the message says what to do instead. */
export class NotSupportedError extends StrataError {
  override readonly name = "NotSupportedError";
}

/** An artifact that is damaged, oversized, foreign, or of a type that the registry does not hold. */
export class ArtifactError extends StrataError {
  override readonly name = "ArtifactError";
}

/** A value as an error message shows it: short, with its type visible. */
export function describe(value: unknown): string {
  if (typeof value === "string") return value.length > 60 ? `"${value.slice(0, 57)}..."` : `"${value}"`;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (typeof value === "function") return `a function`;
  const name = value.constructor?.name;
  return name && name !== "Object" ? `a ${name}` : "an object";
}

/** `'a', 'b' and 3 more`: a list of names short enough for an error message. */
export function listNames(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => `'${name}'`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

import {
  ArtifactError,
  DataError,
  NotSupportedError,
  ParamError,
  ParseError,
  StrataError,
} from "../errors.js";

/** An error as it passes between threads: structured cloning keeps no class and no field of its own. */
export interface PackedError {
  readonly message: string;
  readonly name: string;
  readonly stack: string | undefined;
  /** Of a StrataError: the nearest class that both sides know, and its fields. */
  readonly strata?: {
    readonly type: string;
    readonly owner: string;
    readonly line?: number | undefined;
    readonly column?: number | undefined;
  };
  readonly cause?: PackedError;
}

const strataErrors = {
  ArtifactError,
  DataError,
  NotSupportedError,
  ParamError,
  ParseError,
  StrataError,
} as const;
const plainErrors: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Whatever was thrown, as plain data; what is no error becomes the text of one. */
export function packError(thrown: unknown, depth = 8): PackedError {
  if (!(thrown instanceof Error)) return { message: String(thrown), name: "Error", stack: undefined };
  const { message, name, stack, cause } = thrown;
  return {
    message,
    name,
    stack,
    ...(thrown instanceof StrataError && { strata: fieldsOf(thrown) }),
    ...(cause !== undefined && depth > 0 && { cause: packError(cause, depth - 1) }),
  };
}

function fieldsOf(error: StrataError): NonNullable<PackedError["strata"]> {
  // StrataError is the last, so a class of a user's own gets the nearest one.
  const [type] = Object.entries(strataErrors).find(([, known]) => error instanceof known)!;
  const place = error instanceof ParseError ? { line: error.line, column: error.column } : {};
  return { type, owner: error.owner, ...place };
}

/** The error again, of its class where it is one of Strata's or of the language. */
export function unpackError({ message, name, stack, strata, cause }: PackedError): Error {
  const options = cause === undefined ? {} : { cause: unpackError(cause) };
  const error =
    strata === undefined ? new (plainErrors[name] ?? Error)(message, options) : make(strata, options);
  // Constructors of Strata put owner and place in front, which are in the message already.
  error.message = message;
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true });
  if (stack !== undefined) error.stack = stack;
  return error;
}

function make(strata: NonNullable<PackedError["strata"]>, options: ErrorOptions): StrataError {
  const { type, owner, line, column } = strata;
  if (type === "ParseError") {
    const at = { ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
    return new ParseError(owner, "", at, options);
  }
  const known = strataErrors[type as Exclude<keyof typeof strataErrors, "ParseError">] ?? StrataError;
  return new known(owner, "", options);
}

import type { z } from "zod";
import { describe, ParamError } from "../errors.js";

/** A params schema: a strict zod object whose every field has a default and a description. */
export type ParamsSchema = z.ZodObject;

/**
 * Checks params against their schema and fills in defaults. The result is frozen.
 *
 * @throws ParamError such as `Ridge: alpha must be >= 0, received -1`, or, for a misspelt name, with the nearest one that exists.
 */
export function parseParams<S extends ParamsSchema>(
  owner: string,
  schema: S,
  input: unknown,
): Readonly<z.output<S>> {
  const result = schema.safeParse(input ?? {});
  if (result.success) return deepFreeze(result.data);
  const issue = deepest(result.error.issues[0]);
  throw new ParamError(owner, issueMessage(issue, input, Object.keys(schema.shape)));
}

/** Lists and objects among params can't be changed in place either. */
function deepFreeze<T>(value: T): T {
  const plain =
    Array.isArray(value) ||
    (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype);
  if (!plain || Object.isFrozen(value)) return value;
  for (const item of Object.values(value as object)) deepFreeze(item);
  return Object.freeze(value);
}

type Issue = z.core.$ZodIssue;

/** Of a union's issue, the one branch that took the value's type and failed within: its complaint is the one a user can act on. */
export function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const branches = issue.errors.flatMap((errors) => errors.slice(0, 1)).map(deepest);
  const outright: readonly string[] = ["invalid_type", "invalid_value", "invalid_union"];
  const specific = branches.filter(({ code, path }) => !outright.includes(code) || path.length > 0);
  return specific.length === 1 ? { ...specific[0], path: [...issue.path, ...specific[0].path] } : issue;
}

/** One zod issue as `<path> must <expectation>, received <value>`. */
export function issueMessage(issue: Issue, input: unknown, known: readonly string[] = []): string {
  const path = issue.path
    .map((key, at) => (typeof key === "number" ? `[${key}]` : at === 0 ? String(key) : `.${String(key)}`))
    .join("");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0];
    const near = issue.path.length === 0 ? nearest(key, known) : undefined;
    return `${path ? `${path} has` : "there is"} no param ${describe(key)}${near ? `, did you mean '${near}'?` : ""}`;
  }
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
  const infinite = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
  const expected = infinite && issue.code === "invalid_type" ? "be a finite number" : expectation(issue);
  return `${path || "params"} must ${expected}, received ${describe(value)}`;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "be a whole number" : `be ${article(issue.expected)}`;
    case "too_small":
      return `${sized(issue.origin)} ${issue.inclusive ? ">=" : ">"} ${issue.minimum}`;
    case "too_big":
      return `${sized(issue.origin)} ${issue.inclusive ? "<=" : "<"} ${issue.maximum}`;
    case "invalid_value":
      return `be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map((value) => describe(value)).join(", ")}`;
    case "invalid_union":
      return `be ${[...new Set(issue.errors.map((errors) => expectation(errors[0]).replace(/^be /, "")))].join(" or ")}`;
    default:
      return issue.message.startsWith("must ") ? issue.message.slice(5) : `be valid (${issue.message})`;
  }
}

function sized(origin: string): string {
  return origin === "array" || origin === "string" ? "have a length" : "be";
}

function article(noun: string): string {
  return noun === "null" || noun === "undefined" ? noun : `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

/** The known name within a small edit distance of a misspelt one. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    previous = row;
  }
  return previous[b.length];
}

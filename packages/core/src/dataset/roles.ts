import { DataError, describe, listNames, ParamError } from "../errors.js";
import { listOfNames, oneOf, requireIs, requireOptions, type Rule, type Rules } from "../guard.js";
import { type Role, roleNames } from "./schema.js";

/** Which columns are not features. Every column not named here is one. */
export interface Roles {
  readonly target?: string;
  readonly weight?: string;
  readonly group?: string;
  readonly time?: string;
  readonly id?: string | readonly string[];
}

/** Roles and no other keys: a misspelt one is a compile error, which a type parameter alone would let pass. */
export type ExactRoles<R extends Roles> = R & { readonly [K in Exclude<keyof R, keyof Roles>]: never };

const aColumn: Rule = { expected: "a column's name", holds: (value) => typeof value === "string" };
const rules: Rules<Roles> = {
  target: aColumn,
  weight: aColumn,
  group: aColumn,
  time: aColumn,
  id: {
    expected: "a column's name or an array of names",
    holds: (value) => aColumn.holds(value) || listOfNames.holds(value),
  },
};

/** Throws {@link ParamError} for roles that don't exist: their columns would become features unseen. */
export function requireRoles(owner: string, roles: Roles): void {
  requireOptions(owner, roles, rules, "roles");
}

const aRole = oneOf(...roleNames);

export function requireRole(owner: string, role: Role): void {
  requireIs(owner, "the role", role, aRole, ParamError);
}

/** Every column that some roles name. */
export function columnsOf({ target, weight, group, time, id }: Roles): string[] {
  return [target, weight, group, time, ...(Array.isArray(id) ? id : [id])].filter(
    (name) => name !== undefined,
  );
}

/** Gives columns their roles; one that held the target, weight, group or time role before becomes an `id`. */
export function assignRoles<E extends { readonly role: Role }>(
  entries: Map<string, E>,
  roles: Roles = {},
): Map<string, E> {
  requireRoles("Dataset", roles);
  const assign = (name: string, role: Role): void => {
    const entry = entries.get(name);
    if (entry === undefined) {
      throw new DataError(
        "Dataset",
        `role ${role} must name one of ${listNames([...entries.keys()], 20)}, received ${describe(name)}`,
      );
    }
    entries.set(name, { ...entry, role });
  };
  const given = new Map<string, Role>();
  const once = (name: string, role: Role): void => {
    const other = given.get(name);
    if (other !== undefined && other !== role)
      throw new DataError("Dataset", `column '${name}' must have one role, received ${other} and ${role}`);
    given.set(name, role);
  };
  for (const role of ["target", "weight", "group", "time"] as const) {
    const name = roles[role];
    if (name === undefined) continue;
    once(name, role);
    for (const [held, entry] of entries) if (entry.role === role && held !== name) assign(held, "id");
    assign(name, role);
  }
  for (const name of typeof roles.id === "string" ? [roles.id] : (roles.id ?? [])) {
    once(name, "id");
    assign(name, "id");
  }
  return entries;
}

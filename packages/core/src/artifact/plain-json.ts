import { ArtifactError, describe } from "../errors.js";

/**
 * A copy as JSON carries it (`toJSON` is called where there is one).
 *
 * @throws ArtifactError that names the place of a value which would come back changed: NaN, infinities, functions,
 * typed arrays, Maps, instances of classes. Such numbers belong into tensors.
 */
export function plainJson(owner: string, value: unknown, path: string): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, i) => plainJson(owner, item, `${path}[${i}]`));
  if (typeof value === "object" && value !== null) {
    if ("toJSON" in value && typeof value.toJSON === "function") {
      const json = (value as { toJSON(): unknown }).toJSON();
      // A Date would come back as a string.
      if (typeof json === "object") return plainJson(owner, json, path);
    } else if ([Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) {
      const entries = Object.entries(value).filter(([, item]) => item !== undefined);
      return Object.fromEntries(
        entries.map(([key, item]) => [key, plainJson(owner, item, `${path}.${key}`)]),
      );
    }
  }
  throw new ArtifactError(owner, `${path} must be plain JSON, received ${describe(value)}`);
}

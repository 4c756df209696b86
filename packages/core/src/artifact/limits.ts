import { ArtifactError } from "../errors.js";
import { aNumber, requireOptions, type Rules } from "../guard.js";

/** Sizes beyond which an artifact is refused before it is read. */
export interface ArtifactLimits {
  /** Default 2 GiB. */
  readonly maxBytes?: number;
  /** Of the JSON header or manifest; default 256 MiB. */
  readonly maxHeaderBytes?: number;
  /** Default 100,000. */
  readonly maxTensors?: number;
  /** How deep models may hold models; default 32. */
  readonly maxDepth?: number;
}

const rules: Rules<ArtifactLimits> = {
  maxBytes: aNumber,
  maxHeaderBytes: aNumber,
  maxTensors: aNumber,
  maxDepth: aNumber,
};

/** Throws `ParamError` for a limit that does not exist. */
export function withDefaults(owner: string, limits: ArtifactLimits): Required<ArtifactLimits> {
  requireOptions(owner, limits, rules, "limits");
  const { maxBytes = 2 ** 31, maxHeaderBytes = 2 ** 28, maxTensors = 100_000, maxDepth = 32 } = limits;
  return { maxBytes, maxHeaderBytes, maxTensors, maxDepth };
}

/** Throws {@link ArtifactError} for more bytes than there may be. */
export function requireBytes(what: string, bytes: number, most: number): void {
  if (bytes > most)
    throw new ArtifactError("artifact", `${what} must be at most ${most} bytes, received ${bytes}`);
}

/** Whatever goes wrong in reading, a stack that overflows on deep nesting too, comes out as an {@link ArtifactError}. */
export async function refusing<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof ArtifactError) throw cause;
    throw new ArtifactError("artifact", `the artifact is malformed (${String(cause)})`, { cause });
  }
}

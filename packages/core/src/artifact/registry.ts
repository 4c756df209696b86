import { ArtifactError, describe, StrataError } from "../errors.js";
import type { AnyEstimator, EstimatorJson } from "../estimator/estimator.js";
import { aCodec, aRegistry, anArray, requireIs } from "../guard.js";
import type { AnyCodec } from "./codec.js";

/**
 * The closed list of types that an artifact may hold. Nothing is looked up by an imported name: what is not in the
 * list is refused.
 *
 * @example
 * const data = fromColumns({ x: [0, 1, 2], y: [1, 3, 5] }, { target: "y" });
 * const registry = new Registry([...classicalCodecs, ...deepCodecs()]);
 * const bytes = await encodeArtifact(await new Ridge().fit(data), registry);
 * const model = await decodeArtifact(bytes, registry);
 */
export class Registry {
  private readonly codecs = new Map<string, AnyCodec>();

  constructor(codecs: readonly AnyCodec[]) {
    requireIs("Registry", "codecs", codecs, anArray, ArtifactError);
    for (const [at, codec] of codecs.entries()) {
      requireIs("Registry", `codecs[${at}]`, codec, aCodec, ArtifactError);
      const held = this.codecs.get(codec.type);
      if (held !== undefined && held !== codec)
        throw new StrataError("Registry", `type '${codec.type}' is there twice`);
      this.codecs.set(codec.type, codec);
    }
  }

  /** Every type that it holds. */
  get types(): readonly string[] {
    return [...this.codecs.keys()];
  }

  codec(type: string): AnyCodec {
    const codec = this.codecs.get(type);
    if (codec === undefined)
      throw new ArtifactError(
        "Registry",
        `type must be one of ${this.types.join(", ")}, received ${describe(type)}`,
      );
    return codec;
  }

  /** An estimator from `estimator.toJSON()`, parsed or not. */
  estimator(json: EstimatorJson): AnyEstimator {
    if (typeof json !== "object" || json === null || typeof json.type !== "string") {
      throw new ArtifactError(
        "Registry",
        `an estimator must be { type, params }, received ${describe(json)}`,
      );
    }
    return this.codec(json.type).estimator(json.params as never, (inner) => this.estimator(inner));
  }
}

/** Throws {@link ArtifactError} for what is no registry. By what it can do: it may be of another copy of this package. */
export function requireRegistry(owner: string, registry: Registry): void {
  requireIs(owner, "the registry", registry, aRegistry, ArtifactError);
}

import { ArtifactError, describe, listNames } from "@strata-ml/core";
import { CategoryEncoding } from "./category-encoding.js";
import { Discretization } from "./discretization.js";
import { HashedCrossing } from "./hashed-crossing.js";
import { Hashing } from "./hashing.js";
import { IntegerLookup } from "./integer-lookup.js";
import { Normalization } from "./normalization.js";
import type { LayerJson, PreprocessingLayer } from "./preprocessing-layer.js";
import { Rescaling } from "./rescaling.js";
import { StringLookup } from "./string-lookup.js";
import { TextVectorization } from "./text-vectorization.js";

/** Every layer that an artifact may name. */
const makers: ReadonlyMap<string, (params: never) => PreprocessingLayer> = new Map(
  Object.entries({
    categoryEncoding: (params: never) => new CategoryEncoding(params),
    discretization: (params: never) => new Discretization(params),
    hashedCrossing: (params: never) => new HashedCrossing(params),
    hashing: (params: never) => new Hashing(params),
    integerLookup: (params: never) => new IntegerLookup(params),
    normalization: (params: never) => new Normalization(params),
    rescaling: (params: never) => new Rescaling(params),
    stringLookup: (params: never) => new StringLookup(params),
    textVectorization: (params: never) => new TextVectorization(params),
  }),
);

/** The layer of an artifact; throws {@link ArtifactError} for a type that is none, ParamError for params that aren't its own. */
export function layerFromJson(owner: string, { type, params }: LayerJson): PreprocessingLayer {
  const make = makers.get(type);
  if (make === undefined)
    throw new ArtifactError(
      owner,
      `a preprocessing layer must be one of ${listNames([...makers.keys()], 20)}, received ${describe(type)}`,
    );
  return make(params as never);
}

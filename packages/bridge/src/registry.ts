import { classicalCodecs } from "@strata-ml/classical";
import { type AnyCodec, modelSelectionCodecs, Registry } from "@strata-ml/core";
import { deepCodecs } from "@strata-ml/deep";
import { deepEmbedderCodec } from "./embedding/deep-embedder.js";
import { tensorInputCodec } from "./input/tensor-input.js";

/** Codecs of the estimators of this package. */
export const bridgeCodecs: readonly AnyCodec[] = [deepEmbedderCodec, tensorInputCodec];

/** Every type of Strata. For networks of your own: `new Registry([...classicalCodecs, ...deepCodecs({ networks }), ...bridgeCodecs])`. */
export const strataRegistry = new Registry([
  ...modelSelectionCodecs,
  ...classicalCodecs,
  ...deepCodecs(),
  ...bridgeCodecs,
]);

import type { AnyCodec } from "../../artifact/codec.js";
import { gridSearchCodec } from "./grid-search.js";
import { randomizedSearchCodec } from "./randomized-search.js";

/** Codecs of the searches, for a `Registry`. */
export const modelSelectionCodecs: readonly AnyCodec[] = [gridSearchCodec, randomizedSearchCodec];

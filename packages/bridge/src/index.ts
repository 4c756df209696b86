export { DeepEmbedder, deepEmbedderCodec, DeepEmbedderModel } from "./embedding/deep-embedder.js";
export { hybrid, type HybridOptions } from "./hybrid.js";
export { TensorInput, tensorInputCodec, TensorInputModel } from "./input/tensor-input.js";
export {
  ladder,
  type LadderOptions,
  type LadderReport,
  type MeasuredRung,
  type Rung,
} from "./ladder/ladder.js";
export { keepKinds, standardRungs, type StandardRungsOptions } from "./ladder/standard-rungs.js";
export type { Gain } from "./ladder/verdict.js";
export { bridgeCodecs, strataRegistry } from "./registry.js";

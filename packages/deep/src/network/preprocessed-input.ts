import type { PreprocessingLayer } from "../preprocessing/layers/preprocessing-layer.js";

/** Columns that a network takes through a preprocessing layer. */
export interface PreprocessedRequest {
  /** What kind of column the network takes them for. */
  readonly kind: "numeric" | "tensor" | "categorical" | "text" | "crossed";
  readonly columns: readonly string[];
  readonly layer: PreprocessingLayer;
}

/** What a network sees of them. */
export interface PreprocessedInput {
  readonly kind: "vector" | "code" | "stepCodes";
  readonly width: number;
  /** Names of its arrays in a batch. */
  readonly key: string;
  readonly maskKey: string;
}

/** Gives what a network asks for, learning it in fit; throws in the name of `owner` where there is no such column. */
export type Preprocesses = (owner: string, request: PreprocessedRequest) => PreprocessedInput;

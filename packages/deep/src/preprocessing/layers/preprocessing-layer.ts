import { ArtifactError } from "@strata-ml/core";
import type { ColumnValues } from "./column-values.js";

/** What a layer takes: numbers (numeric and tensor columns), strings (categorical and text columns), or either. */
export type LayerInput = "numbers" | "strings" | "either";

/** What a layer gives a row: one vector, one code, or a code for each of its tokens. */
export type LayerOutput = "vector" | "code" | "stepCodes";

/** What a layer learned: plain data, which goes into an artifact as JSON and tensors. */
export interface LayerState {
  readonly words?: readonly string[];
  readonly numbers: Readonly<Partial<Record<string, Float64Array>>>;
}

/** Numbers of every row, row-major. */
export interface LayerVectors {
  readonly width: number;
  readonly values: Float64Array;
}

/** Codes of every row: row i has those from `offsets[i]` to `offsets[i + 1]`. */
export interface LayerCodes {
  readonly offsets: Int32Array;
  readonly codes: Int32Array;
}

/** How codes become a vector: the weight of each code, and whether it counts as often as it occurs. */
export interface Bag {
  readonly repeats: boolean;
  /** 1 for each where undefined. */
  readonly weights: Float64Array | undefined;
}

/** A layer with what it learned, as a pure function of columns. */
export type FittedLayer =
  | { readonly kind: "numbers"; readonly width: number; readonly run: (from: LayerColumns) => LayerVectors }
  | {
      readonly kind: "codes";
      /** How many codes there are, that of a missing value included where codes are what comes out. */
      readonly width: number;
      /** A negative code counts for nothing. */
      readonly run: (from: LayerColumns) => LayerCodes;
      /** Undefined where codes are what comes out. */
      readonly bag: Bag | undefined;
      /** Every row has exactly so many codes, padded or cut. */
      readonly steps?: number;
    };

/** The columns that a layer is run on, and whom errors speak for. */
export interface LayerColumns {
  readonly owner: string;
  readonly columns: readonly ColumnValues[];
}

/**
 * A preprocessing layer: immutable configuration. `adapt` learns from columns and gives plain state, `fitted` makes a pure function
 * of that state.
 */
export interface PreprocessingLayer<
  In extends LayerInput = LayerInput,
  Out extends LayerOutput = LayerOutput,
> {
  /** Its name in artifacts and errors. */
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly takes: In;
  readonly gives: Out;
  /** How many columns the layer takes. */
  readonly columns: "one" | "several";
  /** What the layer learns from these rows; `weights` has one for each row. */
  adapt(from: LayerColumns, weights: Float64Array | undefined): LayerState;
  /** Throws {@link ArtifactError} where the state is not one of this layer for rows of this shape. */
  fitted(state: LayerState, shape: readonly number[]): FittedLayer;
  toJSON(): LayerJson;
}

/** A layer as artifacts carry it. */
export interface LayerJson {
  readonly type: string;
  readonly params: unknown;
}

/** What all layers share. */
export abstract class BaseLayer {
  abstract readonly type: string;
  abstract readonly params: Readonly<Record<string, unknown>>;
  readonly columns: "one" | "several" = "one";

  toJSON(): LayerJson {
    return { type: this.type, params: this.params };
  }

  /** Numbers of a state; throws {@link ArtifactError} where there are none of that name. */
  protected held({ numbers }: LayerState, name: string): Float64Array {
    const found = numbers[name];
    this.need(found !== undefined, name);
    return found;
  }

  /** Throws {@link ArtifactError} unless `fits`. */
  protected need(fits: boolean, what: string): asserts fits {
    if (!fits) throw new ArtifactError(this.type, `its ${what} must fit its params, received others`);
  }
}

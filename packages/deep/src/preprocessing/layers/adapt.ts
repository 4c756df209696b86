import { type Dataset, DataError, Matrix, requireRows, sampleWeights } from "@strata-ml/core";
import type { PreprocessedRequest } from "../../network/preprocessed-input.js";
import { checkRequest } from "../preprocessed-columns.js";
import { type ColumnValues, columnValues } from "./column-values.js";
import { bagRow } from "./output-mode.js";
import type {
  FittedLayer,
  LayerCodes,
  LayerColumns,
  LayerInput,
  LayerOutput,
  LayerState,
  PreprocessingLayer,
} from "./preprocessing-layer.js";

const owner = "adapt";

/** What an adapted layer gives: rows x width, or the codes of each row. */
export type AdaptedOutput<Out extends LayerOutput> = Out extends "vector" ? Matrix : LayerCodes;

/** A preprocessing layer with what it learned, by itself. */
export class AdaptedLayer<Out extends LayerOutput = LayerOutput> {
  private readonly fitted: FittedLayer;

  constructor(
    readonly layer: PreprocessingLayer<LayerInput, Out>,
    readonly columns: readonly string[],
    /** What was learned: the vocabulary as `words`, all else as `numbers` by name. */
    readonly state: LayerState,
    private readonly shape: readonly number[],
  ) {
    this.fitted = layer.fitted(state, shape);
  }

  /** Width of vectors, or how many codes there are: that of a missing value, the last, included. */
  get width(): number {
    return this.fitted.width;
  }

  /**
   * The columns of a dataset through the layer: a matrix where the layer gives vectors, else codes, row i having those
   * from `offsets[i]` to `offsets[i + 1]`.
   *
   * @throws DataError for columns that are not there or of another kind, and values that the layer can't take.
   */
  transform(data: Dataset): AdaptedOutput<Out> {
    checkColumns(data, this.layer, this.columns);
    const columns = this.columns.map((name) => columnValues(owner, data, name));
    const [now, then] = [shapeOf(columns), this.shape].map((shape) => shape.join(" x "));
    if (now !== then)
      throw new DataError(owner, `column '${this.columns[0]}' must have rows of ${then}, received ${now}`);
    return this.run({ owner, columns }) as AdaptedOutput<Out>;
  }

  private run(from: LayerColumns): Matrix | LayerCodes {
    const { fitted } = this;
    if (fitted.kind === "numbers") {
      const { width, values } = fitted.run(from);
      return new Matrix(values.length / width, width, values);
    }
    const { width, bag, steps } = fitted;
    const { offsets, codes } = fitted.run(from);
    const rows = offsets.length - 1;
    const rowOf = (row: number): Int32Array => codes.subarray(offsets[row], offsets[row + 1]);
    if (bag) {
      const out = new Float64Array(rows * width);
      for (let row = 0; row < rows; row++)
        bagRow(bag, rowOf(row), out.subarray(row * width, (row + 1) * width));
      return new Matrix(rows, width, out);
    }
    if (steps === undefined) return { offsets, codes };
    const padded = new Int32Array(rows * steps);
    for (let row = 0; row < rows; row++) padded.set(rowOf(row), row * steps);
    return { offsets: offsets.map((_, row) => row * steps), codes: padded };
  }
}

/**
 * Teaches a preprocessing layer from a column of a dataset, or from several for a cross, outside any network. Weights of rows count where
 * numbers are learned, and rows of weight zero for nothing. A network that asks for a column through a layer does this by itself.
 *
 * @throws DataError for no rows, columns that are not there, and values that the layer can't take; ParamError for an axis
 * that rows don't have.
 * @example
 * const data = fromColumns({ note: text(["red fox", "red", null]) });
 * const counts = adapt(textVectorization({ outputMode: "count" }), data, "note");
 * counts.state.words; // ["red", "fox"]
 * counts.transform(data).row(0); // [0, 1, 1]: unseen, red, fox
 */
export function adapt<Out extends LayerOutput>(
  layer: PreprocessingLayer<LayerInput, Out>,
  data: Dataset,
  columns: string | readonly string[],
): AdaptedLayer<Out> {
  const names = typeof columns === "string" ? [columns] : columns;
  requireRows(owner, data);
  checkColumns(data, layer, names);
  const weights = sampleWeights(owner, data);
  const seen = weights ? data.filter((row) => weights[row] > 0) : data;
  const values = names.map((name) => columnValues(owner, seen, name));
  const state = layer.adapt({ owner, columns: values }, sampleWeights(owner, seen));
  return new AdaptedLayer(layer, names, state, shapeOf(values));
}

function shapeOf([first]: readonly ColumnValues[]): readonly number[] {
  return first.kind === "numbers" ? first.shape : [1];
}

/** Throws {@link StrataError} for columns that the layer doesn't take. */
function checkColumns(data: Dataset, layer: PreprocessingLayer, columns: readonly string[]): void {
  const [first] = columns.map((name) => data.schemaOf(name));
  const kind = layer.columns === "several" ? "crossed" : (first?.kind as PreprocessedRequest["kind"]);
  checkRequest(owner, data.schema, { kind, columns, layer });
}

import type { Dataset } from "@strata-ml/core";
import { feedKey } from "../network/feed-key.js";
import type { PreprocessedInput, PreprocessedRequest } from "../network/preprocessed-input.js";
import { type EncodedInput, type Feeds, longest } from "./feed.js";
import { columnValues } from "./layers/column-values.js";
import { bagRow } from "./layers/output-mode.js";
import type {
  Bag,
  FittedLayer,
  LayerCodes,
  LayerState,
  LayerVectors,
  PreprocessingLayer,
} from "./layers/preprocessing-layer.js";
import { heldWithin } from "./scaling.js";

/** A column, or several, through a fitted preprocessing layer. */
export class PreprocessedEncoder {
  private readonly fitted: FittedLayer;

  constructor(
    readonly columns: readonly string[],
    readonly layer: PreprocessingLayer,
    readonly state: LayerState,
    /** Shape of one row of a tensor column, undefined of any other. */
    private readonly shape: readonly number[] | undefined,
    /** Its place among the preprocessed columns, which its arrays are named after. */
    private readonly place: number,
  ) {
    this.fitted = layer.fitted(state, shape ?? [1]);
  }

  static fit(
    owner: string,
    data: Dataset,
    { columns, layer }: PreprocessedRequest,
    weights: Float64Array | undefined,
    place: number,
  ): PreprocessedEncoder {
    const values = columns.map((name) => columnValues(owner, data, name));
    const state = layer.adapt({ owner, columns: values }, weights);
    const first = data.schemaOf(columns[0]);
    return new PreprocessedEncoder(
      columns,
      layer,
      state,
      first.kind === "tensor" ? first.shape : undefined,
      place,
    );
  }

  /** What a network sees. */
  get input(): PreprocessedInput {
    const { width } = this.fitted;
    const kind = this.layer.gives === "code" && this.shape ? "stepCodes" : this.layer.gives;
    return { kind, width, key: this.key, maskKey: this.maskKey };
  }

  encode(owner: string, data: Dataset): EncodedInput {
    const { fitted, key, maskKey } = this;
    const from = { owner, columns: this.columns.map((name) => columnValues(owner, data, name)) };
    if (fitted.kind === "numbers") return encodedVectors(key, fitted.run(from));
    const codes = fitted.run(from);
    if (fitted.bag) return encodedBags(key, codes, fitted.bag, fitted.width);
    if (this.input.kind === "stepCodes") return encodedSteps(key, maskKey, codes, fitted.steps);
    return {
      addTo(feeds: Feeds, rows: Int32Array): void {
        feeds.set(key, { data: rows.map((row) => codes.codes[row]), shape: [rows.length] });
      },
    };
  }

  private get key(): string {
    return feedKey("preprocessed", String(this.place));
  }

  private get maskKey(): string {
    return feedKey("preprocessed", String(this.place), "mask");
  }
}

function encodedVectors(key: string, { width, values }: LayerVectors): EncodedInput {
  return {
    addTo(feeds: Feeds, rows: Int32Array): void {
      const out = new Float32Array(rows.length * width);
      for (let i = 0; i < rows.length; i++)
        for (let j = 0; j < width; j++) out[i * width + j] = heldWithin(values[rows[i] * width + j]);
      feeds.set(key, { data: out, shape: [rows.length, width] });
    },
  };
}

/** Vectors are made batch by batch: those of all rows would be as large as rows x vocabulary. */
function encodedBags(key: string, { offsets, codes }: LayerCodes, bag: Bag, width: number): EncodedInput {
  return {
    addTo(feeds: Feeds, rows: Int32Array): void {
      const out = new Float32Array(rows.length * width);
      for (let i = 0; i < rows.length; i++) {
        const own = codes.subarray(offsets[rows[i]], offsets[rows[i] + 1]);
        bagRow(bag, own, out.subarray(i * width, (i + 1) * width));
      }
      feeds.set(key, { data: out, shape: [rows.length, width] });
    },
  };
}

function encodedSteps(
  key: string,
  maskKey: string,
  { offsets, codes }: LayerCodes,
  fixed: number | undefined,
): EncodedInput {
  return {
    addTo(feeds: Feeds, rows: Int32Array): void {
      const steps = fixed ?? longest(offsets, rows);
      const padded = new Int32Array(rows.length * steps);
      const mask = new Float32Array(rows.length * steps);
      for (let i = 0; i < rows.length; i++) {
        const own = codes.subarray(offsets[rows[i]], offsets[rows[i] + 1]);
        padded.set(own, i * steps);
        mask.fill(1, i * steps, i * steps + own.length);
      }
      feeds.set(key, { data: padded, shape: [rows.length, steps] });
      feeds.set(maskKey, { data: mask, shape: [rows.length, steps] });
    },
  };
}
